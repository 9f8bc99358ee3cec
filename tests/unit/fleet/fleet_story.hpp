// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "libmuster/fleet/fleet_request.hpp"

namespace muster::test {

using namespace std::chrono_literals;
using fleet::Clock;
using fleet::Fate;
using fleet::FleetRequest;
using fleet::Time;

// One run of a fleet request, told as what happened when. Starts when it is made, at time zero.
class Story {
public:
  explicit Story(fleet::Question question = {});

  // What follows happens so much later; the state machine is woken whenever it wants to be.
  Story& after(std::chrono::milliseconds time);

  Story& retained(const std::string& node, std::chrono::seconds age = 60s);  // up
  Story& presence(
      const std::string& node,
      protocol::NodeState state,
      bool live,
      std::chrono::seconds age = 60s,
      const std::string& collective = "main");
  Story& presence(protocol::Presence presence, bool live, std::chrono::seconds age = 60s);
  Story& marker();
  Story& done(const std::string& node);
  Story& answer(const std::string& node, protocol::Outcome outcome);
  Story& refused(
      const std::string& node, protocol::Refusal reason, std::chrono::milliseconds clock_offset = 0ms);
  Story& forgotten(const std::string& node);
  Story& reconnected();

  [[nodiscard]] bool is_over() const { return request_.is_over(now_); }

  // Goes on until it is over, and says how long after the start that was.
  std::chrono::milliseconds runs_until();

  // What was published since the last call: "request" (to the collective), "request NODE", "marker".
  std::vector<std::string> sent();

  [[nodiscard]] fleet::FleetReport report() const { return request_.report(now_); }

  // "NAME FATE" of every node.
  [[nodiscard]] std::vector<std::string> fates() const;
  [[nodiscard]] fleet::NodeAccount account_of(const std::string& node) const;

  FleetRequest& request() { return request_; }

  [[nodiscard]] Clock::time_point now() const { return now_; }

  [[nodiscard]] Time wall_clock() const;

  static protocol::Presence presence_of(const std::string& node, protocol::NodeState state);

private:
  void take(const std::vector<FleetRequest::Send>& sends);

  Clock::time_point now_{1h};
  Clock::time_point started_{now_};
  std::vector<FleetRequest::Send> sends_;
  FleetRequest request_;
};

// A question to some nodes by name.
fleet::Question to_nodes(std::vector<std::string> nodes);
// A question to whoever has that fact.
fleet::Question with_fact(const std::string& name, const std::string& value);

}  // namespace muster::test
