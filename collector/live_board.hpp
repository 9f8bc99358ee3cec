// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collector/board/board.hpp"
#include "collector/care_teller.hpp"
#include "collector/history_worker.hpp"
#include "collector/intake.hpp"
#include "collector/lease_runner.hpp"
#include "collector/notifier.hpp"
#include "collector/own_check.hpp"
#include "collector/schedule_runner.hpp"

namespace muster::collector {

// The board over the real parts, which must outlive it. One thread, that of the collector.
class LiveBoard final : public Board {
public:
  LiveBoard(
      std::string name,
      Intake& intake,
      Store& store,
      HistoryWorker& history,
      ScheduleRunner& schedules,
      const LeaseRunner& lease,
      CareTeller& teller);

  [[nodiscard]] FleetCounts counts() const override;
  [[nodiscard]] CollectorHealth health() const override;
  [[nodiscard]] Expected<ShownServices> services(const ServiceQuery& query) const override;
  [[nodiscard]] Expected<std::vector<ShownNode>> nodes(const Filter& filter) const override;
  [[nodiscard]] std::vector<ShownDowntime> downtimes() const override;
  [[nodiscard]] std::map<std::string, std::array<std::uint64_t, 4>> check_counts() const override;
  [[nodiscard]] Expected<std::vector<StoredEvent>> events(
      const std::string& node, const std::string& check, std::size_t most) override;
  [[nodiscard]] Expected<std::vector<PresencePart>> presence_strip(
      const std::string& node, Time from, Time until) override;
  [[nodiscard]] Expected<std::vector<StripPart>> strip(
      const std::string& node, const std::string& check, Time from, Time until) override;
  void draw(const GraphQuery& query, std::function<void(Expected<std::string>)> done) override;
  void read(const ValuesQuery& query, std::function<void(Expected<ShownValues>)> done) override;
  [[nodiscard]] std::vector<ShownSchedule> schedules() const override;
  Expected<void> run_schedule(const std::string& name) override;
  Expected<void> acknowledge(
      const Targets& targets, const ShownAcknowledgement& acknowledgement, Tell tell) override;
  Expected<void> unacknowledge(const Targets& targets, const std::string& caller, Tell tell) override;
  Expected<std::vector<std::string>> add_downtimes(
      const std::vector<ShownDowntime>& downtimes, Tell tell) override;
  Expected<void> remove_downtime(const std::string& id, const std::string& caller, Tell tell) override;
  void tell_others(std::function<void(std::vector<std::string>)> done) override;
  std::vector<Expected<void>> take_told(const std::vector<ToldCare>& told) override;
  Expected<std::size_t> forget_check(
      const std::vector<std::string>& nodes, const std::string& check, const std::string& caller) override;
  void on_change(std::function<void(const StoredEvent&)> listener) override;

  // Its problems are told with those of the collector; it must outlive the board.
  void watch(const Notifier& notifier) { notifier_ = &notifier; }

  // Its check of itself; to be called every few seconds.
  void look_at_itself();

  // Of the intake: what it has stored.
  void happened(const std::vector<StoredEvent>& events);

private:
  // What happens to it while nothing can be stored waits here.
  static constexpr std::size_t most_own_events = 100;

  [[nodiscard]] std::optional<ShownService> itself(const ServiceQuery& query) const;
  Expected<void> stored(const Expected<void>& done);
  Expected<void> stored(
      const Expected<void>& done, Tell tell, const std::vector<CareKey>& keys, const CareAct& act);
  [[nodiscard]] ShownService shown(const StoredService& stored, const ServiceState& state, Time now) const;
  // `told`: nullptr if it never had a presence or a result.
  [[nodiscard]] ShownNode shown(
      const std::string& name, const StateEngine::Node& node, const FleetBook::Node* told, Time now) const;

  std::string name_;
  Intake& intake_;
  Store& store_;
  HistoryWorker& history_;
  ScheduleRunner& schedules_;
  const Notifier* notifier_ = nullptr;
  const LeaseRunner& lease_;
  CareTeller& teller_;
  Time started_;
  OwnCheck own_check_;
  std::vector<StoredEvent> own_events_;
  std::vector<std::function<void(const StoredEvent&)>> listeners_;
};

}  // namespace muster::collector
