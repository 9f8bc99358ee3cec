// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_answers.hpp"

#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

TEST(NrpeAnswers, AreWhatThePluginPrinted)
{
  CheckResult result;
  result.state = CheckState::warning;
  result.summary = "disk 91%";
  EXPECT_EQ(reply_with(result).text, "disk 91%");
  EXPECT_EQ(reply_with(result).state, CheckState::warning);
  result.details = "/ 91%\n/var 3%";
  EXPECT_EQ(reply_with(result).text, "disk 91%\n/ 91%\n/var 3%");
  result.perfdata = "used=91%;90;95";
  EXPECT_EQ(reply_with(result).text, "disk 91%|used=91%;90;95\n/ 91%\n/var 3%");
}

TEST(NrpeAnswers, WithoutAResultAreUnknownAndSayWhy)
{
  const auto reply = reply_without_result("web1 is gone");
  EXPECT_EQ(reply.state, CheckState::unknown);
  EXPECT_EQ(reply.text, "UNKNOWN - web1 is gone");
}

}  // namespace
}  // namespace muster::bridge
