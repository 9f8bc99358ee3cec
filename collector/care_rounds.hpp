// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collector/board/told_care.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// When the other collectors are told what they do not know yet, and what came of it: one request at a time
// for each, again after a while when it was not taken. Pure; one thread.
class CareRounds {
public:
  using Moment = std::chrono::steady_clock::time_point;

  // It changes its memory and its disk; somebody at a page waits for it.
  static constexpr std::chrono::milliseconds patience{3'000};
  // A collector that has just come back takes results first, and knows then what is acknowledged.
  static constexpr std::chrono::seconds again_after{30};
  // Its policy or its keys have to be changed by somebody.
  static constexpr std::chrono::minutes refused_after{5};

  [[nodiscard]] bool may_ask(const std::string& peer, Moment now) const;

  // A request to it is under way.
  [[nodiscard]] bool is_asked(const std::string& peer) const;

  // An operator waits: no pause, and everything is tried again.
  void hurry(const std::string& peer);

  // What it did not take in this round, and is not asked again before the next one.
  [[nodiscard]] std::set<CareKey> put_off(const std::string& peer) const;

  void asked(const std::string& peer, std::string id, std::vector<ToldCare> told, Moment now);

  // It was not asked, and why.
  void not_asked(const std::string& peer, std::string why, Moment now);

  // There is nothing more to ask in this round; what was put off waits for the next one.
  void round_ends(const std::string& peer, Moment now);

  struct Taken {
    std::string peer;
    std::vector<ToldCare> changes;  // those that it has taken
  };

  // Nothing: it is no answer to what was asked here.
  std::optional<Taken> take(const protocol::Answer& answer, Moment now);

  // Gives up on requests whose time is over; the trouble of each.
  std::vector<std::string> take_time(Moment now);

  // A sentence about what it has not taken: "collector@mon2 refuses: …"; empty: there was no trouble. What it
  // said itself is in it, cut.
  [[nodiscard]] std::string trouble(const std::string& peer) const;

  void forget(const std::string& peer) { peers_.erase(peer); }

private:
  struct Peer {
    std::string id;  // of the request under way; empty: none
    std::vector<ToldCare> told;
    Moment deadline{};
    Moment next{};  // not before
    std::set<CareKey> put_off;
    std::string trouble;
  };

  static void fail(Peer& peer, std::string trouble, Moment next);
  static std::vector<ToldCare> sort_out(
      const std::string& name, Peer& peer, const protocol::json::object& data);

  std::map<std::string, Peer> peers_;
};

}  // namespace muster::collector
