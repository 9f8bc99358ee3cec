// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_answers.hpp"

namespace muster::bridge {

using nrpe_server::Reply;

Reply reply_with(const CheckResult& result)
{
  auto text = result.summary;
  if (!result.perfdata.empty()) {
    text += "|" + result.perfdata;
  }
  if (!result.details.empty()) {
    text += "\n" + result.details;
  }
  return {result.state, std::move(text)};
}

Reply reply_without_result(const std::string& why)
{
  return {CheckState::unknown, "UNKNOWN - " + why};
}

}  // namespace muster::bridge
