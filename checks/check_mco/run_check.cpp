// SPDX-License-Identifier: Apache-2.0
#include "checks/check_mco/run_check.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <string_view>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include "libmuster/client/fleet_run.hpp"

namespace muster::check_mco {

namespace {

using std::chrono::milliseconds;

// How long the plugins may take: so that nodes can still say that time is out for them, and be heard.
milliseconds wait_within(milliseconds timeout)
{
  return timeout - std::min(fleet::FleetRequest::patience, timeout / 2);
}

// nrpe's own separator between a command and its arguments.
std::string joined(const std::vector<std::string>& words)
{
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : "!") + word;
  }
  return text;
}

fleet::Question question_of(const Arguments& arguments, const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective = settings.collective;
  question.agent = "nrpe";
  question.action = "runcommand";
  question.data["command"] = arguments.check;
  if (!arguments.check_arguments.empty()) {
    question.data["args"] = joined(arguments.check_arguments);
  }
  question.wait = wait_within(arguments.timeout);
  return question;
}

std::string all_of(const std::vector<Error>& errors)
{
  std::string text;
  for (const auto& error : errors) {
    text += (text.empty() ? "" : "; ") + error.message;
  }
  return text;
}

extern "C" void say_that_it_hangs(int)
{
  constexpr std::string_view text = "MCO UNKNOWN - hung, and gave up a second after its timeout (-t)\n";
  // The exit status says it all if it cannot be written.
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
  ::_exit(static_cast<int>(CheckState::unknown));
}

}  // namespace

void end_at_the_latest_after(milliseconds timeout)
{
  constexpr milliseconds grace{1000};
  const auto end = timeout + grace;
  static_cast<void>(std::signal(SIGALRM, say_that_it_hangs));
  itimerval once{};
  once.it_value.tv_sec = end / std::chrono::seconds{1};
  once.it_value.tv_usec = std::chrono::microseconds{end % std::chrono::seconds{1}}.count();
  ::setitimer(ITIMER_REAL, &once, nullptr);
}

PluginResult run_check(const Arguments& arguments, std::chrono::steady_clock::time_point started)
{
  const auto settings = client::read_client_settings(arguments.config, client::process_environment());
  if (!settings) {
    return failed(arguments.check, all_of(settings.error()));
  }
  auto addressed = client::addressed_to(arguments.nodes, question_of(arguments, *settings));
  if (!addressed) {
    return failed(arguments.check, addressed.error().message);
  }
  const Assignment assignment{
      arguments.check, arguments.thresholds, {arguments.strict, addressed->question.nodes}};
  const auto report = client::run_fleet_request(
      *settings, std::move(addressed->question), std::move(addressed->filter), {}, arguments.timeout);
  if (!report) {
    return failed(arguments.check, report.error().message);
  }
  const auto took = std::chrono::steady_clock::now() - started;
  return result_of(*report, assignment, std::chrono::duration_cast<std::chrono::microseconds>(took));
}

}  // namespace muster::check_mco
