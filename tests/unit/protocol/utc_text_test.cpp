// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/utc_text.hpp"

#include <gtest/gtest.h>

namespace muster::protocol {
namespace {

Time at(std::int64_t milliseconds)
{
  return Time{std::chrono::milliseconds{milliseconds}};
}

TEST(ATimeInUtc, HasMilliseconds)
{
  EXPECT_EQ(utc_text(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(at(1'700'000'000'042)), "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(utc_text(at(-1)), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace muster::protocol
