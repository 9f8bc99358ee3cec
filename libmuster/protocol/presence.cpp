// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/sendable.hpp"

namespace muster::protocol {

namespace {

constexpr std::size_t longest_word = 256;
constexpr std::size_t most_words = 256;
constexpr std::size_t longest_sentence = 1024;
constexpr std::size_t most_sentences = 32;
constexpr std::size_t longest_broker = 260;                    // a host name of 253 bytes, a colon, a port
constexpr std::int64_t largest_count = std::int64_t{1} << 53;  // what every JSON reader can hold

const std::vector<std::string_view> state_words{"up", "stopped", "gone"};

// As many and as long as a reader takes.
json::array sendable(const std::vector<std::string>& texts, std::size_t most, std::size_t longest)
{
  json::array array;
  for (const auto& text : texts) {
    if (array.size() == most) {
      break;
    }
    array.emplace_back(sendable_text(text, longest));
  }
  return array;
}

// Its depth is that of the facts, which their sources bound.
json::value to_json(const FactValue& fact)
{
  return std::visit(
      [](const auto& value) -> json::value {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, FactValue::Array>) {
          json::array array;
          for (const auto& element : value) {
            array.push_back(to_json(element));
          }
          return array;
        } else if constexpr (std::is_same_v<Value, FactValue::Map>) {
          json::object object;
          for (const auto& [name, element] : value) {
            object[name] = to_json(element);
          }
          return object;
        } else {
          return json::value(value);
        }
      },
      fact.value);
}

// parse_object has bounded the depth.
FactValue fact_from_json(const json::value& value)
{
  if (const auto* array = value.if_array()) {
    FactValue::Array elements;
    for (const auto& element : *array) {
      elements.push_back(fact_from_json(element));
    }
    return FactValue{std::move(elements)};
  }
  if (const auto* object = value.if_object()) {
    FactValue::Map members;
    for (const auto& member : *object) {
      members[std::string{member.key()}] = fact_from_json(member.value());
    }
    return FactValue{std::move(members)};
  }
  if (const auto* text = value.if_string()) {
    return FactValue{std::string{std::string_view{*text}}};
  }
  if (value.is_bool()) {
    return FactValue{value.get_bool()};
  }
  if (value.is_int64()) {
    return FactValue{value.get_int64()};
  }
  return value.is_number() ? FactValue{value.to_number<double>()} : FactValue{std::string{}};
}

}  // namespace

json::object to_json(const Facts& facts)
{
  json::object object;
  for (const auto& [name, value] : facts.all()) {
    object[name] = to_json(value);
  }
  return object;
}

Expected<Facts> facts_from_json(const json::object& object, const std::string& path)
{
  Facts facts;
  for (const auto& member : object) {
    if (member.key().size() > longest_word) {
      return failure(ErrorCode::invalid_input, path + ": a name longer than " + std::to_string(longest_word));
    }
    facts.set(std::string{member.key()}, fact_from_json(member.value()));
  }
  return facts;
}

std::chrono::seconds presence_age(std::optional<std::chrono::seconds> expiry_left)
{
  const std::chrono::seconds whole{presence_expiry};
  return expiry_left && *expiry_left < whole ? whole - *expiry_left : std::chrono::seconds{0};
}

std::string encode(const Presence& presence)
{
  json::object object;
  object["name"] = presence.name;
  object["state"] = state_words[static_cast<std::size_t>(presence.state)];
  object["instance"] = presence.instance;
  object["collectives"] = sendable(presence.collectives, most_words, longest_word);
  object["agents"] = sendable(presence.agents, most_words, longest_word);
  object["facts"] = to_json(presence.facts);
  object["classes"] = sendable(presence.classes, most_words, longest_word);
  object["all_classes"] = presence.all_classes && presence.classes.size() <= most_words;
  object["version"] = presence.version;
  if (!presence.broker.empty()) {
    object["broker"] = sendable_text(presence.broker, longest_broker);
  }
  object["epoch"] = presence.epoch;
  object["seq"] = presence.seq;
  object["health"] = sendable(presence.health, most_sentences, longest_sentence);
  // Announced facts take 512 bytes as a rule, so all this is for a node that has been set up to no good.
  for (const auto* missed : {"facts", "classes", "health", "agents"}) {
    if (make_sendable(object, largest_encoded)) {
      break;
    }
    object[missed] = object[missed].is_object() ? json::value(json::object{}) : json::value(json::array{});
    object["all_classes"] = false;
  }
  return json::serialize(object);
}

Expected<Presence> parse_presence(std::string_view payload)
{
  const auto object = parse_object(payload);
  if (!object) {
    return tl::unexpected{object.error().with_context("presence")};
  }
  JsonReader reader{*object, "presence"};
  Presence presence;
  presence.name = reader.string("name", max_caller_name_length);
  if (!is_node_name(presence.name) && !is_service_name(presence.name)) {
    reader.fail("name", "the name of a node or service");
  }
  presence.state = static_cast<NodeState>(reader.one_of("state", state_words));
  presence.instance = reader.string("instance", longest_word);
  presence.collectives = reader.strings("collectives", most_words, longest_word);
  presence.agents = reader.strings("agents", most_words, longest_word);
  presence.classes = reader.strings("classes", most_words, longest_word);
  presence.all_classes = reader.optional_boolean("all_classes", false);
  presence.version = reader.optional_string("version", longest_word);
  presence.broker = reader.optional_string("broker", longest_broker);
  presence.epoch = reader.optional_integer("epoch", 0, largest_count, 0);
  presence.seq = reader.optional_integer("seq", 0, largest_count, 0);
  presence.health = reader.strings("health", most_sentences, longest_sentence);
  auto facts = facts_from_json(reader.object("facts"), "presence.facts");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (!facts) {
    return tl::unexpected{facts.error()};
  }
  presence.facts = std::move(*facts);
  return presence;
}

}  // namespace muster::protocol
