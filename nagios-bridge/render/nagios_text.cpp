// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nagios_text.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

constexpr std::string_view broken_bar = "\xc2\xa6";
constexpr std::string_view cut_mark = "\xe2\x80\xa6";

// The first line holds summary and perfdata; the lines after it hold details.
enum class Part { summary, perfdata, details };

void append_escaped(std::string& text, std::string_view part, Part which)
{
  for (const char letter : part) {
    if (letter == '\\') {
      text += "\\\\";
    } else if (letter == '\n') {
      text += which == Part::details ? "\\n" : " ";
    } else if (letter == '|' && which != Part::perfdata) {
      text += broken_bar;
    } else {
      text += letter;
    }
  }
}

bool is_plain(std::string_view part)
{
  return std::all_of(part.begin(), part.end(), [](char letter) { return letter > 0; });
}

// Plain ASCII, which is nearly everything, is not copied.
void append_part(std::string& text, const std::string& part, std::size_t most, Part which)
{
  if (is_plain(part) && part.size() <= most) {
    append_escaped(text, part, which);
    return;
  }
  append_escaped(text, truncate_utf8(to_valid_utf8(part), most, cut_mark), which);
}

// Half a number is a wrong number: the last value goes as a whole.
void append_perfdata(std::string& text, const std::string& perfdata)
{
  if (perfdata.size() <= max_nagios_perfdata) {
    append_part(text, perfdata, max_nagios_perfdata, Part::perfdata);
    return;
  }
  const auto end = perfdata.rfind(' ', max_nagios_perfdata);
  if (end != std::string::npos) {
    append_part(text, perfdata.substr(0, end), max_nagios_perfdata, Part::perfdata);
  }
}

// Nagios takes white space off the end of a command, and a backslash at the end of a spool file's line for
// its continuation; the end of one more line stands in front of both.
bool needs_an_end(std::string_view text)
{
  return text.ends_with('\\') || text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r');
}

Expected<void> checked_name(std::string_view what, std::string_view name)
{
  const auto is_control = [](char letter) { return (letter >= 0 && letter < ' ') || letter == '\x7f'; };
  std::string_view wrong;
  if (name.empty()) {
    wrong = "is empty";
  } else if (name.size() > max_nagios_name) {
    wrong = "is longer than 1024 bytes";
  } else if (name.find(';') != std::string_view::npos) {
    wrong = "has a ';'";
  } else if (std::any_of(name.begin(), name.end(), is_control)) {
    wrong = "has a control character";
  } else {
    return {};
  }
  const auto shown = printable(truncate_utf8(to_valid_utf8(name), 100, cut_mark), false);
  return failure(ErrorCode::invalid_input, fmt::format("the name of the {} {}: \"{}\"", what, wrong, shown));
}

Expected<void> checked_names(const PassiveResult& result)
{
  if (auto host = checked_name("host", result.host); !host) {
    return host;
  }
  return result.service.empty() ? Expected<void>{} : checked_name("service", result.service);
}

// A host is up or down; whether it is unreachable is for Nagios to say. It drops a host's state above 2, and
// takes a service's above 3 for UNKNOWN.
int state_of(const PassiveResult& result)
{
  if (result.service.empty()) {
    return result.state == 0 ? 0 : 1;
  }
  return result.state >= 0 && result.state <= 3 ? result.state : 3;
}

std::int64_t seconds_of(Time time)
{
  const auto since = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return std::max<std::int64_t>(since, 0);
}

std::string seconds_and_micros(Time time)
{
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
  return fmt::format(
      "{}.{:06}",
      std::max<std::int64_t>(micros, 0) / 1'000'000,
      std::max<std::int64_t>(micros, 0) % 1'000'000);
}

}  // namespace

void append_nagios_output(std::string& text, const PassiveResult& result)
{
  const auto begin = text.size();
  append_part(text, result.summary, max_nagios_summary, Part::summary);
  if (!result.perfdata.empty()) {
    text += '|';
    append_perfdata(text, result.perfdata);
  }
  if (text.size() == begin) {
    text += ' ';  // an empty first line would be told as no output at all
  }
  if (!result.details.empty()) {
    text += "\\n";
    append_part(text, result.details, max_nagios_details, Part::details);
    text += "\\n";
  } else if (needs_an_end(text)) {
    text += "\\n";
  }
}

Expected<void> append_nagios_command(std::string& text, const PassiveResult& result)
{
  if (auto names = checked_names(result); !names) {
    return names;
  }
  const auto out = std::back_inserter(text);
  const auto time = seconds_of(result.finished);
  if (result.service.empty()) {
    fmt::format_to(out, "[{}] PROCESS_HOST_CHECK_RESULT;{};{};", time, result.host, state_of(result));
  } else {
    fmt::format_to(
        out,
        "[{}] PROCESS_SERVICE_CHECK_RESULT;{};{};{};",
        time,
        result.host,
        result.service,
        state_of(result));
  }
  append_nagios_output(text, result);
  text += '\n';
  return {};
}

void append_nagios_spool_header(std::string& text, std::chrono::sys_seconds written)
{
  text += nagios_spool_mark;
  fmt::format_to(std::back_inserter(text), "\nfile_time={}\n\n", written.time_since_epoch().count());
}

Expected<void> append_nagios_spool_record(std::string& text, const PassiveResult& result)
{
  if (auto names = checked_names(result); !names) {
    return names;
  }
  if (result.host.ends_with('\\') || result.service.ends_with('\\')) {
    return failure(
        ErrorCode::invalid_input, "a name that ends in a backslash cannot be written into a spool file");
  }
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "host_name={}\n", result.host);
  if (!result.service.empty()) {
    fmt::format_to(out, "service_description={}\n", result.service);
  }
  fmt::format_to(
      out,
      "check_type=1\ncheck_options=0\nscheduled_check=0\nreschedule_check=0\nlatency=0.0\nstart_time={}\n"
      "finish_time={}\nearly_timeout=0\nexited_ok=1\nreturn_code={}\noutput=",
      seconds_and_micros(result.started),
      seconds_and_micros(result.finished),
      state_of(result));
  append_nagios_output(text, result);
  text += "\n\n";
  return {};
}

}  // namespace muster::bridge
