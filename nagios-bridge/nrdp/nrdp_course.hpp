// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nagios-bridge/nrdp/nrdp_settings.hpp"
#include "nagios-bridge/sinks/feed.hpp"

namespace muster::bridge {

// Decides what goes into the next POST, and when. Pure: it is told what was done and when.
//
// One POST at a time; the next one when it was answered. NRDP's server makes a file of each result, which
// Nagios reads in no order, so a POST has one result of a service at most, and the next result of it waits
// until Nagios must have read the one before (NrdpSettings::apart); so does everything behind it. A POST
// that fails is told again as it was.
class NrdpCourse {
public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;

  // Between tries, twice as long after each failure.
  static constexpr std::chrono::milliseconds first_pause{500};
  static constexpr std::chrono::milliseconds longest_pause{30'000};

  struct Step {
    enum class Kind {
      wait,  // until `until`, or until something new is in the feed
      read,  // the feed behind read_from(): answered by read() or dry()
      post,  // batch(), which is empty to see whether the server is there: answered by taken() or failed()
    };

    Kind kind = Kind::wait;
    std::optional<TimePoint> until;
  };

  NrdpCourse(const NrdpSettings& settings, Ticket safe);

  [[nodiscard]] Step next(TimePoint now) const;

  void more() { dry_ = false; }

  void dry() { dry_ = true; }

  // What was read and can be told at all, and how far the feed was looked through.
  void read(std::vector<PassiveResult> results, Ticket until);

  // Those of the next POST; good until the next call of another function.
  [[nodiscard]] std::vector<const PassiveResult*> batch(TimePoint now) const;

  // The first `count` of what was read are with the server.
  void taken(TimePoint now, std::size_t count);

  // A POST, or a feed that cannot be read.
  void failed(TimePoint now);

  [[nodiscard]] Ticket read_from() const { return read_from_; }

  // Everything up to here is with the server, or is not for it.
  [[nodiscard]] Ticket safe() const;

  // Whether the present batch was tried before.
  [[nodiscard]] bool has_tried() const { return tries_ > 0; }

private:
  using Name = std::pair<std::string, std::string>;  // of host and service

  [[nodiscard]] std::optional<TimePoint> held_until(const PassiveResult& result) const;
  void forget_old(TimePoint now);

  std::chrono::milliseconds apart_;
  std::size_t most_;
  Ticket read_from_;
  bool dry_ = false;
  std::deque<PassiveResult> waiting_;
  std::map<Name, TimePoint> told_;  // within `apart_`
  TimePoint not_before_{};
  std::chrono::milliseconds pause_ = first_pause;
  unsigned tries_ = 0;  // of the present batch, failed
  bool works_ = false;  // the last POST was taken
};

}  // namespace muster::bridge
