// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_question.hpp"

#include <algorithm>
#include <chrono>

#include "checkagent/macro_expansion.hpp"

namespace muster::checkagent {

namespace {

using nrpe_server::Reply;

Expected<void> admit_arguments(const NrpeSettings& settings, const NrpeQuestion& question, bool allowed)
{
  if (!allowed) {
    return failure(
        ErrorCode::denied,
        "arguments are refused: nrpe_listener of checkagent.yaml does not say \"arguments: true\"");
  }
  if (!settings.dont_blame_nrpe) {
    return failure(ErrorCode::denied, "arguments are refused: nrpe.cfg does not say dont_blame_nrpe=1");
  }
  return admit_request(settings, question.check, question.arguments);
}

}  // namespace

Expected<NrpeQuestion> read_nrpe_question(
    std::string_view text, const NrpeSettings& settings, bool arguments_allowed)
{
  if (text.find_first_of(settings.nasty_metachars) != std::string_view::npos) {
    return failure(ErrorCode::denied, "a character that nasty_metachars forbids");
  }
  const bool has_arguments = text.find('!') != std::string_view::npos;
  text.remove_prefix(std::min(text.find_first_not_of('!'), text.size()));
  const auto end = std::min(text.find('!'), text.size());
  NrpeQuestion question{std::string{text.substr(0, end)}, split_arguments(text.substr(end))};
  if (question.check.empty()) {
    return failure(ErrorCode::denied, "no name of a check");
  }
  if (has_arguments) {
    if (const auto admitted = admit_arguments(settings, question, arguments_allowed); !admitted) {
      return tl::unexpected{admitted.error()};
    }
  }
  return question;
}

Reply not_defined(const std::string& check)
{
  return {CheckState::unknown, "NRPE: Command '" + check + "' not defined"};
}

Reply reply_to_nrpe(const NrpeAgent::PlainRun& run)
{
  if (run.end == PluginEnd::timed_out) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(run.timeout).count();
    return {CheckState::unknown, "NRPE: Command timed out after " + std::to_string(seconds) + " seconds"};
  }
  auto text = run.printed.substr(0, run.printed.find('\0'));
  if (text.empty()) {
    return {CheckState::unknown, "NRPE: Unable to read output"};
  }
  if (text.back() == '\n') {
    text.pop_back();
  }
  return {run.state, std::move(text)};
}

}  // namespace muster::checkagent
