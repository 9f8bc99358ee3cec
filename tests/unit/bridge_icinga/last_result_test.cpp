// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/last_result.hpp"

#include <gtest/gtest.h>

#include "tests/unit/bridge_icinga/made_up_result.hpp"

namespace muster::bridge {
namespace {

using test::at;
using test::made_up_result;

LastResult last_at(int started, const std::string& text = "number 1", const std::string& source = "web1")
{
  return {{at(started), at(started)}, source, text_mark(text), false};
}

TEST(LastResult, IsWhatIcingaHasIfItIsTheSameOrNewer)
{
  const auto result = made_up_result(1, 100);
  EXPECT_TRUE(has_it(last_at(101, "other"), result, at(200)));
  EXPECT_TRUE(has_it(last_at(100), result, at(200)));
  EXPECT_FALSE(has_it(last_at(100, "another one of that moment"), result, at(200)));
  EXPECT_FALSE(has_it(last_at(99), result, at(200)));
}

TEST(LastResult, OfTheFutureIsReplacedByAnything)
{
  EXPECT_FALSE(has_it(last_at(300), made_up_result(1, 100), at(200)));
  EXPECT_EQ(times_to_tell(last_at(300), made_up_result(1, 100), at(200)).started, at(100));
}

TEST(LastResult, OfTheSameSourceIsNeverToldToBeginLaterThanTheNext)
{
  EXPECT_EQ(times_to_tell(last_at(150), made_up_result(1, 100), at(200)), (ToldTimes{at(150), at(150)}));
  EXPECT_EQ(times_to_tell(last_at(50), made_up_result(1, 100), at(200)), (ToldTimes{at(100), at(100)}));
}

TEST(LastResult, OfSomebodyElseIsNotOverruled)
{
  const auto last = last_at(150, "stale", "icinga-master");
  EXPECT_EQ(times_to_tell(last, made_up_result(1, 100), at(200)).started, at(100));
}

TEST(LastResult, OfIcingasOwnMakingGivesWay)
{
  auto last = last_at(150, "stale", "icinga-master");
  last.active = true;
  EXPECT_FALSE(has_it(last, made_up_result(1, 100), at(200)));
  EXPECT_EQ(times_to_tell(last, made_up_result(1, 100), at(200)).started, at(150));
}

TEST(LastResult, NeverEndsBeforeItBegins)
{
  auto result = made_up_result(1, 100);
  result.finished = at(90);
  EXPECT_EQ(times_to_tell(last_at(50), result, at(200)), (ToldTimes{at(100), at(100)}));
}

}  // namespace
}  // namespace muster::bridge
