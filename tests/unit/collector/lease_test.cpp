// SPDX-License-Identifier: Apache-2.0
//
// Which of several collectors asks: played through with a broker that keeps presences and sends wills.
#include "collector/schedule/lease.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using protocol::NodeState;
using testing::ElementsAre;

protocol::Time wall(std::chrono::milliseconds time)
{
  return protocol::Time{1'000'000h + time};
}

// Collectors on one broker. Time passes in steps of 250 ms, and a presence takes no time.
class World {
public:
  void start(const std::string& name, const std::string& group = "main")
  {
    members_.insert_or_assign(name, Member{Lease{name, group}});
    connect(name);
  }

  // Its connection stands: what is retained comes, and what it says is retained.
  void connect(const std::string& name)
  {
    auto& member = members_.at(name);
    member.connected = true;
    member.will_at.reset();
    member.lease.connected(now());
    for (const auto& [from, presence] : retained_) {
      const auto age = std::chrono::duration_cast<std::chrono::seconds>(time_ - presence.second);
      member.lease.take(presence.first, age, now());
    }
    publish(name, NodeState::up);
  }

  // The network is gone; the broker sends the will behind its delay.
  void disconnect(const std::string& name, bool with_will = true)
  {
    auto& member = members_.at(name);
    member.connected = false;
    member.lease.disconnected(now());
    if (with_will) {
      member.will_at = time_ + 10s;
    }
  }

  void kill(const std::string& name)
  {
    disconnect(name);
    members_.at(name).dead = true;
  }

  void stop(const std::string& name)
  {
    publish(name, NodeState::stopped);
    members_.at(name).connected = false;
    members_.at(name).dead = true;
  }

  // The broker dies and comes back with what it had kept; of wills it knows nothing.
  void crash_broker()
  {
    for (auto& [name, member] : members_) {
      if (member.connected) {
        disconnect(name, false);
      }
      member.will_at.reset();
    }
  }

  // Somebody clears its presence.
  void forget(const std::string& name)
  {
    retained_.erase(name);
    for (auto& [other, member] : members_) {
      member.lease.forget(name);
    }
  }

  void set_ready(const std::string& name, bool ready) { members_.at(name).lease.set_ready(ready); }

  void pass(std::chrono::milliseconds span)
  {
    for (const auto end = time_ + span; time_ < end;) {
      time_ += 250ms;
      for (auto& [name, member] : members_) {
        look(name, member);
      }
      most_asked_ = std::max(most_asked_, askers().size());
    }
  }

  [[nodiscard]] std::vector<std::string> askers() const
  {
    std::vector<std::string> names;
    for (const auto& [name, member] : members_) {
      if (member.lease.asks() && !member.dead) {
        names.push_back(name);
      }
    }
    return names;
  }

  [[nodiscard]] LeaseView view(const std::string& name) const { return members_.at(name).lease.view(now()); }

  [[nodiscard]] bool is_vacant(const std::string& name) const
  {
    return members_.at(name).lease.is_vacant(now());
  }

  // At any moment so far.
  [[nodiscard]] std::size_t most_asked() const { return most_asked_; }

private:
  struct Member {
    Lease lease;
    bool connected = false;
    bool dead = false;
    std::optional<std::chrono::milliseconds> will_at{};
    std::chrono::milliseconds announced{};
    LeaseNotice said{};
  };

  [[nodiscard]] Lease::Moment now() const { return Lease::Moment{10'000h + time_}; }

  void look(const std::string& name, Member& member)
  {
    if (member.will_at && *member.will_at <= time_) {
      member.will_at.reset();
      publish(name, NodeState::gone);
    }
    if (member.dead) {
      return;
    }
    member.lease.take_time(now(), wall(time_));
    if (member.connected && (!(member.lease.notice() == member.said) || time_ - member.announced >= 30s)) {
      publish(name, NodeState::up);
    }
  }

  void publish(const std::string& name, NodeState state)
  {
    auto& from = members_.at(name);
    if (state == NodeState::up) {
      from.said = from.lease.notice();
    }
    from.announced = time_;
    protocol::Presence presence;
    presence.name = name;
    presence.state = state;
    presence.facts = lease_facts(from.said);
    retained_.insert_or_assign(name, std::pair{presence, time_});
    for (auto& [other, member] : members_) {
      if (member.connected && !member.dead) {
        member.lease.take(presence, 0s, now());
      }
    }
  }

  std::map<std::string, Member> members_;
  std::map<std::string, std::pair<protocol::Presence, std::chrono::milliseconds>> retained_;
  std::chrono::milliseconds time_{0};
  std::size_t most_asked_ = 0;
};

struct Collectors : testing::Test {
  World world;

  void start_two()
  {
    world.start("collector@mon1");
    world.pass(10s);
    world.start("collector@mon2");
    world.pass(10s);
  }
};

TEST(LeaseNotice, IsReadAsItWasWritten)
{
  const LeaseNotice asks{"berlin", true, LeaseClaim{7, wall(5ms)}};
  const LeaseNotice stands_by{"main", false, std::nullopt};
  EXPECT_EQ(lease_notice(lease_facts(asks)), asks);
  EXPECT_EQ(lease_notice(lease_facts(stands_by)), stands_by);
}

TEST(LeaseNotice, IsNoneWhereAPresenceSaysNothingThatCanBeRead)
{
  EXPECT_FALSE(lease_notice({}));
  Facts facts;
  facts.set("lease", FactValue{std::string{"mine"}});
  EXPECT_FALSE(lease_notice(facts));
  facts.set("lease", FactValue{FactValue::Map{{"group", FactValue{std::int64_t{1}}}}});
  EXPECT_FALSE(lease_notice(facts));
}

TEST(LeaseNotice, TakesNoTermThatCouldNotBeFollowed)
{
  const LeaseNotice forever{"main", true, LeaseClaim{std::int64_t{1} << 60U, wall(0ms)}};
  const LeaseNotice none{"main", true, LeaseClaim{-1, wall(0ms)}};
  EXPECT_FALSE(lease_notice(lease_facts(forever))->claim);
  EXPECT_FALSE(lease_notice(lease_facts(none))->claim);
}

TEST_F(Collectors, OneAloneAsksAfterAMoment)
{
  world.start("collector@mon1");
  EXPECT_THAT(world.askers(), ElementsAre());
  world.pass(Lease::start_grace + Lease::settle + 500ms);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1"));
}

TEST_F(Collectors, TheSecondStandsBy)
{
  start_two();
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1"));
  EXPECT_EQ(world.view("collector@mon2").holder, "collector@mon1");
  EXPECT_THAT(world.view("collector@mon1").standing, ElementsAre("collector@mon2"));
}

TEST_F(Collectors, OfTwoThatStartTogetherOneAsks)
{
  world.start("collector@mon2");
  world.start("collector@mon1");
  world.pass(1min);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1"));
  EXPECT_EQ(world.most_asked(), 1U);
}

TEST_F(Collectors, TheOtherTakesOverFromOneThatIsKilledOnceItsWillHasCome)
{
  start_two();
  world.kill("collector@mon1");
  world.pass(9s);
  EXPECT_THAT(world.askers(), ElementsAre());
  world.pass(1500ms + Lease::settle);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
}

TEST_F(Collectors, MissOneThatDiedUntilItIsBackOrForgotten)
{
  start_two();
  world.kill("collector@mon2");
  EXPECT_THAT(world.view("collector@mon1").gone, ElementsAre());
  world.pass(11s);
  EXPECT_THAT(world.view("collector@mon1").gone, ElementsAre("collector@mon2"));
  world.start("collector@mon2");
  EXPECT_THAT(world.view("collector@mon1").gone, ElementsAre());
  world.kill("collector@mon2");
  world.pass(11s);
  world.forget("collector@mon2");
  EXPECT_THAT(world.view("collector@mon1").gone, ElementsAre());
}

TEST_F(Collectors, TheOtherTakesOverFromOneThatStops)
{
  start_two();
  world.stop("collector@mon1");
  world.pass(Lease::settle + 500ms);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
  EXPECT_THAT(world.view("collector@mon2").gone, ElementsAre());
}

TEST_F(Collectors, TheFirstStandsByWhenItComesBackAndKeepsStandingBy)
{
  start_two();
  world.kill("collector@mon1");
  world.pass(20s);
  world.start("collector@mon1");
  world.pass(10min);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
  EXPECT_EQ(world.view("collector@mon2").claim->term, 2);
  EXPECT_EQ(world.most_asked(), 1U);
}

TEST_F(Collectors, ABreakShorterThanTheDelayOfTheWillChangesNothing)
{
  start_two();
  world.disconnect("collector@mon1");
  world.pass(5s);
  EXPECT_TRUE(world.is_vacant("collector@mon1")) << "its turns wait for it";
  EXPECT_FALSE(world.is_vacant("collector@mon2"));
  world.connect("collector@mon1");
  world.pass(5s);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1"));
  EXPECT_EQ(world.view("collector@mon1").claim->term, 1);
}

TEST_F(Collectors, OneThatWasCutOffForLongerHasLostIt)
{
  start_two();
  world.disconnect("collector@mon1");
  world.pass(30s);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
  world.connect("collector@mon1");
  world.pass(10min);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
  EXPECT_EQ(world.most_asked(), 1U);
}

TEST_F(Collectors, NobodyHoldsItForEverWhoseWillWasLostWithTheBroker)
{
  start_two();
  world.crash_broker();
  world.kill("collector@mon1");
  world.crash_broker();
  world.connect("collector@mon2");
  world.pass(10s);
  EXPECT_THAT(world.askers(), ElementsAre()) << "its presence says that it is up";
  world.pass(Lease::stale_after);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
}

TEST_F(Collectors, ABrokerThatComesBackFindsTheSameOneAsking)
{
  start_two();
  world.crash_broker();
  world.pass(2s);
  world.connect("collector@mon2");
  world.connect("collector@mon1");
  world.pass(10s);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1"));
}

TEST_F(Collectors, OneThatCanStoreNothingLeavesItToOneThatCan)
{
  start_two();
  world.set_ready("collector@mon1", false);
  world.pass(5s);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2"));
  world.set_ready("collector@mon1", true);
  world.pass(5min);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon2")) << "it does not jump back";
}

TEST_F(Collectors, IfNoneCanStoreOneStillAsks)
{
  start_two();
  world.set_ready("collector@mon1", false);
  world.set_ready("collector@mon2", false);
  world.pass(5min);
  EXPECT_EQ(world.askers().size(), 1U);
}

TEST_F(Collectors, GroupsDoNotHinderEachOther)
{
  world.start("collector@mon1", "berlin");
  world.start("collector@mon2", "london");
  world.pass(10s);
  EXPECT_THAT(world.askers(), ElementsAre("collector@mon1", "collector@mon2"));
}

TEST(Lease, AsksEvenIfTheBrokerNeverSendsItsPresenceBack)
{
  Lease lease{"collector@mon1", "main"};
  Lease::Moment now{10'000h};
  lease.connected(now);
  for (const auto end = now + Lease::start_grace + Lease::unseen_patience + 1s; now < end; now += 250ms) {
    lease.take_time(now, wall(0ms));
  }
  EXPECT_TRUE(lease.asks());
}

TEST(Lease, TurnsAreNotHeldBeforeItIsKnownWhetherAnotherOneAsks)
{
  Lease lease{"collector@mon1", "main"};
  const Lease::Moment now{10'000h};
  EXPECT_FALSE(lease.is_vacant(now));
  lease.connected(now);
  EXPECT_FALSE(lease.is_vacant(now + 1s));
  EXPECT_TRUE(lease.is_vacant(now + Lease::start_grace));
}

}  // namespace
}  // namespace muster::collector
