// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ddl.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "libmuster/ddl/inputs.hpp"
#include "libmuster/ddl/validators.hpp"

namespace muster::ddl {

namespace {

using protocol::JsonReader;

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_text = longest_ddl_text;
constexpr std::size_t most_list_words = 128;      // of an input of type list
constexpr std::int64_t longest_string = 1 << 16;  // more does not fit into a request
constexpr std::int64_t longest_timeout_s = std::int64_t{24} * 3600;

constexpr std::array<std::string_view, 8> type_names{
    "string", "integer", "float", "number", "boolean", "list", "hash", "array"};

Error wrong(const std::string& path, std::string_view expected)
{
  return {ErrorCode::invalid_input, path + ": expected " + std::string{expected}};
}

// JSON's null stands for "not there": Go writes it for what it has not got.
bool has(const json::object& object, std::string_view name)
{
  const auto* value = object.if_contains(name);
  return value != nullptr && !value->is_null();
}

json::object without_nulls(const json::object& object)
{
  json::object rest;
  for (const auto& [name, value] : object) {
    if (!value.is_null()) {
      rest[name] = value;
    }
  }
  return rest;
}

// Choria's schema writes two of them with a capital.
Type read_type(JsonReader& reader)
{
  std::vector<std::string_view> words{type_names.begin(), type_names.end()};
  words.insert(words.end(), {"Hash", "Array"});
  const auto word = reader.one_of("type", words);
  return word < type_names.size()    ? static_cast<Type>(word)
         : word == type_names.size() ? Type::hash
                                     : Type::array;
}

std::optional<json::value> value_of(const json::object& object, std::string_view name)
{
  return has(object, name) ? std::optional<json::value>{object.at(name)} : std::nullopt;
}

// An empty text is how DDLs in the field say "nothing given", whatever their validation says of it.
bool is_nothing(const json::value& value)
{
  return value.is_string() && value.get_string().empty();
}

// A default reaches the action without being looked at again.
Expected<void> check_rules(const Input& input, const std::string& path)
{
  if (const auto valid = check_validation(input.validation); !valid) {
    return tl::unexpected{valid.error().with_context(path + ".validation")};
  }
  if (input.default_value && !is_nothing(*input.default_value)) {
    if (const auto fits = check_input(input, *input.default_value); !fits) {
      return failure(ErrorCode::invalid_input, path + ".default: " + fits.error().message);
    }
  }
  return {};
}

Expected<Input> read_input(const std::string& name, const json::value& value, const std::string& path)
{
  if (!value.is_object() || !is_name(name)) {
    return tl::unexpected{wrong(path, "an object under a name of letters, digits, _ and -")};
  }
  const auto object = without_nulls(value.get_object());
  JsonReader reader{object, path};
  Input input;
  input.name = name;
  input.prompt = reader.optional_string("prompt", longest_text);
  input.description = reader.optional_string("description", longest_text);
  input.type = read_type(reader);
  input.optional = reader.optional_boolean("optional", false);
  input.validation = reader.optional_string("validation", longest_text);
  input.longest = static_cast<std::size_t>(reader.optional_integer("maxlength", 0, longest_string, 0));
  input.list = reader.strings("list", most_list_words, longest_text);
  input.default_value = value_of(object, "default");
  if (input.type == Type::list && input.list.empty()) {
    reader.fail("list", "the words that the input may be");
  }
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (const auto valid = check_rules(input, path); !valid) {
    return tl::unexpected{valid.error()};
  }
  return input;
}

Expected<Output> read_output(const std::string& name, const json::value& value, const std::string& path)
{
  if (!value.is_object() || !is_name(name)) {
    return tl::unexpected{wrong(path, "an object under a name of letters, digits, _ and -")};
  }
  const auto object = without_nulls(value.get_object());
  JsonReader reader{object, path};
  Output output;
  output.name = name;
  output.description = reader.optional_string("description", longest_text);
  output.display_as = reader.optional_string("display_as", longest_text);
  output.type = reader.optional_string("type", longest_word);
  output.default_value = value_of(object, "default");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (output.display_as.empty()) {
    output.display_as = name;
  }
  return output;
}

// The list that begins with the name of an output; null if there is none, as DDLs in the field sometimes
// have.
const json::array* arguments_of(const json::object& aggregate)
{
  const auto* value = aggregate.if_contains("args");
  const auto* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr || list->empty() || !list->front().is_string() ? nullptr : list;
}

// {"function": "summary", "args": ["status", {"format": "%s"}]}; Ruby's DDLs convert to options as an object.
// Without arguments its `output` is empty.
Expected<Aggregate> read_aggregate(const json::value& value, const std::string& path)
{
  if (!value.is_object()) {
    return tl::unexpected{wrong(path, "an object")};
  }
  JsonReader reader{value.get_object(), path};
  Aggregate aggregate;
  aggregate.function = reader.string("function", longest_word);
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  const auto* arguments = arguments_of(value.get_object());
  if (arguments == nullptr) {
    return aggregate;
  }
  aggregate.output = std::string_view{arguments->front().get_string()};
  if (arguments->size() > 1 && (*arguments)[1].is_object()) {
    const auto options = without_nulls((*arguments)[1].get_object());
    JsonReader option_reader{options, path + ".args[1]"};
    aggregate.format = option_reader.optional_string("format", longest_text);
    if (option_reader.error()) {
      return tl::unexpected{*option_reader.error()};
    }
    aggregate.mapping = options;
  }
  return aggregate;
}

Expected<void> read_inputs(Action& action, const json::object& object, const std::string& path)
{
  for (const auto& [name, value] : object) {
    auto input = read_input(std::string{name}, value, path + ".input." + std::string{name});
    if (!input) {
      return tl::unexpected{input.error()};
    }
    action.inputs.push_back(std::move(*input));
  }
  return {};
}

Expected<void> read_outputs(Action& action, const json::object& object, const std::string& path)
{
  for (const auto& [name, value] : object) {
    auto output = read_output(std::string{name}, value, path + ".output." + std::string{name});
    if (!output) {
      return tl::unexpected{output.error()};
    }
    action.outputs.push_back(std::move(*output));
  }
  return {};
}

Expected<void> read_aggregates(Action& action, const json::object& object, const std::string& path)
{
  if (!has(object, "aggregate")) {
    return {};
  }
  const auto* list = object.at("aggregate").if_array();
  if (list == nullptr || list->size() > most_list_words) {
    return tl::unexpected{wrong(path + ".aggregate", "a list")};
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto aggregate = read_aggregate((*list)[i], fmt::format("{}.aggregate[{}]", path, i));
    if (!aggregate) {
      return tl::unexpected{aggregate.error()};
    }
    if (!aggregate->output.empty()) {  // else there is nothing that it could be made of
      action.aggregates.push_back(std::move(*aggregate));
    }
  }
  return {};
}

Display display_of(std::size_t word)
{
  return word == 0 ? Display::ok : word == 1 ? Display::failed : Display::always;
}

Expected<Action> read_action(const json::value& value, const std::string& path)
{
  if (!value.is_object()) {
    return tl::unexpected{wrong(path, "an object")};
  }
  const auto object = without_nulls(value.get_object());
  JsonReader reader{object, path};
  Action action;
  action.name = reader.string("action", longest_word);
  action.description = reader.optional_string("description", longest_text);
  if (reader.has("display")) {
    action.display = display_of(reader.one_of("display", {"ok", "failed", "always", "flatten"}));
  }
  action.changes = reader.optional_boolean("changes", true);
  const auto& inputs = reader.object("input");
  const auto& outputs = reader.object("output");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (!is_name(action.name)) {
    return tl::unexpected{wrong(path + ".action", "a name of letters, digits, _ and -")};
  }
  for (const auto& read :
       {read_inputs(action, inputs, path),
        read_outputs(action, outputs, path),
        read_aggregates(action, object, path)}) {
    if (!read) {
      return tl::unexpected{read.error()};
    }
  }
  return action;
}

Expected<Metadata> read_metadata(const json::object& ddl)
{
  if (!has(ddl, "metadata") || !ddl.at("metadata").is_object()) {
    return tl::unexpected{wrong("metadata", "an object")};
  }
  const auto object = without_nulls(ddl.at("metadata").get_object());
  JsonReader reader{object, "metadata"};
  Metadata metadata;
  metadata.name = reader.string("name", longest_word);
  metadata.description = reader.optional_string("description", longest_text);
  metadata.author = reader.optional_string("author", longest_text);
  metadata.license = reader.optional_string("license", longest_text);
  metadata.version = reader.optional_string("version", longest_word);
  metadata.url = reader.optional_string("url", longest_text);
  constexpr std::int64_t usual_timeout_s = 10;
  metadata.timeout =
      std::chrono::seconds{reader.optional_integer("timeout", 0, longest_timeout_s, usual_timeout_s)};
  if (!is_name(metadata.name)) {
    reader.fail("name", "letters, digits, _ and -");
  }
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return metadata;
}

}  // namespace

std::string_view to_string(Type type) noexcept
{
  return type_names[static_cast<std::size_t>(type)];
}

bool is_type(std::string_view word) noexcept
{
  return std::find(type_names.begin(), type_names.end(), word) != type_names.end();
}

bool is_name(std::string_view word) noexcept
{
  const auto allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '.';
  };
  return !word.empty() && word.size() <= longest_word && word.front() != '-' && word.front() != '.' &&
         std::all_of(word.begin(), word.end(), allowed);
}

const Action* Agent::find(std::string_view action) const noexcept
{
  const auto found = std::find_if(
      actions.begin(), actions.end(), [action](const Action& candidate) { return candidate.name == action; });
  return found == actions.end() ? nullptr : &*found;
}

Expected<Agent> from_json(const json::object& object)
{
  Agent agent;
  auto metadata = read_metadata(object);
  if (!metadata) {
    return tl::unexpected{metadata.error()};
  }
  agent.metadata = std::move(*metadata);
  const auto* actions = object.if_contains("actions");
  if (actions == nullptr || !actions->is_array() || actions->get_array().size() > most_actions) {
    return tl::unexpected{wrong("actions", fmt::format("a list of at most {}", most_actions))};
  }
  for (std::size_t i = 0; i < actions->get_array().size(); ++i) {
    auto action = read_action(actions->get_array()[i], fmt::format("actions[{}]", i));
    if (!action) {
      return tl::unexpected{action.error()};
    }
    if (agent.find(action->name) != nullptr) {
      return tl::unexpected{wrong(fmt::format("actions[{}].action", i), "a name that no other action has")};
    }
    agent.actions.push_back(std::move(*action));
  }
  return agent;
}

Expected<Agent> parse(std::string_view text)
{
  if (text.size() > largest_ddl) {
    return failure(ErrorCode::invalid_input, fmt::format("a DDL has at most {} bytes", largest_ddl));
  }
  const auto object = protocol::parse_object(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  return from_json(*object);
}

std::string fingerprint(const json::object& object)
{
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : json::serialize(object)) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace muster::ddl
