// SPDX-License-Identifier: Apache-2.0
#include "collector/state/acknowledgements.hpp"

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return Time{std::chrono::hours{24 * 20'000}} + time;
}

Acknowledgement of_load(bool sticky = false)
{
  Acknowledgement acknowledgement;
  acknowledgement.node = "web1";
  acknowledgement.check = "load";
  acknowledgement.caller = "alice@ops1";
  acknowledgement.comment = "on it";
  acknowledgement.set = at(0s);
  acknowledgement.state = CheckState::warning;
  acknowledgement.sticky = sticky;
  return acknowledgement;
}

Acknowledgements with(Acknowledgement acknowledgement)
{
  Acknowledgements acknowledgements;
  EXPECT_TRUE(acknowledgements.add(std::move(acknowledgement)).has_value());
  return acknowledgements;
}

Event turned(CheckState state, const std::string& check = "load")
{
  Event event;
  event.node = "web1";
  event.check = check;
  event.time = at(60s);
  event.to = state;
  return event;
}

std::string ended(Acknowledgements& acknowledgements, const Event& event)
{
  const auto events = acknowledgements.on_event(event);
  return events.empty() ? "" : events.front().message;
}

}  // namespace

TEST(Acknowledgements, SayWhoTakesCareAndWhy)
{
  Acknowledgements acknowledgements;
  const auto event = acknowledgements.add(of_load());
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind, EventKind::acknowledgement_set);
  EXPECT_EQ(event->message, "alice@ops1: on it");
  EXPECT_EQ(event->check, "load");
  ASSERT_NE(acknowledgements.of("web1", "load"), nullptr);
  EXPECT_EQ(acknowledgements.of("web1", "load")->comment, "on it");
  EXPECT_EQ(acknowledgements.of("web1", "disk"), nullptr);
  EXPECT_EQ(acknowledgements.of("web2", "load"), nullptr);
}

TEST(Acknowledgements, EndWithTheProblem)
{
  for (const bool sticky : {false, true}) {
    auto acknowledgements = with(of_load(sticky));
    EXPECT_EQ(ended(acknowledgements, turned(CheckState::ok)), "the check is OK again");
    EXPECT_EQ(acknowledgements.of("web1", "load"), nullptr);
  }
}

TEST(Acknowledgements, EndWithAnyChangeOfStateUnlessTheyAreSticky)
{
  auto plain = with(of_load());
  EXPECT_EQ(ended(plain, turned(CheckState::warning)), "") << "soft turned hard: the same problem";
  EXPECT_EQ(ended(plain, turned(CheckState::critical)), "the state has changed to CRITICAL");
  auto sticky = with(of_load(true));
  EXPECT_EQ(ended(sticky, turned(CheckState::critical)), "");
  EXPECT_NE(sticky.of("web1", "load"), nullptr);
}

TEST(Acknowledgements, DoNotEndWithWhatHappensToAnother)
{
  auto acknowledgements = with(of_load());
  EXPECT_EQ(ended(acknowledgements, turned(CheckState::ok, "disk")), "");
  auto flapping = turned(CheckState::ok);
  flapping.kind = EventKind::flapping_start;
  EXPECT_EQ(ended(acknowledgements, flapping), "");
}

TEST(Acknowledgements, EndEvenByAResultThatFinishedAMomentBeforeThem)
{
  auto acknowledgements = with(of_load());
  auto event = turned(CheckState::ok);
  event.time = at(-1s);
  EXPECT_EQ(ended(acknowledgements, event), "the check is OK again");
}

TEST(Acknowledgements, OfAGoneNodeEndWhenItIsBack)
{
  auto acknowledgement = of_load();
  acknowledgement.check.clear();
  auto acknowledgements = with(std::move(acknowledgement));
  EXPECT_NE(acknowledgements.of("web1", ""), nullptr);
  Event back;
  back.kind = EventKind::node_back;
  back.node = "web1";
  EXPECT_EQ(ended(acknowledgements, back), "the node is back");
}

TEST(Acknowledgements, Expire)
{
  auto acknowledgement = of_load(true);
  acknowledgement.expires = at(1h);
  auto acknowledgements = with(std::move(acknowledgement));
  EXPECT_TRUE(acknowledgements.take_time(at(1h - 1s)).empty());
  const auto events = acknowledgements.take_time(at(2h));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, EventKind::acknowledgement_end);
  EXPECT_EQ(events[0].time, at(1h));
  EXPECT_TRUE(acknowledgements.all().empty());
}

TEST(Acknowledgements, WithoutAnEndHoldForEver)
{
  auto acknowledgements = with(of_load(true));
  EXPECT_TRUE(acknowledgements.take_time(at(24h * 365)).empty());
}

TEST(Acknowledgements, AreRefusedWhereThereIsNothingToAcknowledge)
{
  Acknowledgements acknowledgements;
  auto of_ok = of_load();
  of_ok.state = CheckState::ok;
  EXPECT_EQ(acknowledgements.add(of_ok).error().message, "load of web1 is OK: nothing to acknowledge");
  auto over = of_load();
  over.expires = over.set;
  EXPECT_EQ(acknowledgements.add(over).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(acknowledgements.all().empty());
}

TEST(Acknowledgements, AreReplacedByLaterOnes)
{
  auto acknowledgements = with(of_load());
  auto later = of_load(true);
  later.caller = "bob@ops2";
  ASSERT_TRUE(acknowledgements.add(later).has_value());
  EXPECT_EQ(acknowledgements.all().size(), 1U);
  EXPECT_EQ(acknowledgements.of("web1", "load")->caller, "bob@ops2");
}

TEST(Acknowledgements, CanBeRemoved)
{
  auto acknowledgements = with(of_load());
  EXPECT_EQ(acknowledgements.remove("web1", "load", "bob@ops2", at(5s))->message, "removed by bob@ops2");
  EXPECT_EQ(acknowledgements.remove("web1", "load", "bob@ops2", at(5s)).error().code, ErrorCode::not_found);
}

}  // namespace muster::collector
