// SPDX-License-Identifier: Apache-2.0
#include "checkagent/epoch_note.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster::checkagent {

namespace {

using State = EpochNote::State;

constexpr Cursor last{7, 3};

EpochNote note_of(Cursor at, State state)
{
  return {at, state, "boot-1"};
}

bool is_whole(const EpochNote& note, std::string_view boot = "boot-1")
{
  return join_epochs(note, last, boot).whole;
}

}  // namespace

TEST(EpochNote, ReadsWhatItWrote)
{
  for (const auto state : {State::running, State::lossy, State::closed}) {
    const auto text = as_text({{1'772'353'800'000, 42}, state, "b2c8"});
    EXPECT_EQ(256U, text.size());
    const auto note = parse_epoch_note(text);
    ASSERT_TRUE(note);
    EXPECT_EQ((Cursor{1'772'353'800'000, 42}), note->at);
    EXPECT_EQ(state, note->state);
    EXPECT_EQ("b2c8", note->boot);
  }
}

TEST(EpochNote, IsNothingIfItIsDamaged)
{
  const auto text = as_text({{7, 3}, State::closed, "b"});
  EXPECT_FALSE(parse_epoch_note(""));
  EXPECT_FALSE(parse_epoch_note(text.substr(0, 20)));
  EXPECT_FALSE(parse_epoch_note(std::string(256, '\0')));
  EXPECT_FALSE(parse_epoch_note(R"({"epoch":7,"seq":3,"state":"fine","boot":"b"})"));
}

TEST(EpochJoint, IsWholeForTheFirstEpochOfAll)
{
  EXPECT_TRUE(join_epochs(std::nullopt, {}, "boot-1").whole);
  EXPECT_FALSE(join_epochs(std::nullopt, last, "boot-1").whole);
}

TEST(EpochJoint, IsWholeAfterAnEpochThatWasClosed)
{
  EXPECT_TRUE(is_whole(note_of(last, State::closed)));
  EXPECT_TRUE(is_whole(note_of(last, State::closed), "boot-2"));
}

TEST(EpochJoint, IsWholeAfterAnEpochThatWasKilledOnThisBoot)
{
  EXPECT_TRUE(is_whole(note_of({7, 0}, State::running)));
  EXPECT_FALSE(is_whole(note_of({7, 0}, State::running), "boot-2"));
  EXPECT_FALSE(join_epochs(EpochNote{{7, 0}, State::running, ""}, last, "").whole);
}

TEST(EpochJoint, IsNotWholeWhereResultsWereLostOrTheNoteIsOfAnotherEpoch)
{
  EXPECT_FALSE(is_whole(note_of({7, 5}, State::lossy)));
  EXPECT_FALSE(is_whole(note_of({8, 0}, State::running)));
  EXPECT_FALSE(is_whole(note_of({6, 9}, State::closed)));
}

TEST(EpochJoint, NamesTheEndOfWhatWasLostIfTheNoteKnowsIt)
{
  const auto joint = join_epochs(note_of({7, 5}, State::closed), last, "boot-2");
  EXPECT_EQ((Cursor{7, 5}), joint.lost_end);
  EXPECT_TRUE(joint.whole);
  EXPECT_FALSE(join_epochs(note_of(last, State::closed), last, "boot-2").lost_end);
}

}  // namespace muster::checkagent
