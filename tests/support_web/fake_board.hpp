// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collector/board/board.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::test {

// A board that holds what a test puts there, and notes what is done to it.
class FakeBoard final : public collector::Board {
public:
  struct Known {  // what filters look at
    Facts facts;
    std::vector<std::string> classes;
  };

  std::vector<collector::ShownService> services_held;  // in their order
  std::vector<collector::ShownNode> nodes_held;
  std::vector<collector::ShownDowntime> downtimes_held;
  std::vector<collector::StoredEvent> events_held;
  std::vector<collector::StripPart> strip_held;  // of every check
  std::map<std::string, Known> known;
  collector::CollectorHealth health_held;
  std::string picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";  // empty: there is no history
  bool draws_later = false;  // keeps the drawings in `drawings` until somebody calls them

  std::vector<std::string> not_told;  // what comes of telling the other collectors
  bool tells_later = false;           // keeps who waits for that in `waiting` until somebody calls them
  std::vector<std::function<void(std::vector<std::string>)>> waiting;

  Expected<void> can_store;  // what comes of acknowledgements and downtimes that nothing else is wrong with
  std::size_t stores = 0;    // how often they were stored

  mutable int times_counted = 0;

  std::vector<collector::Tell> told;  // with each act
  std::vector<std::string> done;      // "acknowledge web1 check_load alice: on it"
  std::vector<collector::GraphQuery> drawn;
  std::vector<std::function<void(Expected<std::string>)>> drawings;

  // The service, to change it.
  collector::ShownService& service(const std::string& node, const std::string& check);

  // As the collector would tell of it.
  void tell(const collector::StoredEvent& event);

  [[nodiscard]] collector::FleetCounts counts() const override;

  [[nodiscard]] collector::CollectorHealth health() const override { return health_held; }

  [[nodiscard]] Expected<collector::ShownServices> services(
      const collector::ServiceQuery& query) const override;
  [[nodiscard]] Expected<std::vector<collector::ShownNode>> nodes(const Filter& filter) const override;

  [[nodiscard]] std::vector<collector::ShownDowntime> downtimes() const override { return downtimes_held; }

  [[nodiscard]] Expected<std::vector<collector::StoredEvent>> events(
      const std::string& node, const std::string& check, std::size_t most) override;

  [[nodiscard]] Expected<std::vector<collector::PresencePart>> presence_strip(
      const std::string& /*node*/, collector::Time from, collector::Time until) override
  {
    return std::vector<collector::PresencePart>{{from, until, "up"}};
  }

  [[nodiscard]] Expected<std::vector<collector::StripPart>> strip(
      const std::string& node,
      const std::string& check,
      collector::Time from,
      collector::Time until) override;
  void draw(const collector::GraphQuery& query, std::function<void(Expected<std::string>)> done) override;

  void read(
      const collector::ValuesQuery& /*query*/,
      std::function<void(Expected<collector::ShownValues>)> done_reading) override
  {
    done_reading(failure(ErrorCode::not_found, "there is no history"));
  }

  [[nodiscard]] std::vector<collector::ShownSchedule> schedules() const override { return {}; }

  Expected<void> run_schedule(const std::string& name) override
  {
    return failure(ErrorCode::not_found, "no schedule '" + name + "'");
  }

  Expected<void> acknowledge(
      const collector::Targets& targets,
      const collector::ShownAcknowledgement& acknowledgement,
      collector::Tell tell) override;
  Expected<void> unacknowledge(
      const collector::Targets& targets, const std::string& caller, collector::Tell tell) override;
  Expected<std::vector<std::string>> add_downtimes(
      const std::vector<collector::ShownDowntime>& downtimes, collector::Tell tell) override;
  Expected<void> remove_downtime(
      const std::string& id, const std::string& caller, collector::Tell tell) override;
  void tell_others(std::function<void(std::vector<std::string>)> done_telling) override;
  std::vector<Expected<void>> take_told(const std::vector<collector::ToldCare>& told) override;
  Expected<std::size_t> forget_check(
      const std::vector<std::string>& nodes, const std::string& check, const std::string& caller) override;

  void on_change(std::function<void(const collector::StoredEvent&)> listener) override
  {
    listener_ = std::move(listener);
  }

private:
  [[nodiscard]] bool matches(const CompiledFilter& filter, const std::string& node) const;
  collector::ShownService* find(const std::string& node, const std::string& check);
  [[nodiscard]] Expected<void> may_act_on(const collector::Targets& targets);

  std::function<void(const collector::StoredEvent&)> listener_;
};

// A check of a node in some state, a minute old at `now`.
collector::ShownService shown_service(
    const std::string& node, const std::string& check, CheckState state, collector::Time now);
collector::ShownNode shown_node(const std::string& name, const std::string& status, collector::Time now);

}  // namespace muster::test
