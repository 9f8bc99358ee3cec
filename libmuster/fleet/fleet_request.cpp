// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/fleet_request.hpp"

#include <algorithm>
#include <utility>

namespace muster::fleet {

using protocol::NodeState;
using protocol::Outcome;
using protocol::Refusal;
using protocol::ReplyMode;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t most_rejections_kept = 10;

// A broker that is stopped in order sends the wills of all at once. Its nodes are back within this time, with
// the answers that they have got meanwhile.
constexpr std::chrono::seconds will_patience{5};

// Once half-way, and when it or the broker comes back. One that flaps is not worth more.
constexpr int most_asked_again = 4;

// A node that has not even a name to announce a filter by cannot be asked for long lists of strangers.
constexpr std::size_t most_nodes = 200'000;

// A node tells only that a request is too old or too new. If its clock is off, then that is why.
void name_the_clock(protocol::Answer& answer, milliseconds offset)
{
  const bool about_time = answer.reason == Refusal::expired || answer.reason == Refusal::clock;
  if (answer.outcome == Outcome::refused && about_time &&
      std::chrono::abs(offset) > FleetRequest::clock_tolerance) {
    answer.reason = Refusal::clock;
  }
}

}  // namespace

FleetRequest::FleetRequest(Question question, CompiledFilter filter)
    : question_{std::move(question)}, filter_{std::move(filter)}
{
  for (const auto& name : question_.nodes) {
    auto& node = nodes_[name];
    node.named = true;
    update(name, node);
  }
}

ReplyMode FleetRequest::reply_mode() const
{
  // With nothing to filter by, nobody has a reason to say "not me".
  return question_.filter.empty() ? ReplyMode::meant : ReplyMode::all;
}

std::vector<FleetRequest::Send> FleetRequest::start(Clock::time_point now, Time wall_clock)
{
  started_ = now;
  last_answer_ = now;
  started_wall_clock_ = wall_clock;
  std::vector<Send> sends;
  if (!question_.roll_call_only && by_name()) {
    for (const auto& [name, node] : nodes_) {
      sends.push_back({Send::What::request, name, question_.wait, ReplyMode::all});
    }
  } else if (!question_.roll_call_only) {
    sends.push_back({Send::What::request, {}, question_.wait, reply_mode()});
  }
  sends.push_back({Send::What::marker, {}, {}, ReplyMode::all});
  return sends;
}

void FleetRequest::on_presence(
    protocol::Presence presence, std::chrono::seconds age, bool live, Clock::time_point now)
{
  const bool service = presence.name.find('@') != std::string::npos;
  if (by_name() ? !nodes_.contains(presence.name) : service != question_.services) {
    return;  // nobody asked about it
  }
  const std::string name = presence.name;
  auto* node = find_or_add(name);
  if (node == nullptr) {
    return;
  }
  presences_ += live ? 0U : 1U;
  if (live && presence.state != NodeState::up && node->was_up) {
    node->will_came = true;
    last_will_ = presence.state == NodeState::gone && !node->answer ? std::optional{now} : last_will_;
  } else if (
      node->will_came && presence.state == NodeState::up && presence.instance == node->presence->instance) {
    node->will_came = false;
    returned_.push_back(name);  // it may have answered while nobody listened
  }
  if (came_too_late(*node, presence, live)) {
    if (!node->presence) {
      forget(nodes_.find(name));
    }
    return;
  }
  node->presence = std::move(presence);
  node->presence_seen = now;
  node->presence_age = age;
  if (!marker_at_ || !live) {
    node->was_up = node->was_up || is_up(*node);
  }
  update(name, *node);
}

// Up, but only since the roll-call: it was not asked. What was known of it before stays as it is.
bool FleetRequest::came_too_late(const Node& node, const protocol::Presence& presence, bool live) const
{
  const bool since = marker_at_ && (live || reconnected_since_roll_call_);
  return since && presence.state == NodeState::up && !node.was_up && !node.named && !node.answer &&
         !node.running;
}

// Null, and said, when there are more nodes than any fleet has.
FleetRequest::Node* FleetRequest::find_or_add(const std::string& name)
{
  if (nodes_.size() >= most_nodes && !nodes_.contains(name)) {
    on_rejected("more than " + std::to_string(most_nodes) + " nodes");
    return nullptr;
  }
  return &nodes_[name];
}

// To be called after every change of a node.
void FleetRequest::update(const std::string& name, Node& node)
{
  node.belongs = belongs(name, node);
  const auto before = node.waiting;
  node.waiting = waiting_for(node);
  count_waiting(before, -1);
  count_waiting(node.waiting, 1);
}

void FleetRequest::count_waiting(Waiting waiting, int change)
{
  waiting_ += waiting == Waiting::yes ? change : 0;
  waiting_briefly_ += waiting == Waiting::briefly ? change : 0;
}

void FleetRequest::forget(std::map<std::string, Node>::iterator entry)
{
  count_waiting(entry->second.waiting, -1);
  nodes_.erase(entry);
}

void FleetRequest::on_forgotten(const std::string& name)
{
  const auto found = nodes_.find(name);
  if (found != nodes_.end() && !found->second.named && !found->second.answer) {
    forget(found);
  }
}

void FleetRequest::on_marker(Clock::time_point now)
{
  if (!marker_at_) {
    marker_at_ = now;
  }
}

bool FleetRequest::on_answer(protocol::Answer answer, Clock::time_point now, Time wall_clock)
{
  const bool service = answer.node.find('@') != std::string::npos;
  if (by_name() ? !nodes_.contains(answer.node) : service) {
    on_rejected("an answer from " + answer.node + ", which was not asked");
    return false;
  }
  const std::string name = answer.node;
  auto* found = find_or_add(name);
  if (found == nullptr) {
    return false;
  }
  auto& node = *found;
  last_answer_ = now;
  if (answer.outcome == Outcome::running) {
    node.running = true;
    update(name, node);
    return false;
  }
  if (node.answer) {
    ++duplicates_;
    return false;
  }
  const auto half_the_way = std::chrono::duration_cast<milliseconds>(now - started_) / 2;
  const bool quick = half_the_way < milliseconds{500};
  node.clock_offset = answer.now - wall_clock + (quick ? half_the_way : milliseconds{0});
  name_the_clock(answer, node.clock_offset);
  node.answer = std::move(answer);
  node.answered_at = now;
  update(name, node);
  return true;
}

void FleetRequest::on_rejected(std::string reason)
{
  ++rejected_;
  if (rejections_.size() < most_rejections_kept) {
    rejections_.push_back(std::move(reason));
  }
}

std::vector<FleetRequest::Send> FleetRequest::on_reconnected(Clock::time_point now)
{
  last_will_ = last_will_ ? std::optional{now} : last_will_;
  std::vector<Send> sends;
  if (!marker_at_) {
    // Not even the roll-call is through: ask everybody. Nodes that got it before know the id.
    if (!question_.roll_call_only && !by_name()) {
      sends.push_back({Send::What::request, {}, wait_left(now), reply_mode()});
    }
    sends.push_back({Send::What::marker, {}, {}, ReplyMode::all});
  }
  reconnected_since_roll_call_ = marker_at_.has_value();
  auto again = ask_the_silent(now);
  sends.insert(sends.end(), again.begin(), again.end());
  return sends;
}

std::vector<FleetRequest::Send> FleetRequest::on_time(Clock::time_point now)
{
  auto sends = ask_the_returned(now);
  if (!asked_again_ && now >= ask_again_at()) {
    asked_again_ = true;
    const auto silent = ask_the_silent(now);
    sends.insert(sends.end(), silent.begin(), silent.end());
  }
  return sends;
}

// Only these: when half a fleet comes back at once, each return must not ask all the others again.
std::vector<FleetRequest::Send> FleetRequest::ask_the_returned(Clock::time_point now)
{
  std::vector<Send> sends;
  for (const auto& name : std::exchange(returned_, {})) {
    if (const auto found = nodes_.find(name); found != nodes_.end()) {
      ask_again(name, found->second, now, sends);
    }
  }
  return sends;
}

void FleetRequest::ask_again(
    const std::string& name, Node& node, Clock::time_point now, std::vector<Send>& sends)
{
  const bool may_answer = !node.answer && node.belongs && (is_up(node) || node.named || node.running);
  if (question_.roll_call_only || !may_answer || node.asked_again == most_asked_again) {
    return;
  }
  ++node.asked_again;
  sends.push_back({Send::What::request, name, wait_left(now), ReplyMode::all});
}

std::vector<FleetRequest::Send> FleetRequest::ask_the_silent(Clock::time_point now)
{
  std::vector<Send> sends;
  for (auto& [name, node] : nodes_) {
    ask_again(name, node, now, sends);
  }
  return sends;
}

void FleetRequest::on_interrupt()
{
  interrupted_ = true;
}

void FleetRequest::on_out_of_time()
{
  out_of_time_ = true;
}

milliseconds FleetRequest::wait_left(Clock::time_point now) const
{
  constexpr milliseconds least{100};  // a node must at least be able to say that it has no time
  return std::max(least, question_.wait - std::chrono::duration_cast<milliseconds>(now - started_));
}

bool FleetRequest::is_up(const Node& node) const
{
  return node.presence && node.presence->state == NodeState::up && node.presence_age < stale_presence;
}

// Whether the question is about this node at all, as far as presence tells.
bool FleetRequest::belongs(const std::string& name, const Node& node) const
{
  if (node.named || node.answer || node.running || !node.presence) {
    return true;
  }
  const auto& presence = *node.presence;
  const auto& collectives = presence.collectives;
  const bool everywhere = question_.roll_call_only && question_.collective.empty();
  if (!everywhere &&
      std::find(collectives.begin(), collectives.end(), question_.collective) == collectives.end()) {
    return false;
  }
  const NodeView view{name, presence.facts, presence.classes, presence.agents};
  return filter_.decide_partially({view, presence.all_classes}) != Verdict::no;
}

FleetRequest::Waiting FleetRequest::waiting_for(const Node& node) const
{
  if (node.answer || node.will_came || !node.belongs) {
    return Waiting::no;
  }
  if (node.running || is_up(node)) {
    return Waiting::yes;
  }
  return node.presence ? Waiting::no : Waiting::briefly;
}

// Soon, if there are nodes that nobody knows but that may be at work: they will say so.
Clock::time_point FleetRequest::ask_again_at() const
{
  const bool unknown_nodes = marker_at_ && waiting_briefly_ > 0;
  const auto half_the_wait = question_.wait / 2;
  return started_ + (unknown_nodes ? std::min(half_the_wait, unknown_node_patience / 2) : half_the_wait);
}

bool FleetRequest::nothing_open(Clock::time_point now) const
{
  return waiting_ == 0 && (waiting_briefly_ == 0 || now >= started_ + unknown_node_patience);
}

bool FleetRequest::may_come_back(Clock::time_point now) const
{
  return last_will_ && now < *last_will_ + will_patience;
}

bool FleetRequest::collects_until_quiet(Clock::time_point now) const
{
  return presences_ == 0 && !by_name() && now < last_answer_ + quiet_time;
}

bool FleetRequest::is_over(Clock::time_point now) const
{
  if (interrupted_ || out_of_time_ || now >= deadline()) {
    return true;
  }
  if (!marker_at_) {
    return false;
  }
  return question_.roll_call_only || (nothing_open(now) && !collects_until_quiet(now) && !may_come_back(now));
}

Clock::time_point FleetRequest::next_event(Clock::time_point now) const
{
  if (!returned_.empty()) {
    return now;
  }
  auto next = deadline();
  if (!asked_again_) {
    next = std::min(next, ask_again_at());
  }
  if (by_name() && now < started_ + unknown_node_patience) {
    next = std::min(next, started_ + unknown_node_patience);
  }
  if (may_come_back(now)) {
    next = std::min(next, *last_will_ + will_patience);
  }
  if (marker_at_ && collects_until_quiet(now)) {
    next = std::min(next, last_answer_ + quiet_time);
  }
  return next;
}

std::size_t FleetRequest::answered() const
{
  return static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    return entry.second.answer && entry.second.answer->outcome != Outcome::not_meant;
  }));
}

std::size_t FleetRequest::expected() const
{
  return static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), [this](const auto& entry) {
    const auto& node = entry.second;
    const bool meant = !node.answer || node.answer->outcome != Outcome::not_meant;
    return meant && node.belongs && (node.answer || node.running || is_up(node) || node.named);
  }));
}

}  // namespace muster::fleet
