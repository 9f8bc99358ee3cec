// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/tool_text.hpp"

#include <algorithm>

#include "libmuster/model/utf8.hpp"

namespace muster::checkagent::actions {

namespace {

constexpr std::size_t longest_reason = 400;
constexpr std::string_view blanks = " \t\r\n";

bool starts_with_one_of(std::string_view line, const std::vector<std::string_view>& beginnings)
{
  return std::any_of(beginnings.begin(), beginnings.end(), [line](std::string_view beginning) {
    return line.substr(0, beginning.size()) == beginning;
  });
}

std::string_view first_such_line(std::string_view text, const std::vector<std::string_view>& beginnings)
{
  for (const auto line : lines_of(text)) {
    if (starts_with_one_of(line, beginnings)) {
      return line;
    }
  }
  return {};
}

std::string how_it_ended(const ProgramRun& run)
{
  switch (run.end) {
  case ProgramRun::End::timed_out:
    return "it did not end in time and was killed";
  case ProgramRun::End::signalled:
    return "it was killed by signal " + std::to_string(run.number);
  case ProgramRun::End::could_not_start:
    return "it could not be started";
  case ProgramRun::End::exited:
    break;
  }
  return "exit status " + std::to_string(run.number);
}

}  // namespace

std::vector<std::string_view> fields_of(std::string_view line, char separator)
{
  std::vector<std::string_view> fields;
  while (true) {
    const auto end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) {
      return fields;
    }
    line.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> lines_of(std::string_view text)
{
  auto lines = fields_of(text, '\n');
  if (lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

std::string_view without_blanks(std::string_view text)
{
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string last_lines(std::string_view text, std::size_t most)
{
  text = without_blanks(text);
  if (text.size() > most) {
    text.remove_prefix(text.size() - most);
    const auto line_end = text.find('\n');
    text.remove_prefix(line_end == std::string_view::npos ? 0 : line_end + 1);
  }
  return to_valid_utf8(text);
}

std::string why_it_failed(const ProgramRun& run, const std::vector<std::string_view>& beginnings)
{
  auto line = first_such_line(run.errors, beginnings);
  if (line.empty()) {
    line = first_such_line(run.output, beginnings);
  }
  if (line.empty()) {
    const auto said = without_blanks(run.errors);
    line = said.substr(0, said.find('\n'));
  }
  if (line.empty()) {
    return how_it_ended(run);
  }
  return truncate_utf8(without_blanks(line), longest_reason, "…");
}

}  // namespace muster::checkagent::actions
