// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/history/rrd_writer.hpp"
#include "collector/history/series.hpp"

namespace muster::collector {

// The last values that each node gave of each check, so that the history can keep the fleet's own: for each
// label the median, the 95th percentile and the greatest over the nodes. Counters are left out: they count
// since the start of each node. Owned by the collector; its thread. Pure.
class FleetValues {
public:
  // Of one check, those that came first: three series each in a file.
  static constexpr std::size_t most_labels = 24;

  void take(const std::vector<Measurement>& measurements);

  void forget(const std::string& node);

  // One for each check that has values which are not too old. To be taken once a minute.
  std::vector<Measurement> measurements(std::chrono::sys_seconds now);

private:
  struct OfNode {
    std::chrono::sys_seconds time;
    std::chrono::sys_seconds good_until;            // the history has a hole from there on, too
    std::vector<std::optional<double>> by_label{};  // as many as the node has given
  };

  struct Check {
    std::vector<Reading> labels;  // as they came last, thresholds with them
    std::unordered_map<std::string, OfNode> nodes;
  };

  static void take(Check& check, const Measurement& measurement);
  static std::vector<double> fresh_values(const Check& check, std::size_t label);

  std::map<std::string, Check> checks_;
};

}  // namespace muster::collector
