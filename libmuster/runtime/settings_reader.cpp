// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/settings_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "libmuster/runtime/near_miss.hpp"

namespace muster::runtime {

namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> time_units{
    {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr std::uint64_t kibi = 1024;
constexpr std::array<Unit, 11> size_units{{
    {"", 1},
    {"B", 1},
    {"K", kibi},
    {"KB", kibi},
    {"KiB", kibi},
    {"M", kibi* kibi},
    {"MB", kibi* kibi},
    {"MiB", kibi* kibi},
    {"G", kibi* kibi* kibi},
    {"GB", kibi* kibi* kibi},
    {"GiB", kibi* kibi* kibi},
}};

// "64K" in the smallest unit; nothing when it is no number with one of these units, or too large for the
// type.
template <std::size_t N>
std::optional<std::uint64_t> amount(std::string_view text, const std::array<Unit, N>& units)
{
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const auto suffix = text.substr(static_cast<std::size_t>(rest - text.data()));
  const auto unit =
      std::find_if(units.begin(), units.end(), [suffix](const Unit& u) { return u.suffix == suffix; });
  if (error != std::errc{} || unit == units.end() ||
      number > std::numeric_limits<std::uint64_t>::max() / unit->factor) {
    return std::nullopt;
  }
  return number * unit->factor;
}

std::optional<bool> flag_from(const YamlNode& node)
{
  if (node.quoted) {
    return std::nullopt;
  }
  for (const auto* yes : {"true", "yes", "on"}) {
    if (node.text == yes) {
      return true;
    }
  }
  for (const auto* no : {"false", "no", "off"}) {
    if (node.text == no) {
      return false;
    }
  }
  return std::nullopt;
}

const YamlNode& empty_map()
{
  static const YamlNode map{YamlNode::Kind::map, {}, false, {}, {}, 0, 0};
  return map;
}

}  // namespace

void Complaints::add(const YamlNode& where, std::string_view message)
{
  add(where.line, where.column, message);
}

void Complaints::add(int line, int column, std::string_view message)
{
  found_.push_back({line, column, std::string{message}});
}

std::vector<Error> Complaints::in_order() const
{
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
    return std::tie(left.line, left.column) < std::tie(right.line, right.column);
  });
  std::vector<Error> result;
  for (const auto& [line, column, message] : sorted) {
    if (result.size() == most_reported) {
      const auto more = std::to_string(sorted.size() - most_reported);
      result.push_back({ErrorCode::invalid_input, file_ + ": and " + more + " more errors"});
      break;
    }
    Error error{ErrorCode::invalid_input, file_};
    if (line > 0) {
      error.message.append(":").append(std::to_string(line)).append(":").append(std::to_string(column));
    }
    error.message.append(": ").append(message);
    result.push_back(std::move(error));
  }
  return result;
}

SettingsReader::SettingsReader(Complaints& complaints, const YamlNode& map)
    : complaints_{complaints}, map_{map.kind == YamlNode::Kind::map ? map : empty_map()}
{
  if (map.kind != YamlNode::Kind::map && map.kind != YamlNode::Kind::null) {
    complaints_.add(map, "expected keys with values");
  }
}

const YamlNode* SettingsReader::find(std::string_view key)
{
  known_.emplace_back(key);
  const auto* node = map_.member(key);
  return node == nullptr || node->kind == YamlNode::Kind::null ? nullptr : node;
}

const YamlNode* SettingsReader::scalar(std::string_view key, std::string_view expected)
{
  const auto* node = find(key);
  if (node == nullptr) {
    return nullptr;
  }
  if (node->kind != YamlNode::Kind::scalar || node->text.empty() || node->text.size() > max_word_length) {
    complaints_.add(*node, std::string{key} + ": expected " + std::string{expected});
    return nullptr;
  }
  return node;
}

bool SettingsReader::read_word(std::string_view key, std::string& target)
{
  const auto* node = scalar(key, "a word");
  if (node == nullptr) {
    return false;
  }
  target = node->text;
  return true;
}

bool SettingsReader::read_flag(std::string_view key, bool& target)
{
  const auto* node = scalar(key, "true or false");
  if (node == nullptr) {
    return false;
  }
  const auto flag = flag_from(*node);
  if (!flag) {
    refuse(key, "expected true or false");
    return false;
  }
  target = *flag;
  return true;
}

bool SettingsReader::read_number(std::string_view key, Range<std::uint64_t> range, std::uint64_t& target)
{
  const auto expected =
      "a whole number from " + std::to_string(range.lowest) + " to " + std::to_string(range.highest);
  const auto* node = scalar(key, expected);
  if (node == nullptr) {
    return false;
  }
  constexpr std::array<Unit, 1> no_unit{{{"", 1}}};
  const auto number = amount(node->text, no_unit);
  if (!number || *number < range.lowest || *number > range.highest) {
    refuse(key, "expected " + expected);
    return false;
  }
  target = *number;
  return true;
}

bool SettingsReader::read_duration(
    std::string_view key, Range<std::chrono::milliseconds> range, std::chrono::milliseconds& target)
{
  const auto expected = "a time such as 500ms, 10s or 2m, from " + std::to_string(range.lowest.count()) +
                        " ms to " + std::to_string(range.highest.count() / 1000) + " s";
  const auto* node = scalar(key, expected);
  if (node == nullptr) {
    return false;
  }
  const auto number = amount(node->text, time_units);
  if (!number || *number < static_cast<std::uint64_t>(range.lowest.count()) ||
      *number > static_cast<std::uint64_t>(range.highest.count())) {
    refuse(key, "expected " + expected);
    return false;
  }
  target = std::chrono::milliseconds{static_cast<std::int64_t>(*number)};
  return true;
}

bool SettingsReader::read_bytes(std::string_view key, Range<std::uint64_t> range, std::uint64_t& target)
{
  const auto expected = "a size such as 64K or 16M, from " + std::to_string(range.lowest) + " to " +
                        std::to_string(range.highest) + " bytes";
  const auto* node = scalar(key, expected);
  if (node == nullptr) {
    return false;
  }
  const auto number = amount(node->text, size_units);
  if (!number || *number < range.lowest || *number > range.highest) {
    refuse(key, "expected " + expected);
    return false;
  }
  target = *number;
  return true;
}

bool SettingsReader::read_path(
    std::string_view key, const std::filesystem::path& folder, std::filesystem::path& target)
{
  const auto* node = scalar(key, "a path");
  if (node == nullptr) {
    return false;
  }
  if (node->text.front() == '~') {
    refuse(key, "expected a path without '~': write it in full or relative to this file");
    return false;
  }
  target = (folder / node->text).lexically_normal();
  return true;
}

bool SettingsReader::read_words(std::string_view key, std::size_t most, std::vector<std::string>& target)
{
  const auto* node = find(key);
  if (node == nullptr) {
    return false;
  }
  const auto expected = "expected a list of at most " + std::to_string(most) + " words";
  const auto is_word = [](const YamlNode& item) {
    return item.kind == YamlNode::Kind::scalar && !item.text.empty() && item.text.size() <= max_word_length;
  };
  if (is_word(*node)) {
    target = {node->text};
    return true;
  }
  const auto bad = std::find_if_not(node->items.begin(), node->items.end(), is_word);
  if (node->kind != YamlNode::Kind::sequence || node->items.size() > most || bad != node->items.end()) {
    complaints_.add(bad == node->items.end() ? *node : *bad, std::string{key} + ": " + expected);
    return false;
  }
  target.clear();
  for (const auto& item : node->items) {
    target.push_back(item.text);
  }
  return true;
}

SettingsReader SettingsReader::read_map(std::string_view key)
{
  const auto* node = find(key);
  return {complaints_, node == nullptr ? empty_map() : *node};
}

void SettingsReader::refuse(std::string_view key, std::string_view message)
{
  const auto* node = map_.member(key);
  complaints_.add(node == nullptr ? map_ : *node, std::string{key} + ": " + std::string{message});
}

void SettingsReader::refuse_item(std::string_view key, std::size_t item, std::string_view message)
{
  const auto* node = map_.member(key);
  const bool in_list = node != nullptr && item < node->items.size();
  if (!in_list) {
    refuse(key, message);
    return;
  }
  complaints_.add(node->items[item], std::string{key} + ": " + std::string{message});
}

void SettingsReader::refuse_unknown_keys()
{
  for (const auto& [key, line, column, value] : map_.members) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) {
      continue;
    }
    const auto meant = near_miss(key, known_);
    complaints_.add(
        line, column, "unknown key '" + key + "'" + (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
  }
}

}  // namespace muster::runtime
