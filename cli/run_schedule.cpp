// SPDX-License-Identifier: Apache-2.0
#include "cli/run_schedule.hpp"

#include <algorithm>

namespace muster::cli {

RunSchedule::RunSchedule(std::vector<std::string> nodes, Limits limits) : limits_{limits}
{
  for (auto& name : nodes) {
    nodes_.try_emplace(std::move(name));
  }
}

void RunSchedule::end(Node& node, State state, std::string why, bool is_failure)
{
  node.state = state;
  node.why = std::move(why);
  node.is_failure = is_failure;
}

void RunSchedule::update_waiting(Node& node, Seen seen)
{
  if (seen == Seen::disabled) {
    end(node, State::left_out, "disabled", false);
  } else if (node.silences >= most_silences) {
    end(node, State::left_out, "no answer", true);
  }
}

// A silent node may still run: its place is kept until the run has taken too long.
void RunSchedule::update_running(Node& node, const Sight& sight, Time now) const
{
  const auto seen = sight.does;
  node.seen_running = node.seen_running || seen == Seen::running;
  const bool rests = seen == Seen::idle || seen == Seen::disabled;
  if (seen == Seen::failed) {
    end(node, State::failed, sight.why, true);
  } else if (seen == Seen::over || (rests && (node.seen_running || now - node.started >= start_grace))) {
    end(node, State::over, {}, false);
  } else if (now - node.started >= limits_.longest_run) {
    end(node,
        State::failed,
        seen == Seen::silent ? "no answer since it was started" : "it does not end",
        true);
  }
}

std::vector<std::string> RunSchedule::look(const std::map<std::string, Sight>& seen, Time now)
{
  std::size_t running = 0;
  std::vector<std::string> idle;
  for (auto& [name, node] : nodes_) {
    const auto entry = seen.find(name);
    const auto sight = entry == seen.end() ? Sight{Seen::silent} : entry->second;
    node.silences = sight.does == Seen::silent ? node.silences + 1 : 0;
    if (node.state == State::waiting) {
      update_waiting(node, sight.does);
    } else if (node.state == State::running) {
      update_running(node, sight, now);
    }
    running += node.state == State::running || sight.does == Seen::running ? 1U : 0U;
    if (node.state == State::waiting && sight.does == Seen::idle) {
      idle.push_back(name);
    }
  }
  const auto room = has_stopped() ? 0 : limits_.most_running - std::min(limits_.most_running, running);
  idle.resize(std::min(idle.size(), room));
  return idle;
}

void RunSchedule::started(const std::string& node, Time now)
{
  auto& entry = nodes_.at(node);
  entry.state = State::running;
  entry.was_started = true;
  entry.started = now;
}

void RunSchedule::failed(const std::string& node, std::string why)
{
  end(nodes_.at(node), State::left_out, std::move(why), true);
}

bool RunSchedule::has_stopped() const
{
  const auto failures =
      std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.is_failure; });
  return limits_.most_failures && static_cast<std::size_t>(failures) >= *limits_.most_failures;
}

bool RunSchedule::is_over() const
{
  return running().empty() && (has_stopped() || waiting().empty());
}

std::vector<std::string> RunSchedule::open() const
{
  auto names = waiting();
  const auto busy = running();
  names.insert(names.end(), busy.begin(), busy.end());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> RunSchedule::names_in(State state) const
{
  std::vector<std::string> names;
  for (const auto& [name, node] : nodes_) {
    if (node.state == state) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> RunSchedule::waiting() const
{
  return names_in(State::waiting);
}

std::vector<std::string> RunSchedule::running() const
{
  return names_in(State::running);
}

std::size_t RunSchedule::count_started() const
{
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.was_started; }));
}

std::map<std::string, std::string> RunSchedule::reasons_of(State state) const
{
  std::map<std::string, std::string> reasons;
  for (const auto& [name, node] : nodes_) {
    if (node.state == state) {
      reasons[name] = node.why;
    }
  }
  return reasons;
}

std::map<std::string, std::string> RunSchedule::left_out() const
{
  return reasons_of(State::left_out);
}

std::map<std::string, std::string> RunSchedule::ended_badly() const
{
  return reasons_of(State::failed);
}

}  // namespace muster::cli
