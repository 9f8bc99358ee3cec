// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace muster::cli {

// Lets something run once on each of many nodes, never on more than so many at a time: `mco puppet runall N`.
//
// Pure: it is told from time to time what the nodes do, and says where to start now. Whatever runs already,
// whoever started it, takes up a place.
class RunSchedule {
public:
  using Time = std::chrono::steady_clock::time_point;

  enum class Seen { silent, disabled, idle, running };

  // A node that has not told three times in a row is left out.
  static constexpr int most_silences = 3;
  // So long a node may take from the order to start until it is seen running; a run that was shorter than
  // the time between two looks is over then.
  static constexpr std::chrono::seconds start_grace{30};
  // A run that takes longer keeps its place no more, so that a node that hangs does not hold up the others.
  static constexpr std::chrono::minutes longest_run{60};

  RunSchedule(std::vector<std::string> nodes, std::size_t most_running);

  // Takes what the nodes do; one that is not in `seen` is silent. Returns where to start, in the order of the
  // names. For each of these, started() or failed() must be called before the next look.
  std::vector<std::string> look(const std::map<std::string, Seen>& seen, Time now);
  void started(const std::string& node, Time now);
  void failed(const std::string& node, std::string why);

  // Nothing is left to start, and what was started here is over.
  [[nodiscard]] bool is_over() const;

  // Who is still of interest: all but those that are finished with.
  [[nodiscard]] std::vector<std::string> open() const;
  [[nodiscard]] std::size_t count_started() const;
  // Where it was not started: the node, and why.
  [[nodiscard]] std::map<std::string, std::string> left_out() const;

private:
  enum class State { waiting, running, over, left_out };

  struct Node {
    State state = State::waiting;
    int silences = 0;
    bool seen_running = false;
    bool was_started = false;
    Time started{};
    std::string why;
  };

  static void leave_out(Node& node, std::string why);
  static void update_waiting(Node& node, Seen seen);
  static void update_running(Node& node, Seen seen, Time now);

  std::map<std::string, Node> nodes_;
  std::size_t most_running_;
};

}  // namespace muster::cli
