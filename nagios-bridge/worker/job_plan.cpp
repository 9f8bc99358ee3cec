// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/job_plan.hpp"

#include <algorithm>
#include <utility>

#include "nagios-bridge/worker/command_words.hpp"

namespace muster::bridge {

namespace {

using fleet_check::Arguments;
using std::chrono::milliseconds;

// The answer has to be with Nagios before it gives the job up.
constexpr milliseconds for_the_way{500};

milliseconds timeout_of(const WorkerJob& job, const Arguments& arguments)
{
  const milliseconds most = std::min<milliseconds>(job.timeout, Arguments::longest_timeout);
  return std::min(arguments.timeout, most - std::min(for_the_way, most / 2));
}

}  // namespace

std::variant<fleet_check::PluginResult, JobQuestion> plan_of(const WorkerJob& job)
{
  auto words = command_words(job.command);
  if (!words) {
    return fleet_check::failed(
        "", "nagios-bridge runs no shell, and the command has " + words.error().message);
  }
  if (!words->empty()) {
    words->erase(words->begin());
  }
  auto arguments = fleet_check::read_arguments(std::move(*words));
  if (!arguments) {
    return fleet_check::failed("", arguments.error().message);
  }
  if (arguments->wanted == Arguments::Wanted::help) {
    return fleet_check::PluginResult{CheckState::unknown, fleet_check::help_text()};
  }
  if (arguments->wanted == Arguments::Wanted::version) {
    return fleet_check::PluginResult{CheckState::unknown, fleet_check::version_text()};
  }
  const auto timeout = timeout_of(job, *arguments);
  return JobQuestion{std::move(*arguments), timeout};
}

}  // namespace muster::bridge
