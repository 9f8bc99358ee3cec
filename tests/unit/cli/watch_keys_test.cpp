// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/watch/keys.hpp"
#include "cli/watch/watch_view.hpp"

namespace muster::cli {
namespace {

using Name = Key::Name;

std::vector<Key> characters(const std::string& text)
{
  std::vector<Key> keys;
  for (const char c : text) {
    keys.push_back({Name::character, std::string{c}});
  }
  return keys;
}

TEST(KeyReader, TellsCharactersOfOneAndOfSeveralBytes)
{
  KeyReader reader;
  EXPECT_EQ(
      reader.read("aü日"),
      (std::vector<Key>{{Name::character, "a"}, {Name::character, "ü"}, {Name::character, "日"}}));
}

TEST(KeyReader, PutsTogetherWhatComesInPieces)
{
  KeyReader reader;
  EXPECT_TRUE(reader.read("\x1b").empty());
  EXPECT_TRUE(reader.is_waiting());
  EXPECT_TRUE(reader.read("[").empty());
  EXPECT_EQ(reader.read("A"), (std::vector<Key>{{Name::up, ""}}));
  EXPECT_TRUE(reader.read("\xc3").empty());
  EXPECT_EQ(reader.read("\xbc"), (std::vector<Key>{{Name::character, "ü"}}));
}

TEST(KeyReader, TellsAnEscapeAloneWhenNothingFollows)
{
  KeyReader reader;
  EXPECT_TRUE(reader.read("\x1b").empty());
  EXPECT_EQ(reader.end_of_input(), (std::vector<Key>{{Name::escape, ""}}));
  EXPECT_FALSE(reader.is_waiting());
}

TEST(KeyReader, KnowsTheKeysOfBothModesOfATerminal)
{
  KeyReader reader;
  EXPECT_EQ(
      reader.read("\x1b[B\x1bOB\x1b[5~\x1b[6~\x1b[H\x1bOF\r\x7f\x15"),
      (std::vector<Key>{
          {Name::down, ""},
          {Name::down, ""},
          {Name::page_up, ""},
          {Name::page_down, ""},
          {Name::home, ""},
          {Name::end, ""},
          {Name::enter, ""},
          {Name::backspace, ""},
          {Name::clear_line, ""}}));
}

TEST(KeyReader, IgnoresWhatIsNoKey)
{
  KeyReader reader;
  EXPECT_EQ(reader.read("\x1b[200~q\x01\xff"), (std::vector<Key>{{Name::character, "q"}}));
  EXPECT_EQ(reader.read(std::string{"\0z", 2}), characters("z"));
}

TEST(KeyReader, DoesNotWaitForEverForTheEndOfASequence)
{
  KeyReader reader;
  EXPECT_FALSE(reader.read("\x1b[1;1;1;1;1;1;1;1;1;1").empty());
  EXPECT_FALSE(reader.is_waiting());
}

class WatchKeys : public testing::Test {
protected:
  Wish press(const std::string& text)
  {
    auto wish = Wish::nothing;
    for (const auto& key : characters(text)) {
      wish = cli::press(view_, key, ground_);
    }
    return wish;
  }

  Wish press(Name name) { return cli::press(view_, {name, ""}, ground_); }

  WatchView view_;
  WatchGround ground_{{"a", "b", "c", "d", "e"}, 3, 7};
};

TEST_F(WatchKeys, QuitsWithQButNotWhileSomethingIsTyped)
{
  EXPECT_EQ(press("q"), Wish::quit);
  EXPECT_EQ(press("/q"), Wish::nothing);
  EXPECT_EQ(view_.prompt, "q");
}

TEST_F(WatchKeys, MovesTheSelectionAsFarAsThereAreRows)
{
  press("j");
  EXPECT_EQ(view_.selected, "b");
  press(Name::page_down);
  EXPECT_EQ(view_.selected, "e");
  press(Name::down);
  EXPECT_EQ(view_.selected, "e");
  press("k");
  EXPECT_EQ(view_.selected, "d");
  press("g");
  EXPECT_EQ(view_.selected, "a");
  press("G");
  EXPECT_EQ(view_.selected, "e");
}

TEST_F(WatchKeys, MovesFromTheFirstWhenTheSelectedRowHasGone)
{
  view_.selected = "gone";
  press("j");
  EXPECT_EQ(view_.selected, "b");
}

TEST_F(WatchKeys, HasNothingToMoveInAnEmptyList)
{
  ground_.rows.clear();
  press("jG");
  press(Name::enter);
  EXPECT_EQ(view_.selected, "");
  EXPECT_FALSE(view_.details);
}

TEST_F(WatchKeys, TypesAFilterThatHoldsFromEnterOn)
{
  press("/web x");
  press(Name::backspace);
  press(Name::backspace);
  EXPECT_EQ(view_.filter, "");
  EXPECT_EQ(press(Name::enter), Wish::other_filter);
  EXPECT_EQ(view_.filter, "web");
  EXPECT_FALSE(view_.prompt);
}

TEST_F(WatchKeys, TakesTheFilterAwayWithEscape)
{
  view_.filter = "web";
  EXPECT_EQ(press(Name::escape), Wish::other_filter);
  EXPECT_EQ(view_.filter, "");
  view_.filter = "web";
  press("/db");
  EXPECT_EQ(press(Name::escape), Wish::other_filter);
  EXPECT_EQ(view_.filter, "");
  EXPECT_EQ(press(Name::escape), Wish::nothing);
}

TEST_F(WatchKeys, EditsTheFilterThatHolds)
{
  view_.filter = "wéb";
  press("/");
  press(Name::backspace);
  press(Name::backspace);
  EXPECT_EQ(view_.prompt, "w");
  press(Name::clear_line);
  EXPECT_EQ(view_.prompt, "");
  press(Name::backspace);
  EXPECT_EQ(view_.prompt, "");
}

TEST_F(WatchKeys, KeepsAFilterToALine)
{
  press("/" + std::string(1000, 'x'));
  EXPECT_EQ(view_.prompt->size(), 256U);
}

TEST_F(WatchKeys, OpensScrollsAndLeavesTheDetails)
{
  press("j");
  press(Name::enter);
  EXPECT_TRUE(view_.details);
  press("jjj");
  EXPECT_EQ(view_.scrolled, 3U);
  EXPECT_EQ(view_.selected, "b");
  press("G");
  EXPECT_EQ(view_.scrolled, 7U);
  EXPECT_EQ(press(Name::escape), Wish::nothing);
  EXPECT_FALSE(view_.details);
  press(Name::enter);
  EXPECT_EQ(view_.scrolled, 0U);
  press(Name::enter);
  EXPECT_FALSE(view_.details);
}

TEST_F(WatchKeys, TogglesWhatIsShown)
{
  press("an");
  EXPECT_TRUE(view_.only_open);
  EXPECT_FALSE(view_.grouped);
  press("an");
  EXPECT_FALSE(view_.only_open);
  EXPECT_TRUE(view_.grouped);
  EXPECT_EQ(press(" "), Wish::pause);
  EXPECT_TRUE(view_.paused);
}

TEST_F(WatchKeys, LeavesTheHelpWithAnyKey)
{
  press("?");
  EXPECT_TRUE(view_.help);
  press("a");
  EXPECT_FALSE(view_.help);
  EXPECT_FALSE(view_.only_open);
}

}  // namespace
}  // namespace muster::cli
