// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/schedule/lease_notice.hpp"

namespace muster::collector {

// Who asks, as one collector sees it.
struct LeaseView {
  bool asks = false;                  // this one does
  std::string holder;                 // its name, or that of another one; empty: nobody, as far as is known
  std::optional<LeaseClaim> claim;    // of the holder
  std::vector<std::string> standing;  // the others of the group that are up, in order
  std::vector<std::string> gone;      // those that died, and neither came back nor were forgotten
};

// Which of several collectors asks the fleet: all of them take every result, the one that holds the lease
// runs the schedules and notifies. There is no election: each says in its presence whether it claims the
// lease, and all go by the presences that they see.
//
// * Who has just connected stands by until the retained presences have come; then it claims the lease if
//   nobody up holds it, with a term higher than every one it has seen.
// * A claim counts once the broker has sent it back and it has stood for `settle`: so that one who claims at
//   the same time is seen before anybody is asked twice. The higher term wins, then the lesser name.
// * Who comes back sees a higher term than its own and stands by: the lease goes back to nobody by itself.
// * Who has lost its broker for `lost_after` has lost its lease; the others learn it from its will.
// * Who can store nothing leaves the lease to another one that can.
//
// Pure: it is told what happens and the time, by a clock that is never put. One thread.
class Lease {
public:
  using Moment = std::chrono::steady_clock::time_point;

  // 10,000 retained presences come within 250 ms.
  static constexpr std::chrono::milliseconds start_grace{2'000};
  // Many times what a message takes from one collector to another.
  static constexpr std::chrono::milliseconds settle{2'000};
  // Less than the delay of the will, behind which another one takes over.
  static constexpr std::chrono::milliseconds lost_after{8'000};
  // A broker that does not send our presence back cannot tell us of another one either: asking matters more.
  static constexpr std::chrono::milliseconds unseen_patience{20'000};
  // Presences of collectors come every 30 seconds; three that did not, and one is gone without a will.
  static constexpr std::chrono::milliseconds stale_after{100'000};

  Lease(std::string name, std::string group);

  void connected(Moment now);
  void disconnected(Moment now);

  // Whether it can store what comes.
  void set_ready(bool ready) { ready_ = ready; }

  // Of a service, its own among them. `age`: how long ago the broker took it in.
  void take(const protocol::Presence& presence, std::chrono::seconds age, Moment now);

  // Its presence was cleared.
  void forget(const std::string& name);

  // To be called a few times a second. `wall` is what people are told about `now`.
  void take_time(Moment now, protocol::Time wall);

  // To be announced; changes with take().
  [[nodiscard]] LeaseNotice notice() const { return {group_, ready_, claim_}; }

  [[nodiscard]] bool asks() const { return asks_; }

  // What is retained has come: from then on it is known whether another one holds it.
  [[nodiscard]] bool knows(Moment now) const;

  // Neither this one nor, as far as it knows, another one holds the lease: a turn that comes now is for
  // whoever takes it over. False while it cannot know.
  [[nodiscard]] bool is_vacant(Moment now) const;

  [[nodiscard]] LeaseView view(Moment now) const;

private:
  struct Other {
    LeaseNotice notice;
    Moment heard;
  };

  [[nodiscard]] static bool is_up(const Other& other, Moment now);
  [[nodiscard]] const std::pair<const std::string, Other>* holder(Moment now) const;
  [[nodiscard]] bool may_claim(Moment now) const;
  [[nodiscard]] bool is_beaten_by(const std::string& name, const LeaseClaim& claim) const;
  [[nodiscard]] bool counts(Moment now) const;
  void look_at_own(const protocol::Presence& presence, const LeaseNotice& notice);
  void claim_or_leave(Moment now, protocol::Time wall);

  std::string name_;
  std::string group_;
  std::map<std::string, Other> others_;  // of the group, that said last that they are up
  std::set<std::string> gone_;           // of the group, whose wills have come
  std::optional<LeaseClaim> claim_;
  Moment claimed_{};
  bool claim_seen_ = false;  // the broker has sent it back
  std::int64_t highest_term_ = 0;
  std::optional<Moment> connected_since_;
  std::optional<Moment> lost_since_;
  bool ready_ = true;
  bool asks_ = false;
};

}  // namespace muster::collector
