// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/lease.hpp"

#include <algorithm>
#include <utility>

namespace muster::collector {

Lease::Lease(std::string name, std::string group) : name_{std::move(name)}, group_{std::move(group)} {}

void Lease::connected(Moment now)
{
  connected_since_ = now;
  lost_since_.reset();
}

void Lease::disconnected(Moment now)
{
  connected_since_.reset();
  lost_since_ = lost_since_.value_or(now);
  asks_ = false;
}

void Lease::take(const protocol::Presence& presence, std::chrono::seconds age, Moment now)
{
  const auto notice = lease_notice(presence.facts);
  if (!notice || notice->group != group_) {
    forget(presence.name);
    return;
  }
  if (notice->claim) {
    highest_term_ = std::max(highest_term_, notice->claim->term);
  }
  if (presence.name == name_) {
    look_at_own(presence, *notice);
    return;
  }
  forget(presence.name);
  if (presence.state == protocol::NodeState::up) {
    others_[presence.name] = {*notice, now - age};
  } else if (presence.state == protocol::NodeState::gone) {
    gone_.insert(presence.name);
  }
}

void Lease::forget(const std::string& name)
{
  others_.erase(name);
  gone_.erase(name);
}

void Lease::look_at_own(const protocol::Presence& presence, const LeaseNotice& notice)
{
  if (presence.state == protocol::NodeState::up && claim_ && notice.claim == claim_) {
    claim_seen_ = true;
  }
}

bool Lease::is_up(const Other& other, Moment now)
{
  return now - other.heard < stale_after;
}

bool Lease::is_beaten_by(const std::string& name, const LeaseClaim& claim) const
{
  return claim.term > claim_->term || (claim.term == claim_->term && name < name_);
}

// Of the others.
const std::pair<const std::string, Lease::Other>* Lease::holder(Moment now) const
{
  const std::pair<const std::string, Other>* best = nullptr;
  for (const auto& other : others_) {
    const auto& claim = other.second.notice.claim;
    if (claim && is_up(other.second, now) &&
        (best == nullptr || claim->term > best->second.notice.claim->term)) {
      best = &other;
    }
  }
  return best;
}

// Who cannot store leaves the lease to one that can; if none can, asking is still worth it: the nodes keep
// what they find.
bool Lease::may_claim(Moment now) const
{
  return ready_ || std::none_of(others_.begin(), others_.end(), [&](const auto& other) {
           return other.second.notice.ready && is_up(other.second, now);
         });
}

bool Lease::counts(Moment now) const
{
  if (!claim_ || !connected_since_ || now - std::max(claimed_, *connected_since_) < settle) {
    return false;
  }
  return claim_seen_ || now - claimed_ >= unseen_patience;
}

void Lease::claim_or_leave(Moment now, protocol::Time wall)
{
  const auto* other = holder(now);
  if (claim_) {
    const bool beaten = other != nullptr && is_beaten_by(other->first, *other->second.notice.claim);
    if (beaten || !may_claim(now)) {
      claim_.reset();
    }
    return;
  }
  if (knows(now) && other == nullptr && may_claim(now)) {
    claim_ = LeaseClaim{++highest_term_, wall};
    claimed_ = now;
    claim_seen_ = false;
  }
}

void Lease::take_time(Moment now, protocol::Time wall)
{
  if (lost_since_ && now - *lost_since_ >= lost_after) {
    claim_.reset();
  }
  claim_or_leave(now, wall);
  asks_ = counts(now);
}

bool Lease::knows(Moment now) const
{
  return connected_since_ && now - *connected_since_ >= start_grace;
}

bool Lease::is_vacant(Moment now) const
{
  return claim_ ? !asks_ : knows(now) && holder(now) == nullptr;
}

LeaseView Lease::view(Moment now) const
{
  LeaseView view;
  view.asks = asks_;
  const auto* other = claim_ ? nullptr : holder(now);
  view.holder = claim_ ? name_ : other != nullptr ? other->first : std::string{};
  view.claim = claim_ ? claim_ : other != nullptr ? other->second.notice.claim : std::nullopt;
  view.gone.assign(gone_.begin(), gone_.end());
  for (const auto& [name, one] : others_) {
    if (!is_up(one, now)) {
      view.gone.push_back(name);
    } else if (name != view.holder) {
      view.standing.push_back(name);
    }
  }
  return view;
}

}  // namespace muster::collector
