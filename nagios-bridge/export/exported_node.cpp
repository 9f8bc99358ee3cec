// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/exported_node.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::bridge {

namespace {

namespace json = protocol::json;

constexpr std::string_view node_prefix = "# node ";
constexpr std::string_view intervals_prefix = "# seconds between runs ";
constexpr std::size_t most_words = protocol::most_elements;
constexpr std::size_t longest_word = 1024;

template <typename Words>
void sort_once(Words& words)
{
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

std::string_view line_of(std::string_view& text)
{
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// What stands behind `prefix` in the second line of a file of ours.
std::optional<json::object> second_line(std::string_view file, std::string_view prefix)
{
  if (!is_ours(file)) {
    return std::nullopt;
  }
  line_of(file);
  const auto line = line_of(file);
  if (!line.starts_with(prefix)) {
    return std::nullopt;
  }
  auto object = protocol::parse_object(line.substr(prefix.size()));
  return object ? std::optional{std::move(*object)} : std::nullopt;
}

std::string two_lines(std::string_view prefix, const json::object& object)
{
  return std::string{export_marker} + '\n' + std::string{prefix} + json::serialize(object) + '\n';
}

// Facts and values take turns: a list of words is what the reader of JSON takes.
std::vector<Membership> pairs_of(const std::vector<std::string>& words)
{
  std::vector<Membership> groups;
  for (std::size_t at = 0; at + 1 < words.size(); at += 2) {
    groups.push_back({words[at], words[at + 1]});
  }
  return groups;
}

}  // namespace

std::string written_node(const ExportedNode& node)
{
  json::array groups;
  for (const auto& group : node.groups) {
    groups.emplace_back(group.fact);
    groups.emplace_back(group.value);
  }
  json::object object;
  object["name"] = node.name;
  object["groups"] = std::move(groups);
  object["checks"] = json::array(node.checks.begin(), node.checks.end());
  return two_lines(node_prefix, object);
}

std::optional<ExportedNode> read_written_node(std::string_view file)
{
  const auto object = second_line(file, node_prefix);
  if (!object) {
    return std::nullopt;
  }
  protocol::JsonReader reader{*object, "node"};
  ExportedNode node;
  node.name = reader.string("name", max_node_name_length);
  node.groups = pairs_of(reader.strings("groups", most_words, longest_word));
  node.checks = reader.strings("checks", most_words, longest_word);
  if (reader.error() || !is_node_name(node.name)) {
    return std::nullopt;
  }
  put_in_order(node);
  return node;
}

std::string written_intervals(const Intervals& intervals)
{
  json::array list;
  for (const auto& [check, every] : intervals) {
    list.push_back(json::array{check, every.count()});
  }
  json::object object;
  object["checks"] = std::move(list);
  return two_lines(intervals_prefix, object);
}

std::optional<Intervals> read_written_intervals(std::string_view file)
{
  const auto object = second_line(file, intervals_prefix);
  const auto* list = object ? object->if_contains("checks") : nullptr;
  if (list == nullptr || !list->is_array()) {
    return std::nullopt;
  }
  Intervals intervals;
  for (const auto& entry : list->get_array()) {
    const auto* pair = entry.if_array();
    if (pair == nullptr || pair->size() != 2 || !pair->at(0).is_string() || !pair->at(1).is_int64()) {
      return std::nullopt;
    }
    intervals[std::string{std::string_view{pair->at(0).get_string()}}] =
        std::chrono::seconds{pair->at(1).get_int64()};
  }
  return intervals;
}

bool is_ours(std::string_view file)
{
  return line_of(file) == export_marker;
}

void put_in_order(ExportedNode& node)
{
  sort_once(node.groups);
  sort_once(node.checks);
}

}  // namespace muster::bridge
