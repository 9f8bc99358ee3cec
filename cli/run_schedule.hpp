// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::cli {

// Lets something run once on each of many nodes, never on more than so many at a time: --keep-running N, and
// `mco puppet runall N`.
//
// Pure: it is told from time to time what the nodes do, and says where to start now. Whatever runs already,
// whoever started it, takes up a place. After too many failures it starts nothing more, and is over when what
// runs is.
class RunSchedule {
public:
  using Time = std::chrono::steady_clock::time_point;

  // `over` and `failed` are said of the very run that was started here, by those who can tell it from others.
  enum class Seen { silent, disabled, idle, running, over, failed };

  // What a node does, and of a failure why.
  struct Sight {
    Sight(Seen seen, std::string reason = {})  // NOLINT(google-explicit-constructor): most have no reason
        : does{seen}, why{std::move(reason)}
    {}

    Seen does;
    std::string why;
  };

  // A node that has not told three times in a row is left out.
  static constexpr int most_silences = 3;
  // So long a node may take from the order to start until it is seen running, where nobody tells of the very
  // run; a run that was shorter than the time between two looks is over then.
  static constexpr std::chrono::seconds start_grace{30};
  // A run that takes longer keeps its place no more, so that a node that hangs does not hold up the others.
  static constexpr std::chrono::minutes usual_longest_run{60};

  struct Limits {
    std::size_t most_running = 0;
    std::optional<std::size_t> most_failures{};  // none: however many fail
    std::chrono::milliseconds longest_run{usual_longest_run};
  };

  RunSchedule(std::vector<std::string> nodes, Limits limits);

  // Takes what the nodes do; one that is not in `seen` is silent. Returns where to start, in the order of the
  // names. For each of these, started() or failed() must be called before the next look.
  std::vector<std::string> look(const std::map<std::string, Sight>& seen, Time now);
  void started(const std::string& node, Time now);
  void failed(const std::string& node, std::string why);

  // Nothing is left to start, or nothing more may be, and what was started here is over.
  [[nodiscard]] bool is_over() const;

  // As many failed as may: a run that failed, or could not be started. A node that is disabled is no failure.
  [[nodiscard]] bool has_stopped() const;

  // Who is still of interest: all but those that are finished with.
  [[nodiscard]] std::vector<std::string> open() const;
  [[nodiscard]] std::size_t count_started() const;
  // Where it was not started: the node, and why.
  [[nodiscard]] std::map<std::string, std::string> left_out() const;
  // Where it was started and did not end well: the node, and why.
  [[nodiscard]] std::map<std::string, std::string> ended_badly() const;
  // Whose turn has not come.
  [[nodiscard]] std::vector<std::string> waiting() const;
  [[nodiscard]] std::vector<std::string> running() const;

private:
  enum class State { waiting, running, over, failed, left_out };

  struct Node {
    State state = State::waiting;
    int silences = 0;
    bool seen_running = false;
    bool was_started = false;
    bool is_failure = false;
    Time started{};
    std::string why;
  };

  static void end(Node& node, State state, std::string why, bool is_failure);
  static void update_waiting(Node& node, Seen seen);
  void update_running(Node& node, const Sight& sight, Time now) const;
  [[nodiscard]] std::vector<std::string> names_in(State state) const;
  [[nodiscard]] std::map<std::string, std::string> reasons_of(State state) const;

  std::map<std::string, Node> nodes_;
  Limits limits_;
};

}  // namespace muster::cli
