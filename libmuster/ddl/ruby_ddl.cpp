// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_ddl.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/ddl/ruby_inputs.hpp"
#include "libmuster/ddl/ruby_options.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster::ddl {

namespace {

using Kind = RubyValue::Kind;

// What is no agent's DDL, and where its reader finds the same thing here.
struct OtherPlugin {
  std::string_view word;
  std::string_view hint;
};

constexpr std::array<OtherPlugin, 3> other_plugins{{
    {"dataquery", "the DDL of a data plugin: -S has data functions of its own (docs/filters.md)"},
    {"discovery",
     "the DDL of a discovery method: nodes announce themselves here, and -n reads names from elsewhere"},
    {"capabilities",
     "the DDL of a discovery method: nodes announce themselves here, and -n reads names from elsewhere"},
}};

class Conversion {
public:
  explicit Conversion(RubyReport& report) : report_{report} {}

  json::object agent(const std::vector<RubyCall>& calls);

private:
  void statement(const RubyCall& call);
  void metadata(const RubyCall& call);
  json::value timeout(RubyOptions& options);
  void action(const RubyCall& call);
  void part_of_action(json::object& action, const RubyCall& call);
  void display(json::object& action, const RubyCall& call);
  void described(
      json::object& object,
      const RubyCall& call,
      json::object (*read)(const RubyCall&, const std::string&, RubyReport&));
  void summary(json::object& action, const RubyCall& call);
  void aggregate(json::array& aggregates, const RubyCall& call);
  void arguments_of_aggregate(json::array& aggregates, const RubyValue& function);

  std::string name_of(const RubyCall& call);
  void no_block(const RubyCall& call);
  void needs_block(const RubyCall& call);
  void refuse(const RubyCall& call, std::string_view expected);

  json::object metadata_;
  json::array actions_;
  RubyReport& report_;
};

void Conversion::refuse(const RubyCall& call, std::string_view expected)
{
  report_.refuse(
      call.place,
      fmt::format(
          "found {}, expected {}; nothing else is read, and no code is run",
          shown_term(call.name),
          expected));
}

json::object Conversion::agent(const std::vector<RubyCall>& calls)
{
  for (const auto& call : calls) {
    if (!report_.refused()) {
      statement(call);
    }
  }
  if (!report_.refused() && metadata_.empty()) {
    report_.refuse({}, "this file has no metadata: write metadata :name => \"NAME\", …");
  }
  return {
      {"$schema", "https://choria.io/schemas/mcorpc/ddl/v1/agent.json"},
      {"metadata", std::move(metadata_)},
      {"actions", std::move(actions_)}};
}

void Conversion::statement(const RubyCall& call)
{
  const auto& word = call.name;
  for (const auto& other : other_plugins) {
    if (other.word == word) {
      report_.refuse(call.place, fmt::format("found {}, which is {}", word, other.hint));
      return;
    }
  }
  if (word == "action") {
    action(call);
  } else if (word == "metadata") {
    metadata(call);
  } else if (word == "usage" || word == "category") {
    no_block(call);
    report_.warn(call.place, word + " has no place in a DDL here, and is left out");
  } else if (word == "requires") {
    no_block(call);  // of a version of MCollective
  } else {
    refuse(call, "metadata, requires, usage or action");
  }
}

void Conversion::no_block(const RubyCall& call)
{
  if (call.has_block) {
    report_.refuse(call.place, "found a block behind " + call.name + ", which has none: take it away");
  }
}

void Conversion::needs_block(const RubyCall& call)
{
  if (!call.has_block) {
    report_.refuse(call.place, "found " + call.name + " without a block, expected do … end");
  }
}

void Conversion::metadata(const RubyCall& call)
{
  no_block(call);
  if (!metadata_.empty() || call.arguments.size() != 1 || call.arguments.front().kind != Kind::hash) {
    report_.refuse(call.place, "expected one metadata, as in metadata :name => \"NAME\", :timeout => 10");
    return;
  }
  RubyOptions options{call, "metadata", report_};
  if (const auto* name = options.value("name");
      name == nullptr || (name->is_word() && !is_name(name->text))) {
    report_.refuse(
        name == nullptr ? call.place : name->place,
        "expected :name => \"NAME\" in metadata, of letters, digits, _ and -");
  }
  for (const auto* word : {"name", "description", "author", "license", "version", "url"}) {
    metadata_[word] = options.text(word);
  }
  metadata_["timeout"] = timeout(options);
  metadata_["provider"] = "external";
  options.warn_of_others();
}

// MCollective takes fractions of a second, this house whole ones.
json::value Conversion::timeout(RubyOptions& options)
{
  constexpr std::int64_t usual_s = 10;
  constexpr double longest_s = 24.0 * 3600;
  const auto* value = options.value("timeout");
  if (value == nullptr || value->kind != Kind::floating) {
    return options.integer("timeout").value_or(usual_s);
  }
  if (!(value->floating >= 0 && value->floating <= longest_s)) {
    options.refuse(*value, "timeout", "seconds of one day at most");
    return usual_s;
  }
  const auto seconds = static_cast<std::int64_t>(value->floating);
  const auto rounded = static_cast<double>(seconds) < value->floating ? seconds + 1 : seconds;
  options.warn(*value, fmt::format("the timeout is rounded up to {} s", rounded));
  return rounded;
}

// The first argument of action, input and output.
std::string Conversion::name_of(const RubyCall& call)
{
  const auto count = call.arguments.size();
  const bool fits = count > 0 && call.arguments.front().is_word() &&
                    (count == 1 || (count == 2 && call.arguments.back().kind == Kind::hash));
  if (!fits) {
    report_.refuse(call.place, fmt::format("expected {} :NAME, :description => \"…\"", call.name));
    return {};
  }
  const auto& name = call.arguments.front();
  if (!is_name(name.text)) {
    report_.refuse(
        name.place,
        fmt::format(
            "found {} as the name of an {}, expected letters, digits, _ and -",
            shown_term(name.text),
            call.name));
  }
  return name.text;
}

void Conversion::action(const RubyCall& call)
{
  const auto name = name_of(call);
  if (actions_.size() >= most_actions) {
    report_.refuse(
        call.place, fmt::format("found more than {} actions, expected those of one agent", most_actions));
  }
  for (const auto& other : actions_) {
    if (std::string_view{other.as_object().at("action").as_string()} == name) {
      report_.refuse(call.place, "found a second action " + shown_term(name) + ": take one of them away");
    }
  }
  RubyOptions options{call, "action " + name, report_};
  json::object action{
      {"action", name},
      {"description", options.text("description")},
      {"display", "failed"},
      {"changes", true},
      {"input", json::object{}},
      {"output", json::object{}}};
  options.warn_of_others();
  for (const auto& part : call.block) {
    if (!report_.refused()) {
      part_of_action(action, part);
    }
  }
  actions_.emplace_back(std::move(action));
}

void Conversion::part_of_action(json::object& action, const RubyCall& call)
{
  if (call.name == "summarize") {
    summary(action, call);
    return;
  }
  no_block(call);
  if (call.name == "input") {
    described(action.at("input").as_object(), call, input_of_ruby);
  } else if (call.name == "output") {
    described(action.at("output").as_object(), call, output_of_ruby);
  } else if (call.name == "display") {
    display(action, call);
  } else {
    refuse(call, "input, output, display or summarize");
  }
}

void Conversion::described(
    json::object& object,
    const RubyCall& call,
    json::object (*read)(const RubyCall&, const std::string&, RubyReport&))
{
  const auto name = name_of(call);
  if (report_.refused()) {
    return;
  }
  if (object.contains(name)) {
    report_.refuse(call.place, fmt::format("found a second {} {}: take one of them away", call.name, name));
    return;
  }
  object[name] = read(call, name, report_);
}

void Conversion::display(json::object& action, const RubyCall& call)
{
  const bool fits = call.arguments.size() == 1 && call.arguments.front().is_word();
  const auto word = fits ? call.arguments.front().text : std::string{};
  if (word == "flatten") {
    report_.warn(call.place, "display :flatten is out of date: always stands in its place");
  } else if (word != "ok" && word != "failed" && word != "always") {
    report_.refuse(call.place, "expected display :ok, :failed or :always");
  }
  action["display"] = word == "flatten" ? "always" : word;
}

void Conversion::summary(json::object& action, const RubyCall& call)
{
  needs_block(call);
  auto* there = action.if_contains("aggregate");
  json::array aggregates = there == nullptr ? json::array{} : there->as_array();
  for (const auto& part : call.block) {
    if (report_.refused()) {
      return;
    }
    if (part.name == "aggregate") {
      aggregate(aggregates, part);
    } else {
      refuse(part, "aggregate");
    }
  }
  if (!aggregates.empty()) {
    action["aggregate"] = std::move(aggregates);
  }
}

void Conversion::aggregate(json::array& aggregates, const RubyCall& call)
{
  no_block(call);
  if (call.arguments.size() != 1 || call.arguments.front().kind != Kind::call) {
    report_.refuse(call.place, "expected aggregate FUNCTION(:OUTPUT), as in aggregate summary(:status)");
    return;
  }
  const auto& function = call.arguments.front();
  if (is_aggregate_function(function.text)) {
    arguments_of_aggregate(aggregates, function);
  } else {
    report_.warn(
        function.place,
        "aggregate " + shown_term(function.text) +
            " is a plugin in Ruby, and left out: there are summary, boolean_summary, nagios_states, average, "
            "sum, min, "
            "max and percentiles");
  }
}

void Conversion::arguments_of_aggregate(json::array& aggregates, const RubyValue& function)
{
  const auto count = function.items.size();
  const bool has_options = count == 2 && function.items.back().kind == Kind::hash;
  if (count == 0 || !function.items.front().is_word() || (count != 1 && !has_options)) {
    report_.refuse(
        function.place, fmt::format("expected aggregate {}(:OUTPUT, :format => \"…\")", function.text));
    return;
  }
  json::array arguments{function.items.front().text};
  if (has_options) {
    arguments.push_back(json_of(function.items.back(), report_));
  }
  aggregates.push_back(json::object{{"function", function.text}, {"args", std::move(arguments)}});
}

}  // namespace

Expected<ConvertedDdl> convert_ruby_ddl(std::string_view text, const std::string& file)
{
  RubyReport report{file};
  const auto calls = ruby_calls(text, report);
  ConvertedDdl converted;
  if (!report.refused()) {
    converted.source = Conversion{report}.agent(calls);
  }
  if (report.refused()) {
    return tl::unexpected{*report.error()};
  }
  auto agent = from_json(converted.source);
  if (!agent) {
    return tl::unexpected{agent.error().with_context(file + ": what comes of it cannot be loaded")};
  }
  converted.agent = std::move(*agent);
  converted.warnings = report.warnings();
  return converted;
}

}  // namespace muster::ddl
