// SPDX-License-Identifier: Apache-2.0
#include "cli/output/rpc_values.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/model/check_state.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

bool is_plain(const json::value& value)
{
  return !value.is_object() && !value.is_array();
}

// One element to a line, or all on one if they are short words and numbers.
std::string lines_of_list(const json::array& list)
{
  const bool plain = std::all_of(list.begin(), list.end(), is_plain);
  std::string text;
  for (const auto& element : list) {
    text += (text.empty() ? "" : plain ? ", " : "\n") + one_line(ddl::text_of(element));
  }
  return text;
}

std::string lines_of_object(const json::object& object)
{
  std::string text;
  for (const auto& [name, value] : object) {
    text += (text.empty() ? "" : "\n") + one_line(name) + " = " + one_line(ddl::text_of(value));
  }
  return text;
}

}  // namespace

std::string lines_of(const json::value& value)
{
  if (const auto* list = value.if_array()) {
    return lines_of_list(*list);
  }
  if (const auto* object = value.if_object()) {
    return lines_of_object(*object);
  }
  return value.is_null() ? std::string{} : printable(ddl::text_of(value), true);
}

namespace {

struct Line {
  CheckState state;
  std::string text;
};

CheckState state_in(const json::object& run)
{
  const auto* exitcode = run.if_contains("exitcode");
  const auto number = exitcode != nullptr && exitcode->is_int64() ? exitcode->get_int64() : 3;
  return number >= 0 && number < 3 ? static_cast<CheckState>(number) : CheckState::unknown;
}

std::string text_at(const json::object& run, const char* name)
{
  const auto* value = run.if_contains(name);
  return value != nullptr && value->is_string() ? one_line(ddl::text_of(*value)) : std::string{};
}

std::optional<Line> line_of(const json::value& element)
{
  const auto* run = element.if_object();
  if (run == nullptr || !run->contains("command")) {
    return std::nullopt;
  }
  const auto state = state_in(*run);
  auto text = fmt::format("{:<8} {}", to_string(state), text_at(*run, "command"));
  const auto output = text_at(*run, "output");
  return Line{state, text + (output.empty() ? "" : ": " + output)};
}

bool is_worse(const Line& left, const Line& right)
{
  return left.state != right.state && worse_of(left.state, right.state) == left.state;
}

std::string lines_of_states(const json::object& states)
{
  std::string text;
  for (const auto& [state, checks] : states) {
    text += (text.empty() ? "" : "\n") + fmt::format("{:<8} {}", one_line(state), lines_of(checks));
  }
  return text;
}

}  // namespace

std::string lines_of_checks(const json::value& value)
{
  if (const auto* states = value.if_object()) {
    return lines_of_states(*states);
  }
  const auto* list = value.if_array();
  std::vector<Line> lines;
  for (const auto& element : list == nullptr ? json::array{} : *list) {
    auto line = line_of(element);
    if (!line) {
      return lines_of(value);
    }
    lines.push_back(std::move(*line));
  }
  std::stable_sort(lines.begin(), lines.end(), is_worse);
  std::string text;
  for (const auto& line : lines) {
    text += (text.empty() ? "" : "\n") + line.text;
  }
  return list == nullptr ? lines_of(value) : text;
}

}  // namespace muster::cli
