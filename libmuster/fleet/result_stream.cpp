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
}

std::vector<ResultStream::Output> ResultStream::on_result(protocol::ResultMessage message)
{
  auto& node = nodes_[message.node];
  node.up = true;
  node.exists = std::max(node.exists, message.cursor());
  if (node.asked && node.held.size() < most_held && message.cursor() > node.taken) {
    node.held.push_back(std::move(message));
    return {};
  }
  if (node.asked || !follows(message.cursor(), node.taken)) {
    return {};  // known already, or a page will bring it
  }
  node.taken = message.cursor();
  node.sure = true;
  std::vector<Output> outputs;
  outputs.emplace_back(Taken{std::move(message), false});
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
  if (!page || !is_in_order(*page, node, known.taken)) {
    fail(known, now);
    return {};
  }
  known.not_before.reset();
  known.retry = {};
  return take_page(known, node, std::move(*page));
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
  }
  asked_ = 0;
}

void ResultStream::forget(const std::string& node)
{
  const auto found = nodes_.find(node);
  if (found != nodes_.end()) {
    asked_ -= found->second.asked ? 1U : 0U;
    nodes_.erase(found);
  }
}

std::vector<ResultStream::Fetch> ResultStream::fetches(Clock::time_point now)
{
  std::vector<Fetch> fetches;
  auto next = nodes_.upper_bound(last_asked_);
  for (std::size_t looked = 0; looked < nodes_.size() && asked_ < most_fetches; ++looked, ++next) {
    next = next == nodes_.end() ? nodes_.begin() : next;
    auto& [name, node] = *next;
    if (is_behind(node) && node.up && !node.asked && (!node.not_before || *node.not_before <= now)) {
      node.asked = true;
      node.existed = node.exists;
      ++asked_;
      last_asked_ = name;
      fetches.push_back({name, node.taken});
    }
  }
  return fetches;
}

std::optional<ResultStream::Clock::time_point> ResultStream::next_retry() const
{
  std::optional<Clock::time_point> next;
  for (const auto& [name, node] : nodes_) {
    if (is_behind(node) && node.up && !node.asked && node.not_before) {
      next = next ? std::min(*next, *node.not_before) : *node.not_before;
    }
  }
  return next;
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
