// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nsca_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

constexpr std::string_view broken_bar = "\xc2\xa6";
constexpr std::string_view ellipsis = "\xe2\x80\xa6";
constexpr std::size_t least_summary = 1024;  // perfdata leaves so much room to it
constexpr std::size_t longest_shown_name = 150;

// One line, without bars, unless they are kept.
std::string one_line(const std::string& part)
{
  auto text = to_valid_utf8(part);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string without_bars(const std::string& part)
{
  std::string text;
  for (const char letter : part) {
    if (letter == '|') {
      text += broken_bar;
    } else {
      text += letter;
    }
  }
  return text;
}

// Nagios takes white space off the end of a command, and a backslash at the end of a line of a spool file for
// its continuation; the end of one more line stands in front of both.
std::string_view end_for(std::string_view text)
{
  const bool is_needed =
      text.ends_with('\\') || text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r');
  return is_needed ? "\n" : "";
}

// Half a number is a wrong number: values go as a whole.
std::string whole_values(const std::string& perfdata, std::size_t most)
{
  if (perfdata.size() <= most) {
    return perfdata;
  }
  const auto end = perfdata.rfind(' ', most);
  return end == std::string::npos ? std::string{} : perfdata.substr(0, end);
}

std::string first_line(const std::string& summary, const std::string& perfdata)
{
  const auto line = perfdata.empty() ? summary : summary + "|" + perfdata;
  return line.empty() ? " " : line;  // an empty one would be told as no output at all
}

std::string marked(const std::string& summary, std::size_t most)
{
  const auto room = most - nsca_cut_mark.size();
  return truncate_utf8(summary, room, "").append(nsca_cut_mark);
}

// The first line alone is too long, or leaves no room for the mark behind it.
std::string cut_first_line(const std::string& summary, const std::string& perfdata)
{
  constexpr auto most = max_nsca_output - 2;  // the bar, and the end of a line
  const auto wanted = std::min(summary.size() + nsca_cut_mark.size(), least_summary);
  const auto values = whole_values(perfdata, most - wanted);
  const auto line = first_line(marked(summary, most - values.size()), values);
  return line + std::string{end_for(line)};
}

Expected<void> checked_name(std::string_view what, std::string_view name, std::size_t most)
{
  const auto is_control = [](char letter) { return (letter >= 0 && letter < ' ') || letter == '\x7f'; };
  std::string wrong;
  if (name.empty()) {
    wrong = "is empty";
  } else if (name.size() > most) {
    wrong = fmt::format("is longer than the {} bytes that NSCA carries", most);
  } else if (name.find(';') != std::string_view::npos) {
    wrong = "has a ';'";
  } else if (std::any_of(name.begin(), name.end(), is_control)) {
    wrong = "has a control character";
  } else {
    return {};
  }
  const auto shown = printable(truncate_utf8(to_valid_utf8(name), longest_shown_name, ellipsis), false);
  return failure(ErrorCode::invalid_input, fmt::format("the name of the {} {}: \"{}\"", what, wrong, shown));
}

}  // namespace

std::string nsca_output(const PassiveResult& result)
{
  const auto summary = without_bars(one_line(result.summary));
  const auto perfdata = one_line(result.perfdata);
  auto text = first_line(summary, perfdata);
  if (result.details.empty() && text.size() < max_nsca_output) {
    return text.append(end_for(text));
  }
  // Room for the line feeds before and behind the details.
  if (text.size() + nsca_cut_mark.size() + 2 > max_nsca_output) {
    return cut_first_line(summary, perfdata);
  }
  const auto details = without_bars(to_valid_utf8(result.details));
  const auto room = max_nsca_output - text.size() - 2;
  text.append("\n").append(truncate_utf8(details, room, nsca_cut_mark)).append("\n");
  return text;
}

Expected<void> check_nsca_names(const PassiveResult& result)
{
  if (auto host = checked_name("host", result.host, max_nsca_host); !host) {
    return host;
  }
  return result.service.empty() ? Expected<void>{}
                                : checked_name("service", result.service, max_nsca_service);
}

// A host is up or down; whether it is unreachable is for Nagios to say. It drops a host's state above 2, and
// takes a service's above 3 for UNKNOWN.
int nsca_state(const PassiveResult& result)
{
  if (result.service.empty()) {
    return result.state == 0 ? 0 : 1;
  }
  return result.state >= 0 && result.state <= 3 ? result.state : 3;
}

}  // namespace muster::bridge
