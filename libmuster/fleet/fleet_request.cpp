// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/fleet_request.hpp"

#include <algorithm>
#include <stdexcept>

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

// A node that has not even a name to announce a filter by cannot be asked for long lists of strangers.
constexpr std::size_t most_nodes = 200'000;

void count(Account& account, Fate fate)
{
  ++account.known;
  if (fate == Fate::gone) {
    ++account.gone;
    return;
  }
  ++account.asked;
  account.done += fate == Fate::done ? 1U : 0U;
  account.not_meant += fate == Fate::not_meant ? 1U : 0U;
  account.refused += fate == Fate::refused ? 1U : 0U;
  account.late += fate == Fate::late ? 1U : 0U;
  account.lost += fate == Fate::lost ? 1U : 0U;
}

// The promise of the product, kept in the product: nobody is left out, nobody is counted twice.
void must_add_up(const Account& account)
{
  const auto fates = account.done + account.not_meant + account.refused + account.late + account.lost;
  if (account.known != account.gone + account.asked || account.asked != fates) {
    throw std::logic_error{"the account of the fleet request does not add up: this is a bug in muster"};
  }
}

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
  if (presence.name.find('@') != std::string::npos || (by_name() && !nodes_.contains(presence.name))) {
    return;  // a service, or a node that nobody asked about
  }
  const std::string name = presence.name;
  auto* node = find_or_add(name);
  if (node == nullptr) {
    return;
  }
  ++presences_;
  const bool after_roll_call = live && marker_at_;
  if (after_roll_call && presence.state != NodeState::up && node->was_up) {
    node->will_came = true;
    last_will_ = presence.state == NodeState::gone && !node->answer ? std::optional{now} : last_will_;
  } else if (
      node->will_came && presence.state == NodeState::up && presence.instance == node->presence->instance) {
    node->will_came = false;
    asked_again_ = false;  // it may have answered while nobody listened
  }
  if (after_roll_call && presence.state == NodeState::up && !node->was_up && !node->named && !node->answer) {
    forget(nodes_.find(name));  // came up after the roll-call: was not asked
    return;
  }
  node->presence = std::move(presence);
  node->presence_seen = now;
  node->presence_age = age;
  if (!marker_at_) {
    node->was_up = is_up(*node);
  }
  update(name, *node);
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

void FleetRequest::on_answer(protocol::Answer answer, Clock::time_point now, Time wall_clock)
{
  if (by_name() && !nodes_.contains(answer.node)) {
    on_rejected("an answer from " + answer.node + ", which was not asked");
    return;
  }
  const std::string name = answer.node;
  auto* found = find_or_add(name);
  if (found == nullptr) {
    return;
  }
  auto& node = *found;
  last_answer_ = now;
  if (answer.outcome == Outcome::running) {
    node.running = true;
    return;
  }
  if (node.answer) {
    ++duplicates_;
    return;
  }
  const auto half_the_way = std::chrono::duration_cast<milliseconds>(now - started_) / 2;
  const bool quick = half_the_way < milliseconds{500};
  node.clock_offset = answer.now - wall_clock + (quick ? half_the_way : milliseconds{0});
  name_the_clock(answer, node.clock_offset);
  node.answer = std::move(answer);
  node.answered_at = now;
  update(name, node);
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
  auto again = ask_the_silent(now);
  sends.insert(sends.end(), again.begin(), again.end());
  return sends;
}

std::vector<FleetRequest::Send> FleetRequest::on_time(Clock::time_point now)
{
  if (asked_again_ || now < ask_again_at()) {
    return {};
  }
  asked_again_ = true;
  return ask_the_silent(now);
}

std::vector<FleetRequest::Send> FleetRequest::ask_the_silent(Clock::time_point now)
{
  std::vector<Send> sends;
  if (question_.roll_call_only) {
    return sends;
  }
  for (auto& [name, node] : nodes_) {
    if (!node.answer && node.belongs && (is_up(node) || node.named)) {
      node.asked_again = true;
      sends.push_back({Send::What::request, name, wait_left(now), ReplyMode::all});
    }
  }
  return sends;
}

void FleetRequest::on_interrupt()
{
  interrupted_ = true;
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
  if (node.named || node.answer || !node.presence) {
    return true;
  }
  const auto& presence = *node.presence;
  const auto& collectives = presence.collectives;
  if (std::find(collectives.begin(), collectives.end(), question_.collective) == collectives.end()) {
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
  if (node.presence) {
    return is_up(node) ? Waiting::yes : Waiting::no;
  }
  return Waiting::briefly;
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
  if (interrupted_ || now >= deadline()) {
    return true;
  }
  if (!marker_at_) {
    return false;
  }
  return question_.roll_call_only || (nothing_open(now) && !collects_until_quiet(now) && !may_come_back(now));
}

Clock::time_point FleetRequest::next_event(Clock::time_point now) const
{
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
  if (marker_at_ && presences_ == 0 && !by_name()) {
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
    return meant && node.belongs && (node.answer || is_up(node) || node.named);
  }));
}

Fate FleetRequest::fate_of(const Node& node) const
{
  if (node.answer) {
    switch (node.answer->outcome) {
    case Outcome::done:
      return Fate::done;
    case Outcome::not_meant:
      return Fate::not_meant;
    case Outcome::refused:
    case Outcome::running:
      return Fate::refused;
    }
  }
  if (node.running && !node.will_came) {
    return Fate::late;
  }
  if (node.presence && !is_up(node) && !node.was_up) {
    return Fate::gone;
  }
  return Fate::lost;
}

std::string FleetRequest::note_of(const Node& node, Fate fate) const
{
  if (fate == Fate::late) {
    return "still running at the deadline";
  }
  if (fate != Fate::lost) {
    return {};
  }
  if (node.will_came) {
    return "connection lost while it worked";
  }
  if (!node.presence) {
    return "never seen";
  }
  return node.asked_again ? "silent, also when asked again" : "silent";
}

NodeAccount FleetRequest::account_of(const std::string& name, const Node& node, Clock::time_point now) const
{
  NodeAccount account;
  account.name = name;
  account.fate = fate_of(node);
  account.answer = node.answer;
  account.presence = node.presence;
  account.note = note_of(node, account.fate);
  account.clock_offset = node.clock_offset;
  if (node.presence) {
    account.last_seen =
        node.presence_age + std::chrono::duration_cast<std::chrono::seconds>(now - node.presence_seen);
  }
  if (node.answer) {
    account.round_trip = std::chrono::duration_cast<std::chrono::microseconds>(node.answered_at - started_);
  }
  return account;
}

FleetReport FleetRequest::report(Clock::time_point now) const
{
  FleetReport report;
  for (const auto& [name, node] : nodes_) {
    if (node.belongs) {
      report.nodes.push_back(account_of(name, node, now));
      count(report.account, report.nodes.back().fate);
    }
  }
  must_add_up(report.account);
  report.started = started_wall_clock_;
  report.discovery =
      std::chrono::duration_cast<std::chrono::microseconds>(marker_at_.value_or(now) - started_);
  report.total = std::chrono::duration_cast<std::chrono::microseconds>(now - started_);
  report.roll_call_complete = marker_at_.has_value() && (presences_ > 0 || by_name());
  report.interrupted = interrupted_;
  report.duplicates = duplicates_;
  report.rejected = rejected_;
  report.rejections = rejections_;
  return report;
}

}  // namespace muster::fleet
