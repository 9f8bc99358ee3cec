// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "libmuster/fleet/fleet_report.hpp"

namespace muster::fleet {

using Clock = std::chrono::steady_clock;

// What is asked of the fleet. `nodes` empty: whoever is in the collective and matches the filter; else just
// these.
struct Question {
  std::string collective = "main";  // of a roll-call: empty means all of them
  std::vector<std::string> nodes;
  Filter filter;
  std::string agent;
  std::string action;
  protocol::json::object data;
  std::chrono::milliseconds wait{10'000};  // how long the plugin may take
  std::chrono::milliseconds ttl{60'000};   // how long the request is valid by the nodes' clocks
  std::chrono::milliseconds detach{
      0};                       // more than 0: a job that may take so long; only its begin is waited for
  bool roll_call_only = false;  // nobody is asked: presence is the answer (`mco find` by name)
  bool services = false;  // of a roll-call: who are there of the services (collector@mon1), not of the nodes
};

// One request to many nodes, from the first publish to the report: section 5 of the design as a state
// machine.
//
// Pure: it is told what happened and when, and says what to publish. There are no phases. The request goes
// out at once, together with a marker to ourselves; when the marker comes back, every retained presence has
// come before it, so that it is known who must answer. It is over when the marker is back and every node that
// is up is accounted for, or at the deadline. Half-way through the wait, those still silent are asked again,
// directly and with the same id.
class FleetRequest {
public:
  // The plugin has `wait`, the node answers by wait + 1 s, we give up at wait + 2 s.
  static constexpr std::chrono::milliseconds patience{2000};
  // A node that was named but that no presence tells of may be a typing error: it is not waited for to the
  // end.
  static constexpr std::chrono::milliseconds unknown_node_patience{2000};
  // Without retained presences (RabbitMQ) answers are collected until it has been quiet for so long.
  static constexpr std::chrono::milliseconds quiet_time{1000};
  // A presence that nobody has renewed for so long (it is renewed every 5 minutes) counts as gone.
  static constexpr std::chrono::seconds stale_presence{15 * 60};
  // A node whose clock is off by more refuses requests as expired or from the future: it is the clock, then.
  static constexpr std::chrono::milliseconds clock_tolerance{30'000};

  // To publish, in this order. An empty node means the collective.
  struct Send {
    enum class What { request, marker } what = What::request;
    std::string node;
    std::chrono::milliseconds wait{};  // what is left of it
    protocol::ReplyMode reply = protocol::ReplyMode::all;
  };

  // The filter of `question` must have been compiled successfully by the caller: it is taken as valid.
  FleetRequest(Question question, CompiledFilter filter);

  // What to publish first. Subscriptions must be made before these go out.
  std::vector<Send> start(Clock::time_point now, Time wall_clock);

  // `age`: how long ago the broker took it in. `live`: it was published now, not retained from before.
  void on_presence(protocol::Presence presence, std::chrono::seconds age, bool live, Clock::time_point now);
  // An empty retained presence: the node has been forgotten.
  void on_forgotten(const std::string& name);
  void on_marker(Clock::time_point now);
  // True if it is the final answer of a node that had not given one.
  bool on_answer(protocol::Answer answer, Clock::time_point now, Time wall_clock);
  void on_rejected(std::string reason);
  // A new session with the broker: what was under way may be lost, so everything is asked for again.
  std::vector<Send> on_reconnected(Clock::time_point now);
  std::vector<Send> on_time(Clock::time_point now);
  void on_interrupt();
  // Whoever asks has no more time, wait or not: what has not come is late or lost.
  void on_out_of_time();

  // When on_time() wants to be called next.
  [[nodiscard]] Clock::time_point next_event(Clock::time_point now) const;
  [[nodiscard]] bool is_over(Clock::time_point now) const;

  // How many have answered, of how many, so far; for a progress bar.
  [[nodiscard]] std::size_t answered() const;
  [[nodiscard]] std::size_t expected() const;

  [[nodiscard]] FleetReport report(Clock::time_point now) const;

private:
  // Whether something may still come from a node that is worth waiting for.
  enum class Waiting { no, briefly /* named, and nobody knows it */, yes };

  struct Node {
    std::optional<protocol::Presence> presence;
    Clock::time_point presence_seen{};
    std::chrono::seconds presence_age{};
    std::optional<protocol::Answer> answer;  // final
    Clock::time_point answered_at{};
    std::chrono::milliseconds clock_offset{};
    bool running = false;    // said so, to a re-ask
    bool will_came = false;  // its presence turned gone after the request went out
    bool was_up = false;     // at the roll-call
    bool named = false;      // by the question
    int asked_again = 0;     // how many times
    bool belongs = true;     // the question is about this node, as far as presence tells
    Waiting waiting = Waiting::no;
  };

  [[nodiscard]] bool by_name() const { return !question_.nodes.empty(); }

  [[nodiscard]] bool is_up(const Node& node) const;
  [[nodiscard]] bool belongs(const std::string& name, const Node& node) const;
  [[nodiscard]] Waiting waiting_for(const Node& node) const;
  [[nodiscard]] bool came_too_late(const Node& node, const protocol::Presence& presence, bool live) const;
  Node* find_or_add(const std::string& name);
  void update(const std::string& name, Node& node);
  void count_waiting(Waiting waiting, int change);
  void forget(std::map<std::string, Node>::iterator entry);
  [[nodiscard]] Fate fate_of(const Node& node) const;
  [[nodiscard]] std::string note_of(const Node& node, Fate fate) const;
  [[nodiscard]] NodeAccount account_of(
      const std::string& name, const Node& node, Clock::time_point now) const;
  [[nodiscard]] bool nothing_open(Clock::time_point now) const;
  [[nodiscard]] std::chrono::milliseconds wait_left(Clock::time_point now) const;
  [[nodiscard]] protocol::ReplyMode reply_mode() const;

  [[nodiscard]] Clock::time_point ask_again_at() const;

  [[nodiscard]] Clock::time_point deadline() const { return started_ + question_.wait + patience; }

  [[nodiscard]] bool may_come_back(Clock::time_point now) const;
  [[nodiscard]] bool collects_until_quiet(Clock::time_point now) const;
  std::vector<Send> ask_the_silent(Clock::time_point now);
  std::vector<Send> ask_the_returned(Clock::time_point now);
  void ask_again(const std::string& name, Node& node, Clock::time_point now, std::vector<Send>& sends);

  Question question_;
  CompiledFilter filter_;
  std::map<std::string, Node> nodes_;
  Clock::time_point started_{};
  Time started_wall_clock_{};
  std::optional<Clock::time_point> marker_at_;
  Clock::time_point last_answer_{};
  std::optional<Clock::time_point> last_will_;
  std::vector<std::string> returned_;  // whose connection fell and stands again: to be asked at once
  std::size_t presences_ = 0;          // retained ones
  bool reconnected_since_roll_call_ = false;
  int waiting_ = 0;  // how many nodes are waited for: kept, not counted, for 10,000 answers
  int waiting_briefly_ = 0;
  bool asked_again_ = false;
  bool interrupted_ = false;
  bool out_of_time_ = false;
  std::uint64_t duplicates_ = 0;
  std::uint64_t rejected_ = 0;
  std::vector<std::string> rejections_;
};

}  // namespace muster::fleet
