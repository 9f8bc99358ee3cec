// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/question.hpp"

#include <algorithm>
#include <utility>

namespace muster::fleet_check {

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

}  // namespace

Expected<client::Addressed> question_of(
    const Arguments& arguments, const std::string& collective, milliseconds timeout)
{
  fleet::Question question;
  question.collective = collective;
  question.agent = "nrpe";
  question.action = "runcommand";
  question.data["command"] = arguments.check;
  if (!arguments.check_arguments.empty()) {
    question.data["args"] = joined(arguments.check_arguments);
  }
  question.wait = wait_within(timeout);
  return client::addressed_to(arguments.nodes, std::move(question));
}

Assignment assignment_of(const Arguments& arguments, const client::Addressed& addressed)
{
  return {arguments.check, arguments.thresholds, {arguments.strict, addressed.question.nodes}};
}

}  // namespace muster::fleet_check
