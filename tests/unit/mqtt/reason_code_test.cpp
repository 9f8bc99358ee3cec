// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reason_code.hpp"

#include <gtest/gtest.h>

namespace muster::mqtt {

TEST(ReasonCode, TellsWhatWasRefusedAndWhyInWords)
{
  const auto error = refusal("subscribe to a/b", 0x87);
  EXPECT_EQ(error.code, ErrorCode::denied);
  EXPECT_EQ(error.message, "subscribe to a/b: not authorized: the broker's ACL does not allow it");
}

TEST(ReasonCode, IsShownAsANumberWhenItIsUnknown)
{
  const auto error = refusal("connect", 0xf0);
  EXPECT_EQ(error.code, ErrorCode::disconnected);
  EXPECT_EQ(error.message, "connect: MQTT reason code 240");
}

TEST(ReasonCode, TakesARightThatIsMissingForADenialAndABusyBrokerForALostOne)
{
  for (const int code : {0x85, 0x86, 0x87, 0x8A, 0x90, 0x9A}) {
    EXPECT_EQ(refusal("x", code).code, ErrorCode::denied) << code;
  }
  for (const int code : {0x80, 0x84, 0x89, 0x8B, 0x8D, session_taken_over, 0x95, 0x97}) {
    EXPECT_EQ(refusal("x", code).code, ErrorCode::disconnected) << code;
  }
}

}  // namespace muster::mqtt
