// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/messages.hpp"

// What `mco doctor` has observed: values that the trials fill in and the judges read.
namespace muster::cli::doctor {

struct SeenPresence {
  protocol::Presence presence;
  std::chrono::seconds age{};  // when it was handed out
};

// What a broker shows to whoever connects and talks to itself.
struct BrokerFacts {
  std::string url;
  std::optional<Error> no_session;  // why none came to stand, or why it fell; nothing: it stood to the end
  bool connected = false;
  mqtt::BrokerLimits limits;
  std::map<std::string, std::string> refused;          // topic or topic filter -> what the broker said
  std::vector<std::chrono::microseconds> round_trips;  // of messages to ourselves, behind the roll-call
  std::map<std::string, SeenPresence> presences;       // whole only if there are round trips
  bool largest_came_back = false;                      // a message of the largest size that Muster sends
};

// One thing that a broker must not let us do, tried with a name that nobody has.
struct Trespass {
  enum class Kind {
    forged_answer,
    forged_presence,
    forged_result,
    overheard,           // answers to another caller
    overheard_requests,  // requests to one node
    overheard_results,   // check results, which only a collector needs to hear
  };
  enum class Outcome {
    untold,   // the trial did not come to its end
    refused,  // by the broker, in words or by hanging up
    unheard,  // taken without a word, and not delivered to us
    heard,    // it was done
  };
  Kind kind = Kind::forged_answer;
  std::string topic;
  Outcome outcome = Outcome::untold;
};

// Whether it is about hearing what is meant for another, not about speaking as another.
inline bool is_about_hearing(Trespass::Kind kind)
{
  return kind >= Trespass::Kind::overheard;
}

// Messages that waited for a client which was away for a moment.
struct QueueTrial {
  std::size_t sent = 0;
  std::size_t kept = 0;
  bool finished = false;                               // false: `kept` is not the last word
  std::optional<std::chrono::seconds> session_expiry;  // that the broker has set in place of a node's
};

}  // namespace muster::cli::doctor
