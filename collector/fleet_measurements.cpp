// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_measurements.hpp"

#include <algorithm>
#include <tuple>

#include "collector/history/pictures.hpp"
#include "collector/percentile.hpp"
#include "collector/state/mass_refusal.hpp"

namespace muster::collector {

namespace {

struct Sums {
  std::array<double, 4> states{};
  double missing = 0;
  std::vector<double> run_times;  // seconds
};

void add(Sums& sums, const StoredService& service, const ServiceState& state, bool node_is_there)
{
  if (state.stale || !node_is_there) {
    ++sums.missing;
    return;
  }
  ++sums.states.at(static_cast<std::size_t>(state.state));
  const std::chrono::duration<double> took = service.last.finished - service.last.started;
  sums.run_times.push_back(std::max(0.0, took.count()));
}

void put(Measurement& measurement, const char* label, double value, const char* unit)
{
  PerfdataValue one;
  one.label = label;
  one.value = value;
  one.unit = unit;
  one.min = 0;
  measurement.perfdata.values.push_back(std::move(one));
}

Measurement measurement_of(const std::string& check, Sums& sums, std::chrono::sys_seconds now)
{
  Measurement measurement;
  measurement.node = fleet_node;
  measurement.check = check;
  measurement.time = now;
  measurement.interval = fleet_measured_every;
  put(measurement, "ok", sums.states[0], "");
  put(measurement, "warning", sums.states[1], "");
  put(measurement, "critical", sums.states[2], "");
  put(measurement, "unknown", sums.states[3], "");
  put(measurement, "missing", sums.missing, "");
  if (!sums.run_times.empty()) {
    put(measurement, fleet_median, percentile(sums.run_times, 50), "s");
    put(measurement, fleet_p95, percentile(sums.run_times, 95), "s");
    put(measurement, fleet_max, percentile(sums.run_times, 100), "s");
  }
  return measurement;
}

}  // namespace

// The states and the last results are in the same order, so that nothing has to be looked up.
std::vector<Measurement> fleet_measurements(const FleetBook& book, std::chrono::sys_seconds now)
{
  std::map<std::string, Sums> checks;
  auto service = book.services().begin();
  const auto end = book.services().end();
  for (const auto& [name, node] : book.state().nodes()) {
    const auto status = node.known.state.status;
    const bool there = status == NodeStatus::up || status == NodeStatus::unseen;
    auto sums = checks.begin();
    for (const auto& [check, entry] : node.services) {
      while (service != end &&
             std::tie(service->first.first, service->first.second) < std::tie(name, check)) {
        ++service;
      }
      const bool has_results =
          service != end && std::tie(service->first.first, service->first.second) == std::tie(name, check);
      if (has_results && !refused_schedule(check)) {
        sums = checks.try_emplace(sums, check);
        add((sums++)->second, service->second, entry.known.state, there);
      }
    }
  }
  std::vector<Measurement> measurements;
  measurements.reserve(checks.size());
  for (auto& [check, sums] : checks) {
    measurements.push_back(measurement_of(check, sums, now));
  }
  return measurements;
}

}  // namespace muster::collector
