// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/schedule/schedule_entry.hpp"
#include "collector/schedule/turn_times.hpp"
#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// An entry whose turn has come: scheduled_request(entry) is what to send.
struct DueRequest {
  ScheduleEntry entry;       // of a run by hand without its splay: somebody waits for it
  protocol::Time due;        // the turn that it is; of a run by hand, now
  std::uint64_t missed = 0;  // turns of this entry since its last request for which there was none
  bool by_hand = false;
};

// An entry for which there was no request in one or more of its turns.
struct FallenBehind {
  // The caller came too late (a pause, a clock put forward), the request before had not ended, or it could
  // not be sent: without a broker, or because no collector had the right to.
  enum class Why { too_late, still_running, not_connected, nobody_asked } why = Why::too_late;
  std::string name;
  std::uint64_t missed = 0;  // turns, in addition to those told before
};

// "schedule load has fallen behind by 3 intervals: the request before has not ended"
std::string to_string(const FallenBehind& behind);

// What a look at the schedule gives, each list by turn and then by name.
struct DueNow {
  std::vector<DueRequest> requests;
  std::vector<FallenBehind> behind;  // those that have a request now among them
};

// How an entry stands, for `mco schedule list`.
struct EntryStatus {
  ScheduleEntry entry;
  protocol::Time next;
  std::optional<protocol::Time> last;  // when it was last asked, as DueRequest::due
  bool running = false;
  std::uint64_t missed = 0;  // turns, since the schedule was made
};

// Says which entry of the schedule has its turn. Pure: it is told the time, by the wall clock, and owns
// nothing but values. One thread.
//
// An entry that has its turn late is asked once, however many turns have passed, in place of the turn that is
// nearest. It is asked again only when ended() was called for its last request; turns that come before are
// missed. What has its turn while its period is closed, as after a pause, is not asked and has missed it. A
// clock that is put back does not stop the schedule: a turn that is more than one and a half intervals
// away is planned anew.
class Schedule {
public:
  using Time = protocol::Time;

  // The names of the entries must differ; every, of each, must be more than 0. Turns count from `now`.
  Schedule(std::vector<ScheduleEntry> entries, Time now);

  // When an entry was last asked, in a former schedule of this program: if it has missed turns since, it is
  // asked once, at once. A name that is not in the schedule is ignored. To be called before due().
  void remember(const std::string& name, Time last);

  // For each of the requests, ended() must be called, or take_back() in its place.
  DueNow due(Time now);

  // It waits for the right to be sent: until then its turn is not the last one that was asked.
  void set_aside(const DueRequest& due);

  // It was not sent, and will not be.
  void take_back(const DueRequest& due);

  // Turns that were taken back, and that nobody else asked. They are told when it asks again: see sent().
  void miss(const std::string& name, std::uint64_t turns, FallenBehind::Why why);

  // It was sent. Gives what miss() was told since the one before, with the first reason.
  std::optional<FallenBehind> sent(const DueRequest& due);

  // Another collector asks: what miss() was told is no news when this one does.
  void forget_misses();

  // Asks out of turn; the turns stay as they are, but the next one that comes while this request has not
  // ended is not missed: it is the same question. Fails with `not_found`, naming what may have been meant, or
  // `denied` while the request before has not ended. For the request, ended() must be called.
  Expected<DueRequest> run_now(const std::string& name, Time now);

  // The request of this entry is over: its nodes have had splay and timeout, or it could not be sent. A name
  // that is not in the schedule is ignored.
  void ended(const std::string& name);

  // The first turn of any entry; nothing if there are none. The clock may be put while the caller waits for
  // it, so it should look again after a minute at the latest.
  [[nodiscard]] std::optional<Time> next_due() const;

  // In the order of the configuration.
  [[nodiscard]] std::vector<EntryStatus> list() const;

private:
  struct Place {
    EntryStatus status;
    std::uint64_t missed_in_a_row = 0;
    bool covers_a_turn = false;            // runs by hand, and takes the place of the turn that comes
    std::optional<Time> last_before{};     // what is to be the last again if its request is taken back
    std::optional<FallenBehind> untold{};  // of miss()
  };

  Place* find(const std::string& name);
  [[nodiscard]] std::vector<Place*> places_due(Time now);
  static void miss_while_running(Place& place, Time now, DueNow& due);
  static void miss_while_closed(Place& place, Time now, DueNow& due);
  static void ask(Place& place, Time now, DueNow& due);

  std::vector<Place> places_;
};

}  // namespace muster::collector
