// SPDX-License-Identifier: Apache-2.0
#include "cli/run_schedule.hpp"

#include <algorithm>
#include <utility>

namespace muster::cli {

RunSchedule::RunSchedule(std::vector<std::string> nodes, std::size_t most_running)
    : most_running_{most_running}
{
  for (auto& name : nodes) {
    nodes_.try_emplace(std::move(name));
  }
}

void RunSchedule::leave_out(Node& node, std::string why)
{
  node.state = State::left_out;
  node.why = std::move(why);
}

void RunSchedule::update_waiting(Node& node, Seen seen)
{
  if (seen == Seen::disabled) {
    leave_out(node, "disabled");
  } else if (node.silences >= most_silences) {
    leave_out(node, "no answer");
  }
}

// A silent node may still run: its place is kept until the run has taken too long.
void RunSchedule::update_running(Node& node, Seen seen, Time now)
{
  node.seen_running = node.seen_running || seen == Seen::running;
  const bool rests = seen == Seen::idle || seen == Seen::disabled;
  const bool over = rests && (node.seen_running || now - node.started >= start_grace);
  if (over || now - node.started >= longest_run) {
    node.state = State::over;
  }
}

std::vector<std::string> RunSchedule::look(const std::map<std::string, Seen>& seen, Time now)
{
  std::size_t running = 0;
  std::vector<std::string> idle;
  for (auto& [name, node] : nodes_) {
    const auto entry = seen.find(name);
    const auto does = entry == seen.end() ? Seen::silent : entry->second;
    node.silences = does == Seen::silent ? node.silences + 1 : 0;
    if (node.state == State::waiting) {
      update_waiting(node, does);
    } else if (node.state == State::running) {
      update_running(node, does, now);
    }
    running += node.state == State::running || does == Seen::running ? 1U : 0U;
    if (node.state == State::waiting && does == Seen::idle) {
      idle.push_back(name);
    }
  }
  idle.resize(std::min(idle.size(), most_running_ - std::min(most_running_, running)));
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
  leave_out(nodes_.at(node), std::move(why));
}

bool RunSchedule::is_over() const
{
  return open().empty();
}

std::vector<std::string> RunSchedule::open() const
{
  std::vector<std::string> names;
  for (const auto& [name, node] : nodes_) {
    if (node.state == State::waiting || node.state == State::running) {
      names.push_back(name);
    }
  }
  return names;
}

std::size_t RunSchedule::count_started() const
{
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.was_started; }));
}

std::map<std::string, std::string> RunSchedule::left_out() const
{
  std::map<std::string, std::string> reasons;
  for (const auto& [name, node] : nodes_) {
    if (node.state == State::left_out) {
      reasons[name] = node.why;
    }
  }
  return reasons;
}

}  // namespace muster::cli
