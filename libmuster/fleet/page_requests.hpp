// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/fleet/result_stream.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::fleet {

// The way of a ResultStream's fetches to the recorders of nodes: makes the requests, knows the answers, and
// keeps the time. Sends nothing; it is told the time. One thread.
class PageRequests {
public:
  using Clock = std::chrono::steady_clock;

  // A node answers from its own disk; the request waits as long for it.
  static constexpr std::chrono::seconds page_wait{10};

  struct Identity {
    protocol::SecretKey key;  // its caller is the name of the service: collector@mon1
    protocol::Topics topics;
    std::string session;  // a random word: the name of this session in its reply topic
  };

  struct Page {
    std::string node;
    Expected<protocol::RecorderPage> page;  // an error for an answer that has none
    protocol::Time now;                     // by the node's clock, of an answer
  };

  explicit PageRequests(Identity identity) : identity_{std::move(identity)} {}

  // The message that asks for it.
  mqtt::Message ask(const ResultStream::Fetch& fetch, protocol::Time now, Clock::time_point steady);

  // Whether it is the id of a request that has no answer yet.
  [[nodiscard]] bool has_asked(const std::string& id) const { return pages_.contains(id); }

  // Nothing for an answer that is none to a request of ours, or not the last one to it. `name` published it.
  std::optional<Page> on_answer(const std::string& name, const protocol::Answer& answer);

  // Those that gave no page in time.
  std::vector<Page> take_late(Clock::time_point steady);

  // What was asked for will not come.
  void clear() { pages_.clear(); }

  [[nodiscard]] const Identity& identity() const { return identity_; }

private:
  struct Asked {
    std::string node;
    Clock::time_point deadline;
  };

  Identity identity_;
  std::map<std::string, Asked> pages_;  // by the id of the request
};

}  // namespace muster::fleet
