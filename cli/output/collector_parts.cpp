// SPDX-License-Identifier: Apache-2.0
#include "cli/output/collector_parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/json_values.hpp"
#include "cli/output/time_text.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_shown_names = 6;

void add_mark(std::string& marks, const std::string& mark)
{
  marks += marks.empty() ? mark : ", " + mark;
}

void add_care(std::string& marks, const json::object& of)
{
  for (const auto& [member, word] :
       {std::pair{"acknowledgement", "acknowledged by "}, {"downtime", "downtime by "}}) {
    if (of.contains(member)) {
      const auto& care = object_in(of, member);
      add_mark(marks, word + one_line(text_in(care, "caller")) + ": " + one_line(text_in(care, "comment")));
    }
  }
}

std::string in_brackets(const std::string& marks)
{
  return marks.empty() ? "" : " [" + marks + "]";
}

}  // namespace

std::string age_of(
    const json::object& object, std::string_view member, std::chrono::sys_time<std::chrono::milliseconds> now)
{
  const auto time = time_in(object, member);
  return time ? age_text(std::chrono::duration_cast<std::chrono::seconds>(now - *time)) : "?";
}

std::string care_marks(const json::object& node)
{
  std::string marks;
  if (flag_in(node, "unreachable")) {
    add_mark(marks, "what it depends on is broken");
  }
  add_care(marks, node);
  return in_brackets(marks);
}

std::string not_up_text(const json::object& told)
{
  const auto count = number_in(object_in(object_in(told, "counts"), "need_somebody"), "nodes");
  return count > 0 ? fmt::format("{} node{} not up", count, count == 1 ? "" : "s") : std::string{};
}

std::string marks_of(const json::object& service)
{
  std::string marks;
  if (!flag_in(service, "hard")) {
    add_mark(marks, fmt::format("not confirmed, attempt {}", number_in(service, "attempt")));
  }
  if (flag_in(service, "flapping")) {
    add_mark(marks, "flapping");
  }
  if (flag_in(service, "unreachable")) {
    add_mark(marks, "what it depends on is broken");
  }
  add_care(marks, service);
  return in_brackets(marks);
}

bool is_looked_after(const json::object& service)
{
  return service.contains("acknowledgement") || service.contains("downtime") ||
         flag_in(service, "unreachable") || state_in(service, "state") == CheckState::ok;
}

std::string names_text(const std::vector<std::string>& names)
{
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most_shown_names); ++i) {
    text.append(i == 0 ? "" : " ").append(one_line(names[i]));
  }
  return names.size() <= most_shown_names
             ? text
             : fmt::format("{} and {} more", text, names.size() - most_shown_names);
}

}  // namespace muster::cli
