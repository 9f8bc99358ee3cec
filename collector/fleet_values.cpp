// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_values.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "collector/fleet_measurements.hpp"
#include "collector/history/pictures.hpp"
#include "collector/percentile.hpp"

namespace muster::collector {

namespace {

// Where a reading has its place; none: it is a counter, or there are too many.
std::optional<std::size_t> place_of(std::vector<Reading>& labels, const Reading& reading)
{
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const Reading& label) {
    return label.label == reading.label && label.unit == reading.unit;
  });
  const auto place = static_cast<std::size_t>(std::distance(labels.begin(), found));
  if (reading.kind == SeriesKind::derive || place >= FleetValues::most_labels) {
    return std::nullopt;
  }
  if (found == labels.end()) {
    labels.push_back(reading);
  } else {
    *found = reading;
  }
  return place;
}

void put(Perfdata& perfdata, const Reading& label, const char* part, double value)
{
  PerfdataValue one;
  one.label = label.label + " " + part;
  one.unit = label.unit;
  one.value = value;
  one.warning = label.warning;
  one.critical = label.critical;
  one.min = label.min;
  perfdata.values.push_back(std::move(one));
}

}  // namespace

void FleetValues::take(const std::vector<Measurement>& measurements)
{
  for (const auto& measurement : measurements) {
    if (!measurement.perfdata.values.empty()) {
      take(checks_[measurement.check], measurement);
    }
  }
}

void FleetValues::take(Check& check, const Measurement& measurement)
{
  auto& node = check.nodes[measurement.node];
  if (measurement.time < node.time) {
    return;  // replayed: something newer is known
  }
  node.time = measurement.time;
  node.good_until = measurement.time + heartbeat_of(measurement.interval);
  node.by_label.clear();
  for (const auto& reading : readings_of(measurement.perfdata)) {
    if (const auto place = place_of(check.labels, reading)) {
      node.by_label.resize(std::max(node.by_label.size(), *place + 1));
      node.by_label[*place] = reading.value;
    }
  }
}

void FleetValues::forget(const std::string& node)
{
  for (auto& [name, check] : checks_) {
    check.nodes.erase(node);
  }
}

std::vector<double> FleetValues::fresh_values(const Check& check, std::size_t label)
{
  std::vector<double> values;
  values.reserve(check.nodes.size());
  for (const auto& [name, node] : check.nodes) {
    if (label < node.by_label.size() && node.by_label[label]) {
      values.push_back(*node.by_label[label]);
    }
  }
  return values;
}

std::vector<Measurement> FleetValues::measurements(std::chrono::sys_seconds now)
{
  std::vector<Measurement> all;
  for (auto& [name, check] : checks_) {
    std::erase_if(check.nodes, [&](const auto& node) { return node.second.good_until < now; });
    Measurement measurement{fleet_values_node, name, now, fleet_measured_every, {}};
    for (std::size_t place = 0; place < check.labels.size(); ++place) {
      if (auto values = fresh_values(check, place); !values.empty()) {
        auto& perfdata = measurement.perfdata;
        put(perfdata, check.labels[place], fleet_median, percentile(values, 50));
        put(perfdata, check.labels[place], fleet_p95, percentile(values, 95));
        put(perfdata, check.labels[place], fleet_max, percentile(values, 100));
      }
    }
    if (!measurement.perfdata.values.empty()) {
      all.push_back(std::move(measurement));
    }
  }
  std::erase_if(checks_, [](const auto& check) { return check.second.nodes.empty(); });
  return all;
}

}  // namespace muster::collector
