// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/splay_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::node {
namespace {

using testing::HasSubstr;

const std::string alice = "alice@ops1";
const std::string bob = "bob@ops1";

std::string caller(std::size_t number)
{
  return "caller" + std::to_string(number) + "@ops1";
}

void fill(SplayRoom& room, const std::string& who, std::size_t requests, std::size_t bytes)
{
  for (std::size_t i = 0; i < requests; ++i) {
    ASSERT_TRUE(room.enter(who, bytes)) << i;
  }
}

TEST(SplayRoom, TakesAsManyRequestsOfOneCallerAsItsShareAndLeavesRoomForTheRest)
{
  SplayRoom room;
  fill(room, alice, SplayRoom::most_requests_of_one_caller, 1);
  const auto refused = room.enter(alice, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::denied);
  EXPECT_THAT(refused.error().message, HasSubstr("128 requests with 128 bytes of alice@ops1"));
  EXPECT_TRUE(room.enter(bob, 1));
}

TEST(SplayRoom, TakesAsManyBytesOfOneCallerAsItsShare)
{
  SplayRoom room;
  EXPECT_TRUE(room.enter(alice, SplayRoom::most_bytes_of_one_caller - 1));
  EXPECT_FALSE(room.enter(alice, 2));
  EXPECT_TRUE(room.enter(alice, 1)) << "exactly full";
  EXPECT_TRUE(room.enter(bob, SplayRoom::most_bytes_of_one_caller));
}

TEST(SplayRoom, TakesNoMoreRequestsOfAllThanItHasRoomFor)
{
  SplayRoom room;
  for (std::size_t i = 0; i < SplayRoom::callers; ++i) {
    fill(room, caller(i), SplayRoom::most_requests_of_one_caller, 1);
  }
  const auto refused = room.enter(bob, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("512 requests with 512 bytes wait in their splay"));
}

TEST(SplayRoom, TakesNoMoreBytesOfAllThanItHasRoomFor)
{
  SplayRoom room;
  for (std::size_t i = 0; i < SplayRoom::callers; ++i) {
    fill(room, caller(i), 1, SplayRoom::most_bytes_of_one_caller);
  }
  EXPECT_FALSE(room.enter(bob, 1));
}

TEST(SplayRoom, HasRoomAgainWhenARequestHasLeft)
{
  SplayRoom room;
  fill(room, alice, 1, SplayRoom::most_bytes_of_one_caller);
  ASSERT_FALSE(room.enter(alice, 1));
  room.leave(alice, SplayRoom::most_bytes_of_one_caller);
  fill(room, alice, SplayRoom::most_requests_of_one_caller, 1);
  ASSERT_FALSE(room.enter(alice, 1));
  room.leave(alice, 1);
  EXPECT_TRUE(room.enter(alice, 1));
}

TEST(SplayRoom, IsNotConfusedByWhoeverLeavesWithoutHavingEntered)
{
  SplayRoom room;
  room.leave(bob, 100);
  fill(room, alice, SplayRoom::most_requests_of_one_caller, 1);
  EXPECT_FALSE(room.enter(alice, 1));
}

}  // namespace
}  // namespace muster::node
