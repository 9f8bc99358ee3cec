// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/icinga_text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "libmuster/model/decimal.hpp"
#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/plugin_output.hpp"

namespace muster::bridge {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view ends_of_value = " \t\r\n\f\v|";
constexpr std::string_view digits = "0123456789";

// One value as it was printed: its label without quotes, and what follows the equals sign.
struct Piece {
  std::string label;
  std::string_view fields;
  std::size_t length = 0;  // of all of it
};

struct Label {
  std::string text;
  std::size_t length = 0;  // as printed, without the equals sign
};

// 'it''s' as a plugin quotes it; absent if that is no quoted label with an equals sign behind it.
std::optional<Label> quoted_label(std::string_view text)
{
  if (text.empty() || text.front() != '\'') {
    return std::nullopt;
  }
  Label label;
  const auto end = std::min(text.size(), 2 * max_perfdata_label_bytes);
  for (std::size_t at = 1; at < end; ++at) {
    if (text[at] != '\'') {
      label.text += text[at];
    } else if (text.substr(at, 2) == "''") {
      label.text += text[at++];
    } else {
      label.length = at + 1;
      return text.substr(at, 2) == "'=" && !label.text.empty() ? std::optional{label} : std::nullopt;
    }
  }
  return std::nullopt;
}

// Everything up to the equals sign, as Icinga takes it: blanks belong to it, quotes around it do not.
std::optional<Label> plain_label(std::string_view text)
{
  const auto equals = text.find('=');
  if (equals == npos) {
    return std::nullopt;
  }
  auto label = text.substr(0, equals);
  if (label.size() > 2 && label.front() == '\'' && label.back() == '\'') {
    label = label.substr(1, label.size() - 2);
  }
  return Label{std::string{label}, equals};
}

std::optional<Piece> next_piece(std::string_view text)
{
  auto label = quoted_label(text);
  if (!label) {
    label = plain_label(text);
  }
  if (!label) {
    return std::nullopt;
  }
  const auto fields = text.substr(label->length + 1);
  const auto end = std::min(fields.find_first_of(ends_of_value), fields.size());
  return Piece{std::move(label->text), fields.substr(0, end), label->length + 1 + end};
}

// check_multi says the name of a check once, with its first value.
class CheckPrefix {
public:
  std::string with_prefix(const std::string& label)
  {
    const auto colons = label.rfind("::");
    if (colons != std::string::npos) {
      prefix_ = label.substr(0, colons + 2);
      return label;
    }
    return prefix_ + label;
  }

private:
  std::string prefix_;
};

// Icinga takes off one pair of quotes, and nothing in between is special to it.
std::string written_label(const std::string& label)
{
  const bool looks_quoted = label.size() > 2 && label.front() == '\'' && label.back() == '\'';
  return looks_quoted || label.find_first_of(" =") != std::string::npos ? "'" + label + "'" : label;
}

// The comma at `at` is a decimal point: a digit on both sides, and no second comma in the same number.
bool is_decimal_comma(std::string_view text, std::size_t at)
{
  const auto first = text.find_last_not_of(digits, at - 1);
  const auto last = text.find_first_not_of(digits, at + 1);
  const bool between = at > 0 && first != at - 1 && last != at + 1 && at + 1 < text.size();
  return between && (first == npos || text[first] != ',') && (last == npos || text[last] != ',');
}

// Icinga takes nothing of a value with a comma in it. One that is no decimal point stays, for people to see.
std::string with_points(std::string_view fields)
{
  std::string text{fields};
  for (auto comma = fields.find(','); comma != npos; comma = fields.find(',', comma + 1)) {
    if (!is_decimal_comma(fields, comma)) {
      return std::string{fields};
    }
    text[comma] = '.';
  }
  return text;
}

// Of the thresholds Icinga knows the plain number only.
std::string with_plain_thresholds(std::string fields)
{
  std::size_t at = 0;
  for (int field = 0; field < 2; ++field) {
    at = fields.find(';', at);
    if (at == std::string::npos) {
      break;
    }
    ++at;
    const auto end = std::min(fields.find(';', at), fields.size());
    const auto upper = std::string_view{fields}.substr(at, end - at);
    if (upper.starts_with("0:") && parse_decimal(upper.substr(2)).value_or(-1) >= 0) {
      fields.erase(at, 2);
    }
  }
  return fields;
}

std::string without_returns(std::string_view text)
{
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool ends_line = at + 1 == text.size() || text[at + 1] == '\n';
    if (text[at] != '\r' || !ends_line) {
      lines += text[at];
    }
  }
  return lines;
}

std::string first_line(const PassiveResult& result)
{
  // What Nagios says for an empty first line; Icinga shows what follows it.
  std::string line = result.summary == no_plugin_output ? "" : without_returns(result.summary);
  if (!result.perfdata.empty() && result.perfdata.find('=') == std::string::npos) {
    line += '|' + without_returns(result.perfdata);
  }
  return line;
}

}  // namespace

std::string icinga_output(const PassiveResult& result)
{
  const auto line = first_line(result);
  const auto details = without_returns(result.details);
  return line.empty() || details.empty() ? line + details : line + '\n' + details;
}

std::vector<std::string> icinga_performance_data(std::string_view perfdata)
{
  std::vector<std::string> items;
  CheckPrefix prefix;
  while (items.size() < max_perfdata_values) {
    perfdata.remove_prefix(std::min(perfdata.find_first_not_of(ends_of_value), perfdata.size()));
    const auto piece = next_piece(perfdata);
    if (!piece) {
      break;
    }
    items.push_back(
        written_label(prefix.with_prefix(piece->label)) + '=' +
        with_plain_thresholds(with_points(piece->fields)));
    perfdata.remove_prefix(piece->length);
  }
  return items;
}

}  // namespace muster::bridge
