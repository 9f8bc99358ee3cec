// SPDX-License-Identifier: Apache-2.0
#include "checkagent/recorded_history.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace muster::checkagent {

namespace {

constexpr std::size_t plenty = 1'000'000;
constexpr std::uint32_t line = 100;  // bytes of each result

LinePlace in_segment(std::uint32_t segment)
{
  return {segment, 0, line};
}

// "7:1 7:2 +gap": what a slice holds, for comparing.
std::string shown(const RecordedHistory::Slice& slice)
{
  std::string text;
  for (const auto& result : slice.results) {
    text += std::to_string(result.at.epoch) + ":" + std::to_string(result.at.seq) + " ";
  }
  return text + (slice.more ? "+more" : "") + (slice.gap ? "+gap" : "");
}

std::string after(const RecordedHistory& history, Cursor cursor, std::size_t most_bytes = plenty)
{
  return shown(history.after(cursor, most_bytes));
}

// Epoch 7 with results 1 to 3, then epoch 9 with 1 and 2.
RecordedHistory two_epochs(bool second_joins)
{
  RecordedHistory history;
  history.add_mark({7, 0}, true, 1);
  for (std::int64_t seq = 1; seq <= 3; ++seq) {
    history.add_result({7, seq}, in_segment(1));
  }
  history.add_mark({9, 0}, second_joins, 2);
  history.add_result({9, 1}, in_segment(2));
  history.add_result({9, 2}, in_segment(2));
  return history;
}

}  // namespace

TEST(RecordedHistory, GivesWhatFollowsACursorAcrossEpochs)
{
  const auto history = two_epochs(true);
  EXPECT_EQ("7:1 7:2 7:3 9:1 9:2 ", after(history, {0, 0}));
  EXPECT_EQ("7:1 7:2 7:3 9:1 9:2 ", after(history, {7, 0}));
  EXPECT_EQ("7:3 9:1 9:2 ", after(history, {7, 2}));
  EXPECT_EQ("9:1 9:2 ", after(history, {7, 3}));
  EXPECT_EQ("9:1 9:2 ", after(history, {9, 0}));
  EXPECT_EQ("9:2 ", after(history, {9, 1}));
  EXPECT_EQ("", after(history, {9, 2}));
}

TEST(RecordedHistory, HasAGapWhereAnEpochsEndIsNotProven)
{
  const auto history = two_epochs(false);
  EXPECT_EQ("7:3 9:1 9:2 +gap", after(history, {7, 2}));
  EXPECT_EQ("9:1 9:2 +gap", after(history, {7, 3}));
  EXPECT_EQ("9:1 9:2 ", after(history, {9, 0}));
}

TEST(RecordedHistory, HasAGapForACursorThatItCannotHaveGiven)
{
  const auto history = two_epochs(true);
  EXPECT_EQ("7:1 7:2 7:3 9:1 9:2 +gap", after(history, {5, 4}));
  EXPECT_EQ("9:1 9:2 +gap", after(history, {8, 1}));
  EXPECT_EQ("9:1 9:2 +gap", after(history, {7, 4}));
  EXPECT_EQ("7:1 7:2 7:3 9:1 9:2 +gap", after(history, {9, 3}));
  EXPECT_EQ("7:1 7:2 7:3 9:1 9:2 +gap", after(history, {10, 0}));
}

TEST(RecordedHistory, SaysGapOnlyOnThePageThatHasIt)
{
  auto history = two_epochs(true);
  history.add_result({9, 5}, in_segment(2));
  EXPECT_EQ("7:1 7:2 +more", after(history, {7, 0}, 2 * line));
  EXPECT_EQ("7:3 9:1 +more", after(history, {7, 2}, 2 * line));
  EXPECT_EQ("9:2 9:5 +gap", after(history, {9, 1}, 2 * line));
  EXPECT_EQ("9:2 +more", after(history, {9, 1}, line));
  EXPECT_EQ("9:5 +gap", after(history, {9, 2}, line));
}

TEST(RecordedHistory, HasAtLeastOneResultOnAPage)
{
  EXPECT_EQ("7:1 +more", after(two_epochs(true), {7, 0}, 0));
}

TEST(RecordedHistory, KnowsAfterForgettingWhatWentBefore)
{
  auto history = two_epochs(true);
  history.forget(1, history.last());
  EXPECT_EQ(2U, history.results());
  EXPECT_EQ((Cursor{9, 1}), history.oldest());
  EXPECT_EQ("9:1 9:2 ", after(history, {7, 3}));
  EXPECT_EQ("9:1 9:2 +gap", after(history, {7, 2}));
  history.forget(2, history.last());
  EXPECT_EQ("", after(history, {9, 2}));
  EXPECT_EQ("+gap", after(history, {9, 1}));
  EXPECT_FALSE(history.oldest());
  EXPECT_EQ((Cursor{9, 2}), history.last());
}

TEST(RecordedHistory, KeepsWhatIsNotWrittenYetWhenItsSegmentGoes)
{
  auto history = two_epochs(true);
  history.add_mark({11, 0}, true, 2);
  history.forget(2, {9, 2});
  EXPECT_EQ("", after(history, {9, 2}));
  history.move_behind({9, 2}, 3);
  history.forget(2, history.last());
  EXPECT_EQ("", after(history, {9, 2}));
  history.forget(3, history.last());
  EXPECT_EQ("", after(history, {11, 0}));
  EXPECT_EQ("+gap", after(history, {9, 1}));
}

TEST(RecordedHistory, RemembersOfWhatIsForgottenSinceWhenThereWasNoResult)
{
  auto history = two_epochs(true);
  history.add_mark({11, 0}, true, 2);
  history.add_mark({12, 0}, true, 2);
  history.add_result({12, 1}, in_segment(3));
  EXPECT_EQ((Cursor{9, 2}), history.quiet_before({12, 0}));
  EXPECT_EQ((Cursor{12, 1}), history.quiet_before({12, 1}));
  history.forget(2, history.last());
  for (const auto& cursor : {Cursor{9, 2}, Cursor{11, 0}, Cursor{12, 0}}) {
    EXPECT_EQ("12:1 ", after(history, cursor));
  }
  EXPECT_EQ("12:1 +gap", after(history, {9, 1}));
  EXPECT_EQ((Cursor{9, 2}), history.quiet_before({12, 0}));
}

TEST(RecordedHistory, RemembersNoQuietAcrossALoss)
{
  auto history = two_epochs(true);
  history.add_loss({9, 4}, 2);
  history.add_mark({11, 0}, true, 2);
  history.forget(2, history.last());
  EXPECT_EQ("", after(history, {11, 0}));
  EXPECT_EQ("", after(history, {9, 4}));
  EXPECT_EQ("+gap", after(history, {9, 2}));
}

TEST(RecordedHistory, CountsALossAtTheEndAsAGapUpToItsCursor)
{
  auto history = two_epochs(true);
  history.add_loss({9, 3}, 2);
  history.add_loss({9, 4}, 2);
  EXPECT_EQ("+gap", after(history, {9, 2}));
  EXPECT_EQ("+gap", after(history, {9, 3}));
  EXPECT_EQ("", after(history, {9, 4}));
  history.add_result({9, 5}, in_segment(2));
  EXPECT_EQ("9:5 +gap", after(history, {9, 2}));
  EXPECT_EQ("9:5 ", after(history, {9, 4}));
  EXPECT_EQ("9:2 +more", after(history, {9, 1}, line));
}

TEST(RecordedHistory, KeepsALongLossInOneEntry)
{
  auto history = two_epochs(true);
  const auto entries = history.entries();
  for (std::int64_t seq = 3; seq < 5'000; ++seq) {
    history.add_loss({9, seq}, 2);
  }
  EXPECT_EQ(entries + 1, history.entries());
}

TEST(RecordedHistory, TakesNothingThatGoesBack)
{
  auto history = two_epochs(true);
  EXPECT_FALSE(history.add_result({9, 2}, in_segment(2)));
  EXPECT_FALSE(history.add_result({7, 4}, in_segment(2)));
  EXPECT_FALSE(history.add_mark({9, 0}, true, 2));
  EXPECT_EQ(5U, history.results());
}

TEST(RecordedHistory, IsEmptyButKnowsItsBeginning)
{
  const RecordedHistory history{{7, 3}, {7, 3}};
  EXPECT_EQ("", after(history, {7, 3}));
  EXPECT_EQ("+gap", after(history, {7, 2}));
  EXPECT_EQ("+gap", after(history, {0, 0}));
}

}  // namespace muster::checkagent
