// SPDX-License-Identifier: Apache-2.0
#include "checks/check_mco/run_check.hpp"

#include <csignal>
#include <string>
#include <string_view>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include "libmuster/client/fleet_run.hpp"
#include "libmuster/fleet_check/question.hpp"

namespace muster::check_mco {

namespace {

using std::chrono::milliseconds;

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

fleet_check::PluginResult run_check(
    const fleet_check::Arguments& arguments, std::chrono::steady_clock::time_point started)
{
  using fleet_check::failed;
  const auto settings = client::read_client_settings(arguments.config, client::process_environment());
  if (!settings) {
    return failed(arguments.check, all_of(settings.error()));
  }
  auto addressed = fleet_check::question_of(arguments, settings->collective, arguments.timeout);
  if (!addressed) {
    return failed(arguments.check, addressed.error().message);
  }
  const auto assignment = fleet_check::assignment_of(arguments, *addressed);
  const auto report = client::run_fleet_request(
      *settings, std::move(addressed->question), std::move(addressed->filter), {}, arguments.timeout);
  if (!report) {
    return failed(arguments.check, report.error().message);
  }
  const auto took = std::chrono::steady_clock::now() - started;
  return fleet_check::result_of(
      *report, assignment, std::chrono::duration_cast<std::chrono::microseconds>(took));
}

}  // namespace muster::check_mco
