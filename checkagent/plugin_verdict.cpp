// SPDX-License-Identifier: Apache-2.0
#include "checkagent/plugin_verdict.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "checkagent/text.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::checkagent {
namespace {

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t max_reason_stderr_bytes =
    300;  // a reason is one line; all of stderr stands in the details

// "5 s", "0.25 s".
std::string in_seconds(std::chrono::milliseconds duration)
{
  const std::chrono::duration<double> seconds = duration;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.15g s", seconds.count());
  return text.data();
}

std::string size_text(std::size_t bytes)
{
  return bytes % kibibyte == 0 ? std::to_string(bytes / kibibyte) + " KiB" : std::to_string(bytes) + " bytes";
}

// A shell ends with 128 + n when what it ran died of signal n; 126 and 127 when it could not run it.
std::string meaning_of_exit(int code)
{
  constexpr int not_executable = 126;
  constexpr int not_found = 127;
  constexpr int died_of_signal = 128;
  constexpr int last_named_signal = 31;
  if (code == not_executable) {
    return ", which a shell gives for what it may not execute";
  }
  if (code == not_found) {
    return ", which a shell gives for what it cannot find";
  }
  if (code > died_of_signal && code <= died_of_signal + last_named_signal) {
    return ", which a shell gives for " + signal_name(code - died_of_signal);
  }
  return ", which is no state: a plugin ends with 0 to 3";
}

bool is_state(int exit_code)
{
  return exit_code >= 0 && exit_code <= 3;
}

// Why the state is not the plugin's own word, without what it said on standard error. Empty: it is its own
// word.
std::string bare_reason(const PluginEvidence& evidence, bool printed)
{
  switch (evidence.end) {
  case PluginEnd::could_not_start:
    return evidence.start_failure;
  case PluginEnd::timed_out:
    return "timed out after " + in_seconds(evidence.timeout) +
           (evidence.survives_kill ? ", and could not be killed" : "");
  case PluginEnd::signalled:
    return "killed by " + signal_name(evidence.exit_code);
  case PluginEnd::exited:
    break;
  }
  const auto status = "exit status " + std::to_string(evidence.exit_code);
  if (!is_state(evidence.exit_code)) {
    return status + meaning_of_exit(evidence.exit_code);
  }
  return printed ? std::string{} : "printed nothing, " + status;
}

std::string_view first_line(std::string_view text)
{
  text = without_leading_blanks(text);
  return without_blanks_around(text.substr(0, text.find('\n')));
}

void append_line(std::string& text, std::string_view line)
{
  if (line.empty()) {
    return;
  }
  if (!text.empty()) {
    text += '\n';
  }
  text += line;
}

// A number cut in two would be a wrong number: what was cut ends with a whole word if a word ends near.
std::string_view up_to_whole_word(std::string_view text)
{
  constexpr std::size_t longest_word = 4096;
  const auto end = text.find_last_of(blanks);
  return end == std::string_view::npos || end == 0 || text.size() - end > longest_word ? text
                                                                                       : text.substr(0, end);
}

CheckState state_of(const PluginEvidence& evidence, const std::string& reason)
{
  return reason.empty() ? state_from_exit_code(evidence.exit_code) : CheckState::unknown;
}

// The summary must tell by itself why this is no state: it is what a list of problems shows.
void put_into_summary(const std::string& reason, PluginEnd end, PluginOutput& output)
{
  if (end == PluginEnd::timed_out || output.summary.empty()) {
    auto details = std::exchange(output.summary, reason);
    append_line(details, output.details);
    output.details = std::move(details);
  } else {
    output.summary += " (" + reason + ")";
  }
}

}  // namespace

std::string signal_name(int number)
{
  const char* const abbreviation = ::sigabbrev_np(number);
  return abbreviation == nullptr ? "signal " + std::to_string(number) : std::string{"SIG"} + abbreviation;
}

PluginRun judge(
    const PluginEvidence& evidence,
    const runtime::OutputCapture& output,
    const runtime::OutputCapture& errors)
{
  PluginRun run;
  run.end = evidence.end;
  run.exit_code = evidence.exit_code;
  run.truncated = output.truncated();
  const std::string_view kept = output.kept();
  run.reason = bare_reason(evidence, output.total() > 0);
  if (run.reason.empty() || !without_blanks_around(kept).empty()) {
    run.output = parse_plugin_output(to_valid_utf8(run.truncated ? up_to_whole_word(kept) : kept));
  }
  run.state = state_of(evidence, run.reason);
  if (!run.reason.empty()) {
    const auto said = to_valid_utf8(without_blanks_around(errors.kept()));
    const auto line = truncate_utf8(first_line(said), max_reason_stderr_bytes, "…");
    run.reason += line.empty() ? "" : ": " + line;
    put_into_summary(run.reason, run.end, run.output);
    if (said != line) {
      append_line(run.output.details, "standard error: " + said);
    }
  }
  if (run.truncated) {
    append_line(
        run.output.details,
        "[output cut: " + size_text(kept.size()) + " of " + size_text(output.total()) + " kept]");
  }
  return run;
}

}  // namespace muster::checkagent
