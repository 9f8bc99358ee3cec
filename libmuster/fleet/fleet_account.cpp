// SPDX-License-Identifier: Apache-2.0
//
// The other half of FleetRequest: what has become of each node, and the sum of it.
#include <stdexcept>

#include "libmuster/fleet/fleet_request.hpp"

namespace muster::fleet {

using protocol::NodeState;
using protocol::Outcome;

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

namespace {

// The promise of the product, kept in the product: nobody is left out, nobody is counted twice.
void must_add_up(const Account& account)
{
  const auto fates = account.done + account.not_meant + account.refused + account.late + account.lost;
  if (account.known != account.gone + account.asked || account.asked != fates) {
    throw std::logic_error{"the account of the fleet request does not add up: this is a bug in muster"};
  }
}

}  // namespace

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
    return interrupted_ ? "still running" : "still running at the deadline";
  }
  if (fate != Fate::lost) {
    return {};
  }
  if (node.will_came) {
    return node.presence->state == NodeState::stopped ? "stopped while it worked"
                                                      : "connection lost while it worked";
  }
  if (!node.presence) {
    return "never seen";
  }
  return node.asked_again > 0 ? "silent, also when asked again" : "silent";
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
  report.cut_short = !marker_at_ && !interrupted_;
  report.roll_call_complete = marker_at_.has_value() && (presences_ > 0 || by_name());
  report.interrupted = interrupted_;
  report.duplicates = duplicates_;
  report.rejected = rejected_;
  report.rejections = rejections_;
  return report;
}

}  // namespace muster::fleet
