// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/protocol/recorder_page.hpp"

namespace muster::fleet {

// A reader's proof that it misses no check result: section "Results without gaps" of docs/architecture.md.
//
// Pure. It is told of every result and every presence, in the order in which they come, and says which
// results to take, node by node strictly in order and each once, and which nodes to ask for what was missed.
// A result that does not follow the last one taken is not kept: the node has it, and is asked. A hole that no
// node can fill is told as a Gap, never passed over. The reader stores the cursor of each result together
// with what it makes of it, and gives it back through restore().
class ResultStream {
public:
  using Clock = std::chrono::steady_clock;

  // Nodes that are asked for their history at a time: after an outage a whole fleet has something to tell.
  static constexpr std::size_t most_fetches = 50;
  // A node that gave no page is asked again after this, and then after twice as long each time.
  static constexpr std::chrono::seconds first_retry{5};
  static constexpr std::chrono::seconds longest_retry{300};
  // Results that come while their node is asked, and follow the page: without them a busy node would be asked
  // again and again. Few, because each may have 112 KiB.
  static constexpr std::size_t most_held = 16;

  struct Taken {
    protocol::ResultMessage message;
    bool replayed = false;  // it came from the node's recorder: whatever it tells is old, and nobody is woken
  };

  // Results after `after`, up to and with `until`, are missing, some or all, and nothing will bring them.
  struct Gap {
    std::string node;
    protocol::Cursor after;
    protocol::Cursor until;
  };

  using Output = std::variant<Taken, Gap>;

  struct Fetch {
    std::string node;
    protocol::Cursor since;
  };

  // At the start: how far a node's results are stored.
  void restore(const std::string& node, protocol::Cursor stored);

  // A result that was published, of a node whose name the topic has proven.
  std::vector<Output> on_result(protocol::ResultMessage message);

  // A node that is up tells how far its history reaches; one that is not is not asked.
  void on_presence(const protocol::Presence& presence);

  // The answer to a Fetch of this node; an error for none that can be used.
  std::vector<Output> on_page(
      const std::string& node, Expected<protocol::RecorderPage> page, Clock::time_point now);

  // The session with the broker is a new one: pages that were asked for will not come.
  void on_disconnected();

  void forget(const std::string& node);

  // Whom to ask now; each is counted as asked until on_page(). Costs only those that there are, so that it
  // can be called after every message.
  std::vector<Fetch> fetches(Clock::time_point now);

  // When fetches() wants to be called next, if nothing else happens.
  [[nodiscard]] std::optional<Clock::time_point> next_retry() const;

  // The place behind the last result taken; {0, 0} of a node without any.
  [[nodiscard]] protocol::Cursor cursor(const std::string& node) const;

  // How many nodes have results that are not taken, or may have.
  [[nodiscard]] std::size_t behind() const;

private:
  struct Node {
    protocol::Cursor taken;    // behind the last result taken
    protocol::Cursor exists;   // behind the last result that is known of
    protocol::Cursor existed;  // the same, when it was asked
    std::deque<protocol::ResultMessage> held;
    bool up = false;
    bool sure = false;  // in this session with the broker it has told how far its history reaches
    bool asked = false;
    std::optional<Clock::time_point> not_before;  // after a page that did not come
    std::optional<Clock::time_point> later;       // its place in later_
    std::chrono::seconds retry{0};
  };

  // A presence tells how far a history reached when it was published, some minutes ago: whoever has not
  // listened in the meantime has to ask.
  [[nodiscard]] static bool is_behind(const Node& node) { return !node.sure || node.taken < node.exists; }

  static std::vector<Output> take_page(Node& node, const std::string& name, protocol::RecorderPage page);
  static void take_held(Node& node, std::vector<Output>& outputs);
  static void fail(Node& node, Clock::time_point now);
  void line_up(const std::string& name, Node& node);
  void line_up_due(Clock::time_point now);

  std::map<std::string, Node> nodes_;
  // Those that are to be asked: now, or not before a time. Kept as each node changes.
  std::set<std::string> askable_;
  std::set<std::pair<Clock::time_point, std::string>> later_;
  std::size_t asked_ = 0;
  std::string last_asked_;  // the next ones are asked first
};

}  // namespace muster::fleet
