// SPDX-License-Identifier: Apache-2.0
// Two collectors hear the same; one of them is stored, killed and started again whenever chance will have it.
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "collector/state/event_line.hpp"
#include "collector/state/state_codec.hpp"
#include "tests/unit/collector_state/engine_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

constexpr int histories = 50;
constexpr int steps = 250;

EngineRules rules()
{
  EngineRules rules;
  rules.rules_for = [](const std::string&, const std::string& check) {
    ServiceRules found;
    found.max_attempts = check == "load" ? 1 : 3;
    found.interval = 60s;
    found.freshness = 12min;
    return found;
  };
  // Groups that were told lately are not stored, so here each node is told by itself, at the next look.
  rules.mass = {0ms, 1'000'000, 0ms};
  rules.dependencies = {{{}, "app", "web1", "load"}};
  return rules;
}

bool is_of_berlin(const std::string& node)
{
  return node == "web1" || node == "web2";
}

void restore_downtimes(StateEngine& to, const StateEngine& from)
{
  for (const auto& [id, downtime] : from.downtimes().all()) {
    auto again = parse_downtime(encode(downtime)).value();
    if (!again.filter.empty()) {
      again.matches = is_of_berlin;
    }
    to.restore(std::move(again));
  }
}

StateEngine stored_and_restored(const StateEngine& from, Time now)
{
  StateEngine to{rules()};
  for (const auto& [name, node] : from.nodes()) {
    to.restore(name, parse_known_node(encode(node.known)).value());
    for (const auto& [check, service] : node.services) {
      to.restore(name, check, parse_known_service(encode(service.known)).value());
    }
  }
  restore_downtimes(to, from);
  for (const auto& [key, acknowledgement] : from.acknowledgements().all()) {
    to.restore(parse_acknowledgement(encode(acknowledgement)).value());
  }
  for (const auto& held : from.held()) {
    to.restore(parse_held(encode(held)).value(), now);
  }
  return to;
}

std::string lines(const std::vector<Event>& events)
{
  std::string text;
  for (const auto& event : events) {
    text += event_line(event);
    text += '\n';
  }
  return text;
}

std::string lines(const Expected<std::vector<Event>>& events)
{
  return events ? lines(*events) : events.error().message;
}

// One random history: in each step something happens to an engine, the same to whichever is asked.
class History {
public:
  explicit History(unsigned seed) : random_{seed} {}

  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void begin_step()
  {
    clock_ += 1min * (1 + random_() % 3);
    kind_ = random_() % 16;
    node_ = pick(std::array<std::string, 4>{"db1", "web1", "web2", "web3"});
    check_ = pick(std::array<std::string, 3>{"app", "disk", "load"});
    number_ = random_();
  }

  [[nodiscard]] Time now() const { return EngineStory::at(clock_); }

  std::string happen(StateEngine& engine) const
  {
    switch (kind_) {
    case 0:
      return lines(engine.add_downtime(downtime(), now()));
    case 1:
      return lines(engine.remove_downtime("d" + std::to_string(number_ % 5), "bob@ops1", now()));
    case 2:
      return lines(engine.acknowledge(acknowledgement()));
    case 3:
      return lines(engine.unacknowledge(node_, check_, "bob@ops1", now()));
    case 4:
      return number_ % 10 == 0 ? lines(engine.forget(node_, "bob@ops1", now())) : "";
    case 5:
    case 6:
    case 7:
    case 8:
      return lines(engine.take_sighting(node_, sighting(), {{"site", "s" + std::to_string(number_ % 2)}}));
    default:
      return lines(engine.take_result(node_, check_, observation()));
    }
  }

private:
  template <std::size_t count>
  std::string pick(const std::array<std::string, count>& names)
  {
    return names.at(random_() % count);
  }

  [[nodiscard]] Sighting sighting() const
  {
    const auto says = number_ % 4 < 2 ? Sighting::Says::up
                                      : (number_ % 4 == 2 ? Sighting::Says::gone : Sighting::Says::stopped);
    return {says, now() - 1s * (number_ % 50), now()};
  }

  [[nodiscard]] Observation observation() const
  {
    auto observation = ServiceStory::result(
        number_ % 3 == 0 ? CheckState::ok : static_cast<CheckState>(number_ / 3 % 4), clock_);
    observation.origin = number_ / 12 % 5 == 0 ? Observation::Origin::caller : Observation::Origin::schedule;
    observation.replayed = number_ / 60 % 10 == 0;
    return observation;
  }

  [[nodiscard]] Downtime downtime() const
  {
    Downtime downtime;
    downtime.id = "d" + std::to_string(number_ % 5);
    downtime.start = now() + 1min * (number_ / 5 % 10);
    downtime.end = downtime.start + 1min * (1 + number_ / 50 % 40);
    if (number_ / 1000 % 2 == 0) {
      downtime.duration = 10min;
    }
    if (number_ / 2000 % 2 == 0) {
      downtime.filter = "site=berlin";
      downtime.matches = is_of_berlin;
    } else {
      downtime.nodes = {node_};
    }
    if (number_ / 4000 % 2 == 0) {
      downtime.checks = {check_};
    }
    return downtime;
  }

  [[nodiscard]] Acknowledgement acknowledgement() const
  {
    Acknowledgement acknowledgement;
    acknowledgement.node = node_;
    acknowledgement.check = number_ % 4 == 0 ? "" : check_;
    acknowledgement.caller = "alice@ops1";
    acknowledgement.set = now();
    acknowledgement.sticky = number_ / 4 % 2 == 0;
    if (number_ / 8 % 2 == 0) {
      acknowledgement.expires = now() + 1min * (1 + number_ / 16 % 30);
    }
    return acknowledgement;
  }

  std::mt19937 random_;
  std::chrono::seconds clock_{0};
  unsigned long kind_ = 0;
  unsigned long number_ = 0;
  std::string node_;
  std::string check_;
};

// What both tell, and how often one of them was started again.
struct Told {
  std::string by_the_one;
  std::string by_the_other;
  int restarts = 0;
};

void reconnect(StateEngine& engine, Time now, std::string& told)
{
  told += lines(engine.disconnected(now));
  told += lines(engine.connected(now));
}

Told run_history(unsigned seed)
{
  History history{seed};
  StateEngine one{rules()};
  StateEngine other{rules()};
  Told told;
  reconnect(one, history.now(), told.by_the_one);
  reconnect(other, history.now(), told.by_the_other);
  for (int step = 0; step < steps; ++step) {
    history.begin_step();
    told.by_the_one += lines(one.take_time(history.now()));
    told.by_the_other += lines(other.take_time(history.now()));
    if (history.chance(5)) {
      other = stored_and_restored(other, history.now());
      reconnect(one, history.now(), told.by_the_one);
      reconnect(other, history.now(), told.by_the_other);
      ++told.restarts;
    }
    told.by_the_one += history.happen(one);
    told.by_the_other += history.happen(other);
  }
  return told;
}

}  // namespace

TEST(EngineRestart, ChangesNothingInWhatFollows)
{
  std::size_t letters = 0;
  int restarts = 0;
  for (unsigned seed = 1; seed <= histories; ++seed) {
    const auto told = run_history(seed);
    ASSERT_EQ(told.by_the_one, told.by_the_other) << "history " << seed;
    letters += told.by_the_one.size();
    restarts += told.restarts;
  }
  EXPECT_GT(restarts, histories) << "else it proves little";
  EXPECT_GT(letters, std::size_t{histories} * 1000);
}

TEST(EngineRestart, DoesNotSwallowALossThatWasHeldBack)
{
  EngineStory story;
  for (const auto* node : {"web1", "web2", "web3", "web4", "web5"}) {
    story.up(node, {{"site", "berlin"}});
  }
  story.pass(3min);
  for (const auto* node : {"web1", "web2", "web3", "web4", "web5"}) {
    story.gone(node);
  }
  story.pass(31s);
  ASSERT_EQ(story.engine.held().size(), 5U);
  story.news();
  story.engine = stored_and_restored(story.engine, EngineStory::at(story.clock));
  story.pass(31s);
  EXPECT_EQ(
      story.news(),
      (EngineStory::Told{
          "web1 node_gone", "web2 node_gone", "web3 node_gone", "web4 node_gone", "web5 node_gone"}));
}

}  // namespace muster::collector
