// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/result_stream.hpp"

#include <algorithm>
#include <utility>

namespace muster::fleet {

using protocol::Cursor;

namespace {

bool follows(Cursor next, Cursor last)
{
  return next.epoch == last.epoch && next.seq == last.seq + 1;
}

// Results that are no page of this history: a node must not make a reader go back, or in circles.
bool is_in_order(const protocol::RecorderPage& page, const std::string& name, Cursor after)
{
  for (const auto& message : page.results) {
    if (message.node != name || message.cursor() <= after) {
      return false;
    }
    after = message.cursor();
  }
  return !(page.more && page.results.empty());
}

}  // namespace

void ResultStream::restore(const std::string& node, Cursor stored)
{
  auto& known = nodes_[node];
  known.taken = stored;
  known.exists = std::max(known.exists, stored);
  line_up(node, known);
}

std::vector<ResultStream::Output> ResultStream::on_result(protocol::ResultMessage message)
{
  const auto [entry, is_new] = nodes_.try_emplace(message.node);
  auto& [name, node] = *entry;
  node.up = true;
  node.exists = std::max(node.exists, message.cursor());
  std::vector<Output> outputs;
  if (node.asked) {
    if (node.held.size() < most_held && message.cursor() > node.taken) {
      node.held.push_back(std::move(message));
    }
  } else if (follows(message.cursor(), node.taken)) {
    node.taken = message.cursor();
    node.sure = true;
    outputs.emplace_back(Taken{std::move(message), false});
  }  // else it is known already, or a page will bring it
  line_up(name, node);
  return outputs;
}

void ResultStream::on_presence(const protocol::Presence& presence)
{
  auto& node = nodes_[presence.name];
  const bool was_up = std::exchange(node.up, presence.state == protocol::NodeState::up);
  node.exists = std::max(node.exists, Cursor{presence.epoch, presence.seq});
  if (node.up && !was_up) {
    node.not_before.reset();
    node.retry = {};
  }
  line_up(presence.name, node);
}

std::vector<ResultStream::Output> ResultStream::on_page(
    const std::string& node, Expected<protocol::RecorderPage> page, Clock::time_point now)
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || !found->second.asked) {
    return {};
  }
  auto& known = found->second;
  known.asked = false;
  --asked_;
  std::vector<Output> outputs;
  if (page && is_in_order(*page, node, known.taken)) {
    known.not_before.reset();
    known.retry = {};
    outputs = take_page(known, node, std::move(*page));
  } else {
    fail(known, now);
  }
  line_up(node, known);
  return outputs;
}

std::vector<ResultStream::Output> ResultStream::take_page(
    Node& node, const std::string& name, protocol::RecorderPage page)
{
  std::vector<Output> outputs;
  const Cursor before = node.taken;
  for (auto& message : page.results) {
    node.taken = message.cursor();
    outputs.emplace_back(Taken{std::move(message), true});
  }
  // What it had when it was asked, and does not have, will not come any more: its disk took no more, or it
  // has been made anew.
  const bool lost_its_end = !page.more && std::max(page.head, node.taken) < node.existed;
  if (!page.more) {
    node.sure = true;
    node.taken = std::max({node.taken, page.head, node.existed});
  }
  node.exists = std::max(node.exists, node.taken);
  if (page.gap || lost_its_end) {
    outputs.emplace_back(Gap{name, before, node.taken});
  }
  if (!page.more) {
    take_held(node, outputs);
  }
  return outputs;
}

void ResultStream::take_held(Node& node, std::vector<Output>& outputs)
{
  for (auto& message : std::exchange(node.held, {})) {
    if (follows(message.cursor(), node.taken)) {
      node.taken = message.cursor();
      outputs.emplace_back(Taken{std::move(message), false});
    }
  }
}

void ResultStream::fail(Node& node, Clock::time_point now)
{
  node.held.clear();
  node.retry = node.retry.count() == 0 ? first_retry : std::min(node.retry * 2, longest_retry);
  node.not_before = now + node.retry;
}

void ResultStream::on_disconnected()
{
  for (auto& [name, node] : nodes_) {
    node.asked = false;
    node.held.clear();
    node.sure = false;
    node.up = false;  // until its presence comes again
    node.later.reset();
  }
  askable_.clear();
  later_.clear();
  asked_ = 0;
}

void ResultStream::forget(const std::string& node)
{
  const auto found = nodes_.find(node);
  if (found != nodes_.end()) {
    asked_ -= found->second.asked ? 1U : 0U;
    found->second.up = false;  // so it stands in no line
    line_up(node, found->second);
    nodes_.erase(found);
  }
}

// To be called after every change of a node.
void ResultStream::line_up(const std::string& name, Node& node)
{
  const bool wanted = is_behind(node) && node.up && !node.asked;
  if (node.later) {
    later_.erase({*std::exchange(node.later, {}), name});
  }
  if (wanted && !node.not_before) {
    askable_.insert(name);
    return;
  }
  askable_.erase(name);
  if (wanted) {
    node.later = node.not_before;
    later_.emplace(*node.not_before, name);
  }
}

void ResultStream::line_up_due(Clock::time_point now)
{
  while (!later_.empty() && later_.begin()->first <= now) {
    const auto name = later_.begin()->second;
    auto& node = nodes_.at(name);
    node.not_before.reset();
    line_up(name, node);
  }
}

std::vector<ResultStream::Fetch> ResultStream::fetches(Clock::time_point now)
{
  line_up_due(now);
  std::vector<Fetch> fetches;
  while (!askable_.empty() && asked_ < most_fetches) {
    const auto next = askable_.upper_bound(last_asked_);
    last_asked_ = next == askable_.end() ? *askable_.begin() : *next;
    auto& node = nodes_.at(last_asked_);
    node.asked = true;
    node.existed = node.exists;
    ++asked_;
    line_up(last_asked_, node);
    fetches.push_back({last_asked_, node.taken});
  }
  return fetches;
}

std::optional<ResultStream::Clock::time_point> ResultStream::next_retry() const
{
  return later_.empty() ? std::nullopt : std::optional{later_.begin()->first};
}

Cursor ResultStream::cursor(const std::string& node) const
{
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? Cursor{} : found->second.taken;
}

std::size_t ResultStream::behind() const
{
  return static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const auto& node) { return is_behind(node.second); }));
}

}  // namespace muster::fleet
