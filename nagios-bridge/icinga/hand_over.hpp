// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "nagios-bridge/icinga/last_result.hpp"
#include "nagios-bridge/sinks/feed.hpp"

namespace muster::bridge {

// Which result is told to Icinga next: those of one object strictly one after the other, of different objects
// side by side, the oldest first. After a start, and after Icinga has died, it begins again at what is safe,
// and tells only what Icinga does not have: for that it wants to know, once for each object, what Icinga has;
// and again when an object has become stale in between.
// Pure; one thread.
class HandOver {
public:
  using Clock = std::chrono::steady_clock;

  // Read ahead: enough that an object which has to wait keeps no other one from its turn.
  static constexpr std::size_t most_waiting = 1000;
  // Objects of which it is known what Icinga has. The largest installations have as many; beyond, it is asked
  // again.
  static constexpr std::size_t most_known = 200'000;
  // So often Icinga may fail at one result while it takes others, before that result is given up: with the
  // pauses in between some minutes.
  static constexpr int most_tries = 10;

  struct Task {
    std::shared_ptr<const PassiveResult> result;
    bool ask = false;  // first learn what Icinga has of its object
  };

  explicit HandOver(Ticket safe) : read_until_{safe}, highest_told_{safe} {}

  // How many results to read; 0: enough are waiting.
  [[nodiscard]] std::size_t room() const;

  [[nodiscard]] Ticket read_until() const { return read_until_; }

  // What was read behind read_until(). An empty slice: there is no more for now.
  void add(Feed::Slice slice);

  // The next one, under way from now on until one of the functions below is told how it went.
  std::optional<Task> next(Clock::time_point now, Time wall_clock);

  // There is one whose turn it is.
  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }

  // When something that had to wait may go on.
  [[nodiscard]] std::optional<Clock::time_point> next_due() const;

  // What Icinga has of a result's object.
  void learned(const PassiveResult& result, const LastResult& last);
  void knows_nothing(const PassiveResult& result);

  // The times to tell this result with; nothing: Icinga has it already.
  [[nodiscard]] std::optional<ToldTimes> times_of(const PassiveResult& result, Time now);

  // It was told, now. True: not for the first time.
  bool delivered(const PassiveResult& result, const ToldTimes& times, Time now);
  // Icinga has it, or it is buried.
  void settled(const PassiveResult& result);
  // It was not told after all, and goes first again.
  void put_back(const PassiveResult& result);
  // The connection broke: nobody knows whether Icinga took it.
  void lost_sight_of(const PassiveResult& result);
  // Icinga could not take it; it is told later. False: that was so too often, give it up.
  bool failed(const PassiveResult& result, Clock::time_point now);

  // Another Icinga has come up. Nothing may be under way. What is not safe is read again.
  void begin_again(Ticket safe);

  // Everything up to here is told, or settled.
  [[nodiscard]] Ticket handed_over() const;

private:
  struct Waiting {
    std::shared_ptr<const PassiveResult> result;
    bool in_doubt = false;
  };

  struct Object {
    std::deque<Ticket> waiting;
    bool under_way = false;
    std::optional<Clock::time_point> not_before;
    int tries = 0;
    std::uint64_t delivered_before = 0;  // by all, when it failed first
  };

  struct Known {
    std::optional<LastResult> last;
    bool asked = false;               // `last` is what it has; else a connection broke since
    bool placed = false;              // `last` is one of ours: it has nothing that follows
    Time newest_read;                 // of our results so far
    std::optional<Time> stale_after;  // then Icinga may have put something of its own in its place
  };

  static constexpr Ticket everything = std::numeric_limits<Ticket>::max();

  [[nodiscard]] bool knows(const std::string& name, Time now) const;
  static bool had_it(Known& known, const PassiveResult& result, Time newest_before, Time now);
  [[nodiscard]] bool is_in_doubt(const PassiveResult& result) const;
  void release(const std::string& name, Object& object);
  void remove(const PassiveResult& result);
  void wake_due(Clock::time_point now);

  Ticket read_until_;
  Ticket highest_told_;
  Ticket in_doubt_until_ = everything;  // at first nobody knows what was told before
  Ticket told_until_ = 0;               // before the last death of Icinga
  std::uint64_t delivered_ = 0;
  std::map<Ticket, Waiting> waiting_;
  std::unordered_map<std::string, Object> objects_;  // those of what waits
  std::unordered_map<std::string, Known> known_;
  std::set<std::pair<Ticket, std::string>> ready_;             // each object's first one
  std::set<std::pair<Clock::time_point, std::string>> later_;  // objects
};

// The name by which Icinga's API knows a result's object: "web1", "web1!disk".
std::string object_name(const PassiveResult& result);

}  // namespace muster::bridge
