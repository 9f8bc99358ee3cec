// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_inputs.hpp"

#include <utility>

#include "libmuster/ddl/ruby_options.hpp"
#include "libmuster/ddl/ruby_pattern.hpp"
#include "libmuster/ddl/validators.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster::ddl {

namespace {

using Kind = RubyValue::Kind;

constexpr const char* line_anchors_differ =
    "^ and $ stand for the ends of any line in Ruby, and here for those of the whole text: a text of several "
    "lines "
    "that passed there may not pass here";
constexpr const char* ascii_differs =
    "\\b and [:names:] know all letters in Ruby, and those of ASCII here: write \\p{L} for a letter of any "
    "language";

// A validator that is a plugin in Ruby cannot be carried over. What is put in its place must not let anything
// through that a shell would obey.
std::string validator_of(const RubyValue& value, RubyOptions& options)
{
  if (is_validator(value.text)) {
    return value.text;
  }
  if (value.text == "string") {
    return {};
  }
  options.warn(
      value,
      "validator " + shown_term(value.text) +
          " is a plugin in Ruby: shellsafe stands in its place; write a regular expression that allows less");
  return "shellsafe";
}

std::string expression_of(const RubyValue& value, RubyOptions& options, RubyReport& report)
{
  const auto translated = translate_ruby_pattern(value.text, value.flags);
  if (!translated) {
    options.refuse(value, "validation", "an expression of RE2: " + translated.error().message);
    return {};
  }
  if (translated->line_anchors) {
    report.warn(value.place, line_anchors_differ);
  }
  if (translated->ascii_only) {
    report.warn(value.place, ascii_differs);
  }
  // An expression that reads like a validator's name is to stay one.
  const bool name = is_validator(translated->text) || is_foreign_validator(translated->text);
  return name ? "(?:" + translated->text + ")" : translated->text;
}

std::string validation_of(const RubyValue& value, RubyOptions& options, RubyReport& report)
{
  if (value.kind == Kind::symbol) {
    return validator_of(value, options);
  }
  if (value.kind == Kind::text && is_validator(value.text)) {
    options.warn(value, "the expression '" + value.text + "' is taken for the validator of that name");
    return value.text;
  }
  if (value.kind != Kind::text && value.kind != Kind::pattern) {
    options.refuse(
        value,
        "validation",
        "a regular expression or a validator; write words to choose from as :type => :list");
    return {};
  }
  return expression_of(value, options, report);
}

void add_string_rules(json::object& input, RubyOptions& options, RubyReport& report)
{
  if (const auto* validation = options.value("validation")) {
    if (const auto text = validation_of(*validation, options, report); !text.empty()) {
      input["validation"] = text;
    }
  }
  if (const auto longest = options.integer("maxlength")) {
    input["maxlength"] = *longest;
  }
}

void add_list(json::object& input, RubyOptions& options, RubyReport& report)
{
  const auto* list = options.value("list");
  if (list == nullptr || list->kind != Kind::list) {
    return;  // told by the reader of the JSON, or below
  }
  for (const auto& word : list->items) {
    if (!word.is_word()) {
      options.refuse(word, "list", "strings");
    }
  }
  input["list"] = json_of(*list, report);
}

// MCollective looks at these for one type each, and passes over them in silence otherwise.
void warn_of_rules_without_use(const std::string& type, RubyOptions& options)
{
  for (const auto* name : {"validation", "maxlength"}) {
    const auto* value = type == "string" ? nullptr : options.value(name);
    if (value != nullptr) {
      options.warn(*value, std::string{"only strings have a "} + name + ": it is left out");
    }
  }
  const auto* list = type == "list" ? nullptr : options.value("list");
  if (list != nullptr) {
    options.warn(*list, "only an input of :type => :list has a list: it is left out");
  }
}

void add_default(json::object& described, RubyOptions& options)
{
  if (auto value = options.json("default")) {
    described["default"] = std::move(*value);
  }
}

std::string type_of(const RubyCall& call, RubyOptions& options, RubyReport& report)
{
  auto type = options.text("type");
  const auto* value = options.value("type");
  if (value == nullptr) {
    report.refuse(call.place, "this input has no type, expected :type => :string or another one");
  } else if (value->is_word() && !is_type(type)) {
    report.refuse(
        value->place,
        "found the type " + shown_term(type) +
            ", expected :string, :integer, :float, :number, :boolean, :list, :hash or :array");
  }
  return type;
}

}  // namespace

json::object input_of_ruby(const RubyCall& call, const std::string& name, RubyReport& report)
{
  RubyOptions options{call, "input " + name, report};
  const auto type = type_of(call, options, report);
  json::object input{
      {"prompt", options.text("prompt")},
      {"description", options.text("description")},
      {"type", type},
      {"optional", options.boolean("optional")}};
  if (type == "string") {
    add_string_rules(input, options, report);
  } else if (type == "list") {
    add_list(input, options, report);
    if (!report.refused() && !input.contains("list")) {
      report.refuse(call.place, R"(this input has no list, expected :list => ["one", "other"])");
    }
  }
  warn_of_rules_without_use(type, options);
  add_default(input, options);
  if (const auto* value = options.value("default"); value != nullptr && input.at("optional").as_bool()) {
    options.warn(
        *value,
        "it is optional and has a default: MCollective left such an input out, Muster fills it in; take the "
        "default "
        "away if the agent tells the two apart");
  }
  options.warn_of_others();
  return input;
}

json::object output_of_ruby(const RubyCall& call, const std::string& name, RubyReport& report)
{
  RubyOptions options{call, "output " + name, report};
  json::object output{
      {"description", options.text("description")}, {"display_as", options.text("display_as")}};
  if (const auto type = options.text("type"); !type.empty()) {
    output["type"] = type;
  }
  add_default(output, options);
  options.warn_of_others();
  return output;
}

}  // namespace muster::ddl
