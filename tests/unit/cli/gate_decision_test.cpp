// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/gate_decision.hpp"

#include <gtest/gtest.h>

#include "cli/gate/duration.hpp"
#include "cli/gate/tolerance.hpp"

namespace muster::cli::gate {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto pass = Verdict::pass;
constexpr auto fail = Verdict::fail;
constexpr auto inconclusive = Verdict::inconclusive;

// Each try takes this long.
constexpr milliseconds one_try{500};

struct Story {
  const char* name;
  Patience patience;
  std::vector<Verdict> tries;  // what each said; the last one must bring the verdict
  Verdict verdict;
  milliseconds ended;    // after the start
  const char* why = "";  // a part of it; empty: the verdict is the last try's own
};

Patience patience(
    std::optional<std::size_t> tries, milliseconds healthy_for, std::optional<milliseconds> timeout)
{
  return {tries, 10s, healthy_for, timeout, 2s};
}

std::vector<Story> stories()
{
  return {
      {"one good try", patience(1, 0s, {}), {pass}, pass, 500ms},
      {"one bad try", patience(1, 0s, {}), {fail}, fail, 500ms},
      {"one try without an answer", patience(1, 0s, {}), {inconclusive}, inconclusive, 500ms},
      {"well at the third", patience(3, 0s, {}), {fail, inconclusive, pass}, pass, 21'500ms},
      {"the last of three counts", patience(3, 0s, {}), {fail, fail, inconclusive}, inconclusive, 21'500ms},
      {"bad to the end", patience(3, 0s, {}), {inconclusive, fail, fail}, fail, 21'500ms},
      {"well for 15 s: not the first, not the second", patience(1, 15s, {}), {pass, pass, pass}, pass, 16s},
      {"well, then bad", patience(1, 15s, {}), {pass, fail}, fail, 11s},
      {"bad once, then well for 15 s", patience(2, 15s, {}), {fail, pass, pass, pass}, pass, 26'500ms},
      {"it starts anew after a bad one", patience(2, 10s, {}), {pass, fail, pass, pass}, pass, 32s},
      {"flaps until its bad tries are used up", patience(2, 15s, {}), {pass, fail, pass, fail}, fail, 32s},
      {"bad until the time is over", patience({}, 0s, 22'900ms), {fail, fail}, fail, 11s, "the time is over"},
      {"well just in time", patience({}, 0s, 23s), {fail, fail, pass}, pass, 21'500ms},
      {"nobody answers until the time is over",
       patience({}, 0s, 12s),
       {inconclusive},
       inconclusive,
       500ms,
       "the time is over"},
      {"well, but not for long enough",
       patience({}, 20s, 32'900ms),
       {fail, pass, pass},
       inconclusive,
       21'500ms,
       "the time is over after 10 s in good health, and 20s were asked for"},
  };
}

}  // namespace

TEST(GateDecision, EndsEachStoryAsItShould)
{
  for (const auto& story : stories()) {
    SCOPED_TRACE(story.name);
    const Clock::time_point start{1h};
    auto now = start;
    GateDecision decision{story.patience, start};
    GateDecision::Next next;
    for (const auto said : story.tries) {
      ASSERT_FALSE(next.verdict);
      now += next.sleep;
      next = decision.on_try(said, now, now + one_try);
      now += one_try;
    }
    ASSERT_TRUE(next.verdict);
    EXPECT_EQ(*next.verdict, story.verdict);
    EXPECT_EQ(now - start, story.ended);
    const std::string wanted{story.why};
    EXPECT_TRUE(wanted.empty() ? next.why.empty() : next.why.find(wanted) == 0) << next.why;
  }
}

TEST(GateDecision, NeverBeginsATryThatMightNotEndInTime)
{
  const Clock::time_point start{1h};
  for (auto timeout = 2000ms; timeout < 60s; timeout += 700ms) {
    GateDecision decision{{{}, 3s, 0s, timeout, 2s}, start};
    auto now = start;
    for (GateDecision::Next next; !next.verdict;) {
      now += next.sleep;
      ASSERT_LE(now + 2s, start + timeout);
      next = decision.on_try(fail, now, now + 1500ms);
      now += 1500ms;
    }
  }
}

TEST(GateDecision, CountsHealthyTimeBetweenTheTriesAndNotWithinThem)
{
  const Clock::time_point start{1h};
  GateDecision decision{{1, 10s, 4s, {}, 12s}, start};

  // The first try takes five seconds: nobody knows when in them the checks ran.
  const auto first = decision.on_try(pass, start, start + 5s);
  EXPECT_FALSE(first.verdict);
  EXPECT_EQ(first.sleep, 4s);
  EXPECT_EQ(decision.on_try(pass, start + 9s, start + 10s).verdict, pass);
}

TEST(Duration, IsANumberAndItsUnit)
{
  const std::pair<const char*, milliseconds> table[]{
      {"0s", 0ms}, {"500ms", 500ms}, {"30s", 30s}, {"2m", 2min}, {"1h", 1h}, {"168h", 168h}};
  for (const auto& [text, duration] : table) {
    EXPECT_EQ(parse_duration(text), duration) << text;
    EXPECT_EQ(duration_word(duration), text);
  }
}

TEST(Duration, IsRefusedWithoutAUnitOrBeyondAWeek)
{
  for (const auto* text :
       {"",
        "5",
        "s",
        "-1s",
        "+1s",
        " 1s",
        "1 s",
        "1.5s",
        "1d",
        "1m30s",
        "169h",
        "99999999999999999999s",
        "9223372036854775807h",
        "1s\n"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_NE(duration.error().message.find("expected a whole number and its unit"), std::string::npos);
  }
}

TEST(Tolerance, AllowsANumberOrAShareOfWhatWasExpected)
{
  struct Case {
    const char* text;
    std::size_t problems;
    std::size_t expected;
    bool allowed;
  };

  for (const auto& one :
       {Case{"0", 0, 10, true},
        Case{"0", 1, 10, false},
        Case{"2", 2, 10, true},
        Case{"2", 3, 10, false},
        Case{"0%", 0, 0, true},
        Case{"10%", 1, 10, true},
        Case{"10%", 1, 9, false},
        Case{"33%", 1, 3, false},
        Case{"34%", 1, 3, true},
        Case{"100%", 7, 7, true}}) {
    const auto tolerance = parse_max_problems(one.text, {});
    ASSERT_TRUE(tolerance) << one.text;
    EXPECT_EQ(tolerance->allows(one.problems, one.expected), one.allowed)
        << one.text << " " << one.problems << " of " << one.expected;
  }
}

TEST(Tolerance, IsRefusedIfItIsNoNumber)
{
  for (const auto* text :
       {"", "%", "-1", "1.5", "1.5%", "101%", "some", "1%%", " 1", "1000000000000000000000"}) {
    EXPECT_FALSE(parse_max_problems(text, {})) << text;
  }
}

TEST(Tolerance, KeepsWhatElseWasTolerated)
{
  Tolerance base;
  base.accept_warning = true;

  EXPECT_TRUE(parse_max_problems("3%", base)->accept_warning);
  EXPECT_FALSE(base.is_problem(CheckState::warning));
  EXPECT_TRUE(base.is_problem(CheckState::unknown));
  EXPECT_TRUE(Tolerance{}.is_problem(CheckState::warning));
}

}  // namespace muster::cli::gate
