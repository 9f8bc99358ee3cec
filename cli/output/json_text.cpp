// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_text.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

constexpr int lines_down_to = 2;  // levels whose members have lines of their own

void append_escape(std::string& text, char32_t code_point)
{
  const auto unit = static_cast<unsigned>(code_point);
  if (unit < 0x10000) {
    text += fmt::format("\\u{:04x}", unit);
    return;
  }
  // A surrogate pair: JSON's escapes are those of UTF-16.
  const auto rest = unit - 0x10000;
  text += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
}

void append_character(std::string& text, const Utf8Step& step)
{
  switch (step.code_point) {
  case '"':
    text += "\\\"";
    return;
  case '\\':
    text += "\\\\";
    return;
  case '\n':
    text += "\\n";
    return;
  case '\t':
    text += "\\t";
    return;
  default:
    break;
  }
  if (is_treacherous(step.code_point)) {
    append_escape(text, step.code_point);
  } else {
    append_utf8(text, step.code_point);
  }
}

bool stands_for_itself(char c)
{
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void append_string(std::string& text, std::string_view value)
{
  text += '"';
  while (!value.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(value.begin(), value.end(), stands_for_itself) - value.begin());
    text += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) {
      break;
    }
    const auto step = next_code_point(value);
    append_character(text, step);
    value.remove_prefix(step.bytes);
  }
  text += '"';
}

// Depth is that of our own reports, a few levels: nothing here comes nested from a stranger.
void append_value(std::string& text, const json::value& value, int depth);

void append_break(std::string& text, int depth)
{
  if (depth <= lines_down_to) {
    text += "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ');
  }
}

void append_separator(std::string& text, bool& first, int depth)
{
  text += first ? "" : ",";
  text += first || depth <= lines_down_to ? "" : " ";
  first = false;
  append_break(text, depth);
}

void append_object(std::string& text, const json::object& object, int depth)
{
  // Only the outermost object is spread out; an object in a list is one node, and stays on its line.
  const int inner = depth == 0 ? 1 : lines_down_to + 1;
  bool first = true;
  text += '{';
  for (const auto& member : object) {
    append_separator(text, first, inner);
    append_string(text, member.key());
    text += ": ";
    append_value(text, member.value(), inner);
  }
  if (!first && depth == 0) {
    append_break(text, 0);
  }
  text += '}';
}

void append_array(std::string& text, const json::array& array, int depth)
{
  bool first = true;
  text += '[';
  for (const auto& element : array) {
    append_separator(text, first, depth + 1);
    append_value(text, element, depth + 1);
  }
  if (!first && depth < lines_down_to) {
    append_break(text, depth);
  }
  text += ']';
}

void append_number(std::string& text, double number)
{
  text += std::isfinite(number) ? fmt::format("{}", number) : "null";
}

void append_value(std::string& text, const json::value& value, int depth)
{
  switch (value.kind()) {
  case json::kind::null:
    text += "null";
    return;
  case json::kind::bool_:
    text += value.get_bool() ? "true" : "false";
    return;
  case json::kind::int64:
    text += fmt::format("{}", value.get_int64());
    return;
  case json::kind::uint64:
    text += fmt::format("{}", value.get_uint64());
    return;
  case json::kind::double_:
    append_number(text, value.get_double());
    return;
  case json::kind::string:
    append_string(text, std::string_view{value.get_string().data(), value.get_string().size()});
    return;
  case json::kind::array:
    append_array(text, value.get_array(), depth);
    return;
  case json::kind::object:
    append_object(text, value.get_object(), depth);
    return;
  }
}

void append_indented_break(std::string& text, std::size_t depth)
{
  text += '\n';
  text.append(depth * 2, ' ');
}

void append_indented(std::string& text, const json::value& value, std::size_t depth);

void append_indented(std::string& text, const json::object& object, std::size_t depth)
{
  const char* between = "";
  text += '{';
  for (const auto& member : object) {
    text += between;
    append_indented_break(text, depth + 1);
    append_string(text, member.key());
    text += ": ";
    append_indented(text, member.value(), depth + 1);
    between = ",";
  }
  append_indented_break(text, depth);
  text += '}';
}

void append_indented(std::string& text, const json::array& array, std::size_t depth)
{
  const char* between = "";
  text += '[';
  for (const auto& element : array) {
    text += between;
    append_indented_break(text, depth + 1);
    append_indented(text, element, depth + 1);
    between = ",";
  }
  append_indented_break(text, depth);
  text += ']';
}

void append_indented(std::string& text, const json::value& value, std::size_t depth)
{
  const auto is_plain = [](const json::value& one) { return one.is_primitive(); };
  const auto* array = value.if_array();
  if (value.is_object() && !value.get_object().empty()) {
    append_indented(text, value.get_object(), depth);
  } else if (array != nullptr && !std::all_of(array->begin(), array->end(), is_plain)) {
    append_indented(text, *array, depth);
  } else {
    append_value(text, value, lines_down_to);  // on this line
  }
}

}  // namespace

std::string json_document(const json::value& value)
{
  std::string text;
  append_indented(text, value, 0);
  return text + "\n";
}

std::string json_line(const json::value& value)
{
  std::string text;
  append_value(text, value, lines_down_to + 1);
  return text + "\n";
}

std::string json_text(const json::value& value)
{
  std::string text;
  append_value(text, value, 0);
  return text + "\n";
}

}  // namespace muster::cli
