// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/messages.hpp"
#include "nagios-bridge/asking/asked_check.hpp"

namespace muster::bridge {

// Questions to nodes that have no answer yet: which is sent when, and what an answer means. A node gets a few
// at a time, so that whoever asks it in another way finds room in its queue, and it never says that it is
// busy as long as only we ask; the others wait here, first come, first served. Pure; one thread.
class OpenQuestions {
public:
  using Clock = std::chrono::steady_clock;

  // Of a node's queue, which has places for 64 requests: enough to keep all its plugins at work.
  static constexpr std::size_t most_at_node = 16;
  // In all; each holds a connection of somebody's.
  static constexpr std::size_t most = 2048;
  // A node's answer is on its way for so long at most: the plugin ends before whoever asked has no more time.
  static constexpr std::chrono::milliseconds way_back{500};
  // With less time left no plugin is started.
  static constexpr std::chrono::milliseconds least_wait{200};

  struct Send {
    std::string id;
    AskedCheck asked;
    std::chrono::milliseconds wait;  // that the node has for it
  };

  struct Settled {
    std::string id;
    std::string node;
    Expected<CheckResult> result;
  };

  // `id` is new, and `asked.node` a whole name. Fails with `denied` if there are too many.
  Expected<void> add(const std::string& id, AskedCheck asked, Clock::time_point deadline);

  // The next one for this node, if its turn has come.
  std::optional<Send> next(const std::string& node, Clock::time_point now);

  // A new session with the broker: what is with the nodes is asked for again. They know the ids, and run
  // nothing twice.
  [[nodiscard]] std::vector<Send> again(Clock::time_point now) const;

  // Nothing for what is no final answer to an open question to the node that gave it.
  std::optional<Settled> on_answer(const protocol::Answer& answer);

  // Its time is over, or nobody waits for it any more. Gives a sentence about why there is no answer.
  std::string give_up(const std::string& id);

  [[nodiscard]] std::size_t size() const { return questions_.size(); }

private:
  struct Open {
    AskedCheck asked;
    Clock::time_point deadline;
    bool sent = false;
  };

  struct Lane {
    std::size_t sent = 0;
    std::deque<std::string> waiting;
  };

  static std::chrono::milliseconds wait_left(const Open& open, Clock::time_point now);
  void leave(const std::string& id, const Open& open);

  std::map<std::string, Open> questions_;  // by id
  std::map<std::string, Lane> lanes_;      // by node; none that is empty
};

// What a node's final answer says: a result, of a check that did not run as well; or `denied` with the node's
// refusal, `invalid_input` with what else is wrong.
Expected<CheckResult> result_of(const protocol::Answer& answer);

}  // namespace muster::bridge
