// SPDX-License-Identifier: Apache-2.0
#include "cli/output/ddl_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/ddl/validators.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

// MCollective's margins: of a text below its title, of an input's name, of a label and its colon.
constexpr std::size_t action_margin = 3;
constexpr std::size_t text_margin = 7;
constexpr std::size_t member_margin = 11;
constexpr std::size_t label_width = 24;
constexpr std::size_t metadata_width = 12;

std::string at(std::size_t margin, std::string_view text)
{
  return std::string(margin, ' ') + std::string{text} + "\n";
}

std::string labelled(std::size_t width, std::string_view label, const std::string& value)
{
  return value.empty() ? std::string{} : fmt::format("{:>{}}: {}\n", label, width, value);
}

std::string line(std::string_view label, const std::string& value)
{
  return labelled(label_width, label, one_line(value));
}

std::string yes_or_no(bool value)
{
  return value ? "true" : "false";
}

std::string default_text(const std::optional<ddl::json::value>& value)
{
  return value ? line("Default Value", ddl::text_of(*value)) : std::string{};
}

std::string words_text(const std::vector<std::string>& words)
{
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string validation_text(const std::string& validation)
{
  return ddl::is_foreign_validator(validation)
             ? validation + " (not known here: shellsafe stands in its place)"
             : validation;
}

std::string input_text(const ddl::Input& input)
{
  const auto length = input.longest == 0 ? std::string{} : fmt::format("{}", input.longest);
  return "\n" + at(member_margin, one_line(input.name) + ":") + line("Description", input.description) +
         line("Prompt", input.prompt) + line("Type", std::string{ddl::to_string(input.type)}) +
         line("Optional", yes_or_no(input.optional)) + line("Validation", validation_text(input.validation)) +
         line("Length", length) + line("Values", words_text(input.list)) + default_text(input.default_value);
}

std::string output_text(const ddl::Output& output)
{
  return "\n" + at(member_margin, one_line(output.name) + ":") + line("Description", output.description) +
         line("Display As", output.display_as) + line("Type", output.type) +
         default_text(output.default_value);
}

std::string inputs_text(const ddl::Action& action)
{
  if (action.inputs.empty()) {
    return "\n" + at(text_margin, "INPUT:") + at(text_margin + 3, "This action does not have any inputs");
  }
  std::string text = "\n" + at(text_margin, "INPUT:");
  for (const auto& input : action.inputs) {
    text += input_text(input);
  }
  return text;
}

std::string outputs_text(const ddl::Action& action)
{
  std::string text = action.outputs.empty() ? "" : "\n" + at(text_margin, "OUTPUT:");
  for (const auto& output : action.outputs) {
    text += output_text(output);
  }
  return text;
}

std::string aggregates_text(const ddl::Action& action)
{
  std::string text = action.aggregates.empty() ? "" : "\n" + at(text_margin, "AGGREGATES:");
  for (const auto& aggregate : action.aggregates) {
    const auto* known = ddl::is_aggregate_function(aggregate.function) ? "" : " (not known here)";
    text += at(member_margin, one_line(aggregate.function + "(" + aggregate.output + ")") + known);
  }
  return text;
}

std::string action_text(const ddl::Action& action, const TextStyle& style)
{
  const auto title = one_line(action.name) + " action:";
  return "\n" + at(action_margin, style.bold(title)) +
         at(action_margin, std::string(display_width(title), '-')) +
         at(text_margin, one_line(action.description)) +
         (action.changes ? at(text_margin, "Changes the node: denied unless a policy allows it") : "") +
         inputs_text(action) + outputs_text(action) + aggregates_text(action);
}

std::string metadata_text(const ddl::Metadata& metadata)
{
  const auto entry = [](std::string_view label, const std::string& value) {
    return labelled(metadata_width, label, one_line(value));
  };
  const auto seconds = static_cast<double>(metadata.timeout.count()) / 1000.0;
  return entry("Author", metadata.author) + entry("Version", metadata.version) +
         entry("License", metadata.license) + entry("Timeout", fmt::format("{} s", seconds)) +
         entry("Home Page", metadata.url);
}

std::string action_names(const ddl::Agent& agent)
{
  std::vector<std::string> names;
  for (const auto& action : agent.actions) {
    names.push_back(one_line(action.name));
  }
  return words_text(names);
}

}  // namespace

std::string ddl_text(const ddl::Agent& agent, const OutputOptions& options)
{
  const auto name = one_line(agent.metadata.name);
  auto text = options.style.bold(name) + "\n" + std::string(display_width(name), '=') + "\n\n" +
              one_line(agent.metadata.description) + "\n\n" + metadata_text(agent.metadata) +
              "\nACTIONS:\n========\n" + at(action_margin, action_names(agent));
  for (const auto& action : agent.actions) {
    text += action_text(action, options.style);
  }
  return text;
}

}  // namespace muster::cli
