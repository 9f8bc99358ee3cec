// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/board/target.hpp"
#include "collector/board/told_care.hpp"
#include "collector/store/store.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

// That somebody takes care of a problem, as it is shown.
struct ShownAcknowledgement {
  std::string caller;
  std::string comment;
  Time set;
  bool sticky = false;
  std::optional<Time> expires;
};

// A time in which problems are expected, as it is shown.
struct ShownDowntime {
  std::string id;
  std::string caller;
  std::string comment;
  Time start;
  Time end;
  std::optional<std::chrono::milliseconds>
      duration;  // given: flexible, for so long after a node's first problem
  // Whom it is about: for whom all of these hold that are given.
  std::vector<std::string> nodes;   // by name
  std::string filter;               // in words as -W takes them, as it was typed
  Filter select;                    // as a request has it
  std::vector<std::string> checks;  // empty: all, and the nodes themselves
  bool started = false;

  [[nodiscard]] bool is_about_nobody() const { return nodes.empty() && filter.empty() && select.empty(); }
};

// A check of a node as it is now. Every text comes from a node and is hostile.
struct ShownService {
  std::string node;
  std::string check;
  CheckState state = CheckState::unknown;
  Time since;        // of the state
  bool hard = true;  // false: the problem is not confirmed yet
  int attempt = 0;   // bad results that counted
  bool flapping = false;
  bool stale = false;        // UNKNOWN because a result that should have come did not
  bool unreachable = false;  // what it depends on is broken
  std::optional<Time> last_result;
  std::chrono::milliseconds run_time{0};
  std::string summary;
  std::string details;
  std::string perfdata;  // as the plugin printed it
  std::optional<ShownAcknowledgement> acknowledgement;
  std::optional<ShownDowntime> downtime;

  // Nobody takes care of it and nobody expects it: what a person should look at.
  [[nodiscard]] bool needs_somebody() const
  {
    return state != CheckState::ok && !acknowledgement && !downtime && !unreachable;
  }
};

struct ShownNode {
  std::string name;
  std::string status;  // "up", "stopped", "gone", "vanished", "unseen"
  Time since;
  std::string version;                    // of its checkagent, as it says
  std::vector<std::string> health;        // what is broken on it, as it says
  std::array<std::uint64_t, 4> counts{};  // its checks by state
  std::optional<ShownAcknowledgement> acknowledgement;
  std::optional<ShownDowntime> downtime;
  bool unreachable = false;  // what it depends on is broken

  // Those that ended in order among them.
  [[nodiscard]] bool is_absent() const { return status != "up" && status != "unseen"; }

  // As of a check: its own are the consequence of it, so that it alone says that they give no results.
  [[nodiscard]] bool needs_somebody() const
  {
    return is_absent() && !acknowledgement && !downtime && !unreachable;
  }
};

struct FleetCounts {
  std::uint64_t up = 0;
  std::uint64_t stopped = 0;
  std::uint64_t gone = 0;                        // those vanished among them
  std::uint64_t unseen = 0;                      // results came, a presence never
  std::array<std::uint64_t, 4> services{};       // by state
  std::array<std::uint64_t, 4> need_somebody{};  // by state: ShownService::needs_somebody
  std::uint64_t nodes_need_somebody = 0;         // ShownNode::needs_somebody; each is as bad as CRITICAL
};

// What is to be shown of the checks.
struct ServiceQuery {
  Filter filter;      // of nodes, by what their presence told of them
  std::string node;   // empty: any
  std::string check;  // empty: any
  bool all = false;   // false: only what is not OK
  std::size_t most = 1000;
};

struct ShownServices {
  std::vector<ShownService> services;  // the worst first, then the newest, then by name
  std::size_t left_out = 0;            // beyond `most`
};

// A stretch of time in one state; nothing: it is not known.
struct StripPart {
  Time from;
  Time until;
  std::optional<CheckState> state;
};

// A stretch of time in which a node was "up", "stopped", "gone" or "vanished"; empty: it is not known.
struct PresencePart {
  Time from;
  Time until;
  std::string status;

  [[nodiscard]] bool is_absent() const { return !status.empty() && status != "up"; }
};

struct GraphQuery {
  // The values of one node; of all nodes: how long the check took, one of its values, how many in which
  // state.
  enum class Kind { values, fleet_band, fleet_values, fleet_states };
  enum class Format { svg, png };

  Kind kind = Kind::values;
  std::string node;  // of `values`
  std::string check;
  // Of `fleet_values`: which one. Of `values`: one of those to draw, with it come all of its unit; empty: the
  // first.
  std::string label;
  std::chrono::seconds span{std::chrono::hours{24}};
  Format format = Format::svg;
  bool dark = false;
  int width = 720;  // of the drawing, in pixels
  int height = 180;
};

// The numbers of a check, for a chart that somebody else draws.
struct ShownSeries {
  std::string label;
  std::string unit;
  std::vector<std::optional<double>> values;
};

struct ShownValues {
  Time first;  // of the first point
  std::chrono::milliseconds step{0};
  std::vector<ShownSeries> series;
};

struct ValuesQuery {
  std::string node;  // empty: the fleet's own
  std::string check;
  std::string label;  // without a node: of this value over the fleet, `median`, `p95` and `max`
  std::chrono::seconds span{std::chrono::hours{24}};
  std::size_t points = 120;  // about so many of each
};

// What the collector asks the fleet for.
struct ShownSchedule {
  std::string name;
  std::string what;  // the checks, or "all"
  std::chrono::milliseconds every{0};
  std::string period;  // in which it asks; empty: always
  Time next;
  std::optional<Time> last;
  bool running = false;
  std::uint64_t missed = 0;  // turns, since the start
};

// Of the collector itself, for /metrics and /healthz.
struct CollectorHealth {
  std::string name{};                 // collector@mon1
  std::vector<std::string> problems;  // sentences, a broker that is away among them; empty: all is well
  CheckState state = CheckState::ok;  // of all that, as its own check finds it
  std::string summary{};              // of its own check
  bool stores = true;                 // false: nothing can be stored
  bool connected = false;             // to the broker
  Time started;
  std::uint64_t results_taken = 0;
  std::uint64_t results_replayed = 0;
  std::uint64_t gaps = 0;
  std::uint64_t rejected = 0;
  std::uint64_t history_written = 0;
  std::uint64_t history_dropped = 0;
  std::uint64_t history_waiting = 0;
  std::uint64_t schedule_missed = 0;           // turns
  std::uint64_t schedule_unsent = 0;           // of them, those without a broker, or without the right to ask
  std::uint64_t notify_waiting = 0;            // events that receivers are still to be told of
  std::uint64_t notify_delivered = 0;          // notifications
  std::uint64_t notify_failed = 0;             // tries
  std::uint64_t notify_lost = 0;               // events that were refused, given up or dropped
  bool asks = false;                           // it runs the schedules: of several collectors one does
  std::string asker;                           // who does, as far as it knows; empty: nobody
  std::vector<std::string> standing_by{};      // the other collectors of its group that are up
  std::vector<std::string> collectors_gone{};  // those that died and are missed
};

// Which of the other collectors this one is to tell of an act: those that are not up, since `mco` asks the
// others itself, in its operator's name; or all, of what is done on the page or by its API.
enum class Tell { away, all };

// What operators may see of the collector and do with it, whatever way they come: `mco`, the page, the API.
// One thread, that of the collector. Reading what is in memory never fails; what reads the disk may.
class Board {
public:
  Board() = default;
  virtual ~Board() = default;
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;
  Board(Board&&) = delete;
  Board& operator=(Board&&) = delete;

  [[nodiscard]] virtual FleetCounts counts() const = 0;
  [[nodiscard]] virtual CollectorHealth health() const = 0;

  // Fails with `invalid_input` if the filter does not compile or hangs on what only the node knows.
  [[nodiscard]] virtual Expected<ShownServices> services(const ServiceQuery& query) const = 0;
  [[nodiscard]] virtual Expected<std::vector<ShownNode>> nodes(const Filter& filter) const = 0;
  [[nodiscard]] virtual std::vector<ShownDowntime> downtimes() const = 0;

  // How many services are in which state, by the name of the check. As it is here it copies every service: a
  // board that counts as it goes should say so.
  [[nodiscard]] virtual std::map<std::string, std::array<std::uint64_t, 4>> check_counts() const;

  // The newest first. Empty: of all nodes, of all checks.
  [[nodiscard]] virtual Expected<std::vector<StoredEvent>> events(
      const std::string& node, const std::string& check, std::size_t most) = 0;

  // The states of one check from `from` to `until`, without a hole between the parts.
  [[nodiscard]] virtual Expected<std::vector<StripPart>> strip(
      const std::string& node, const std::string& check, Time from, Time until) = 0;

  // Whether a node was there, in the same way.
  [[nodiscard]] virtual Expected<std::vector<PresencePart>> presence_strip(
      const std::string& node, Time from, Time until) = 0;

  // Draws; may take seconds, so the answer comes later, on this thread. `not_found`: there is no history.
  virtual void draw(const GraphQuery& query, std::function<void(Expected<std::string>)> done) = 0;

  // As draw().
  virtual void read(const ValuesQuery& query, std::function<void(Expected<ShownValues>)> done) = 0;

  [[nodiscard]] virtual std::vector<ShownSchedule> schedules() const = 0;
  // not_found, denied while its last request is under way, or disconnected.
  virtual Expected<void> run_schedule(const std::string& name) = 0;

  // `caller` is who does it, as it was authenticated. All of them or none, and on the disk at once. not_found
  // and invalid_input name the first that cannot be; io_failure: it cannot be stored.
  virtual Expected<void> acknowledge(
      const Targets& targets, const ShownAcknowledgement& acknowledgement, Tell tell) = 0;
  virtual Expected<void> unacknowledge(const Targets& targets, const std::string& caller, Tell tell) = 0;
  // At least one, all of one caller; all of them or none, as above. Gives their ids: those that are given,
  // unless they are empty; invalid_input if one is taken. `started` is ignored.
  virtual Expected<std::vector<std::string>> add_downtimes(
      const std::vector<ShownDowntime>& downtimes, Tell tell) = 0;
  virtual Expected<void> remove_downtime(const std::string& id, const std::string& caller, Tell tell) = 0;

  // Tells the other collectors now what they are still to be told; the answer comes later, on this thread,
  // within ten seconds: a sentence for each that has not taken all of it. What stands in it from others is
  // hostile. Without this call they are told, too, but nobody waits for it.
  virtual void tell_others(std::function<void(std::vector<std::string>)> done) = 0;

  // What another collector has told, of somebody that it has authenticated: the results in the same order.
  virtual std::vector<Expected<void>> take_told(const std::vector<ToldCare>& told) = 0;

  // Checks that these nodes do not have any more, until a live result comes; gives of how many nodes it was
  // known. not_found: of none.
  virtual Expected<std::size_t> forget_check(
      const std::vector<std::string>& nodes, const std::string& check, const std::string& caller) = 0;

  // Called on every event and change of state, after it is stored; for pages that follow.
  virtual void on_change(std::function<void(const StoredEvent&)> listener) = 0;
};

}  // namespace muster::collector
