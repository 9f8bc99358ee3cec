// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/sendable.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/utf8.hpp"

namespace muster::protocol {

namespace {

constexpr std::string_view cut_mark = " … [cut]";
constexpr std::string_view deep_mark = "… [too deep]";

// Without these nobody could tell what the rest is about. Anything longer is not one of our names.
constexpr std::size_t longest_name = 256;
constexpr std::array<std::string_view, 7> names{
    "id", "node", "name", "instance", "check", "command", "origin"};

bool is_kept(std::string_view key, const json::value& value)
{
  return std::find(names.begin(), names.end(), key) != names.end() && value.is_string() &&
         value.get_string().size() <= longest_name;
}

void make_readable(json::value& value, std::size_t depth);

void make_readable(json::string& text)
{
  const auto valid = to_valid_utf8(text);
  if (valid != std::string_view{text}) {
    text = valid;
  }
}

void make_readable(json::object& object, std::size_t depth)
{
  json::object readable;
  const std::size_t kept = object.size() <= most_members ? object.size() : most_members - 1;
  for (auto& member : object) {
    if (readable.size() == kept) {
      readable[cut_mark] = std::to_string(object.size() - kept) + " more";
      break;
    }
    make_readable(member.value(), depth + 1);
    readable[to_valid_utf8(member.key())] = std::move(member.value());
  }
  object = std::move(readable);
}

void make_readable(json::value& value, std::size_t depth)
{
  if (value.is_structured() && depth > deepest_nesting) {
    value = deep_mark;
  } else if (auto* object = value.if_object()) {
    make_readable(*object, depth);
  } else if (auto* array = value.if_array()) {
    array->resize(std::min(array->size(), most_elements));
    for (auto& element : *array) {
      make_readable(element, depth + 1);
    }
  } else if (auto* text = value.if_string()) {
    make_readable(*text);
  } else if (value.is_double() && !std::isfinite(value.get_double())) {
    value = nullptr;
  }
}

void collect_long_strings(json::value& value, std::vector<json::string*>& found)
{
  if (auto* text = value.if_string()) {
    if (text->size() > shortest_cut) {
      found.push_back(text);
    }
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) {
      if (!is_kept(member.key(), member.value())) {
        collect_long_strings(member.value(), found);
      }
    }
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) {
      collect_long_strings(element, found);
    }
  }
}

std::size_t encoded_size(std::string_view text)
{
  return json::serialize(json::value(text)).size();
}

// Whether all of `texts` together take up to `room` bytes when none is longer than `longest`.
bool fit(const std::vector<json::string*>& texts, std::size_t longest, std::size_t room)
{
  std::size_t size = 0;
  return std::all_of(texts.begin(), texts.end(), [&](const json::string* text) {
    size += encoded_size(truncate_utf8(*text, longest, cut_mark));
    return size <= room;
  });
}

// The largest length in reach that fits, found by halving; `shortest_cut` if there is none.
std::size_t fitting_length(const std::vector<json::string*>& texts, std::size_t room)
{
  std::size_t good = shortest_cut;
  std::size_t bad = room + 1;
  while (good + 1 < bad) {
    const auto middle = good + (bad - good) / 2;
    (fit(texts, middle, room) ? good : bad) = middle;
  }
  return good;
}

}  // namespace

bool make_sendable(json::object& object, std::size_t most)
{
  make_readable(object, 1);
  const auto size = json::serialize(object).size();
  if (size <= most) {
    return true;
  }
  std::vector<json::string*> texts;
  for (auto& member : object) {
    if (!is_kept(member.key(), member.value())) {
      collect_long_strings(member.value(), texts);
    }
  }
  std::size_t fixed = size;
  for (const auto* text : texts) {
    fixed -= encoded_size(*text);
  }
  const auto longest = fitting_length(texts, most > fixed ? most - fixed : 0);
  for (auto* text : texts) {
    *text = truncate_utf8(*text, longest, cut_mark);
  }
  return json::serialize(object).size() <= most;
}

std::string sendable_text(std::string_view text, std::size_t longest)
{
  return truncate_utf8(to_valid_utf8(text), longest, cut_mark);
}

}  // namespace muster::protocol
