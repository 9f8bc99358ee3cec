// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "collector/board/board.hpp"

namespace muster::collector::web {

enum class MetricsFormat {
  open_metrics,  // https://github.com/OpenObservability/OpenMetrics, 1.0: what Prometheus asks for
  prometheus,    // its older text format, 0.0.4: the same but for the names of counters
};

// By the Accept header of the request.
MetricsFormat metrics_format(std::string_view accept);
std::string_view content_type(MetricsFormat format);

// What /metrics says, from one look at the board.
struct MetricsInput {
  FleetCounts counts;
  CollectorHealth health;
  std::map<std::string, std::array<std::uint64_t, 4>> checks;  // services by state
};

// Ends with "# EOF". Names of checks are made printable and escaped. Pure.
std::string metrics_text(const MetricsInput& input, MetricsFormat format);

}  // namespace muster::collector::web
