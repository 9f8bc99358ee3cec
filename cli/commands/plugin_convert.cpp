// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/plugin_convert.hpp"

#include <vector>

#include <fmt/format.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/setup_output.hpp"
#include "cli/exit_code.hpp"
#include "cli/new_files.hpp"
#include "cli/output/json_text.hpp"
#include "cli/terminal.hpp"
#include "libmuster/ddl/ruby_ddl.hpp"
#include "libmuster/ddl/ruby_tokens.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr mode_t readable = 0644;  // checkagent wants a DDL that only its owner may write to

constexpr const char* changes_are_for_people =
    "every action counts as one that changes the node: write \"changes\": false where it only reads";

// What was read, and the text that a node will read.
struct Conversion {
  ddl::ConvertedDdl ddl;
  std::string text;
};

Expected<Conversion> convert(const ConvertOptions& options)
{
  if (!options.out.empty()) {
    if (const auto wrong = overwrite_objection(options.out, "--out", options.force)) {
      return tl::unexpected{*wrong};
    }
  }
  const auto ruby = runtime::read_text_file(options.source, ddl::largest_ruby_ddl);
  if (!ruby) {
    return tl::unexpected{ruby.error()};
  }
  auto converted = ddl::convert_ruby_ddl(*ruby, options.source.string());
  if (!converted) {
    return tl::unexpected{converted.error()};
  }
  Conversion result{std::move(*converted), {}};
  result.text = json_document(result.ddl.source);
  // The very bytes: a node reads nothing else.
  if (const auto again = ddl::parse(result.text); !again) {
    return tl::unexpected{
        again.error().with_context(options.source.string() + ": what comes of it cannot be loaded")};
  }
  return result;
}

Expected<void> write(const ConvertOptions& options, const Conversion& conversion)
{
  return options.out.empty() ? Expected<void>{}
                             : runtime::write_file_atomically(options.out, conversion.text, readable);
}

std::string json_of(const ConvertOptions& options, const ddl::ConvertedDdl& converted)
{
  auto object = setup_json("plugin convert");
  object["agent"] = converted.agent.metadata.name;
  boost::json::array actions;
  for (const auto& action : converted.agent.actions) {
    actions.emplace_back(action.name);
  }
  object["actions"] = std::move(actions);
  object["file"] = options.out.empty() ? boost::json::value(nullptr) : boost::json::value(options.out);
  object["ddl"] = options.out.empty() ? boost::json::value(converted.source) : boost::json::value(nullptr);
  boost::json::array warnings;
  for (const auto& warning : converted.warnings) {
    warnings.emplace_back(warning);
  }
  object["warnings"] = std::move(warnings);
  return json_text(object);
}

void tell(const ConvertOptions& options, const Conversion& conversion)
{
  for (const auto& warning : conversion.ddl.warnings) {
    complain("mco: warning: " + printable(warning, false) + "\n");
  }
  if (options.out.empty()) {
    print(conversion.text);
    complain(fmt::format("mco: {}\n", changes_are_for_people));
    return;
  }
  const auto& agent = conversion.ddl.agent;
  print(fmt::format(
      "wrote {}: agent {}, actions: {}\n{}\n",
      printable(options.out, false),
      agent.metadata.name,
      agent.actions.size(),
      changes_are_for_people));
}

}  // namespace

int run_plugin_convert(const FleetArguments& arguments, const ConvertOptions& options)
{
  const auto conversion = convert(options);
  const auto written =
      conversion ? write(options, *conversion) : Expected<void>{tl::make_unexpected(conversion.error())};
  if (!written) {
    return fail(arguments, {written.error()}, exit_code_of(written.error().code));
  }
  if (arguments.json) {
    print(json_of(options, conversion->ddl));
  } else {
    tell(options, *conversion);
  }
  return 0;
}

}  // namespace muster::cli
