// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/model/check_result.hpp"

namespace muster::fleet_check {

// How a node stands. `silent` is late or lost; `gone` are only those of the gone that count.
enum class Standing { ok, warning, critical, unknown, silent, refused, gone };
inline constexpr std::size_t standings = 7;

// Whoever gave no answer is UNKNOWN: docs/architecture.md.
CheckState state_of(Standing standing);

struct Finding {
  std::string name;
  Standing standing = Standing::ok;
  std::string text;  // the summary, or why there is none; a stranger's: not printable yet
};

// What a report means to a monitor.
struct Findings {
  std::array<std::size_t, standings> counts{};  // by Standing
  std::vector<Finding> problems;                // worst first, then by name
  std::size_t asked = 0;                        // also those that were not meant
  std::size_t gone = 0;                         // also those that do not count
  bool all_known = true;   // false: the broker did not tell who is there, so that there may be more nodes
  bool cut_short = false;  // it had no time to: the time was over before

  [[nodiscard]] std::size_t count(Standing standing) const
  {
    return counts.at(static_cast<std::size_t>(standing));
  }

  // All that were meant.
  [[nodiscard]] std::size_t total() const;
  // Those without an answer.
  [[nodiscard]] std::size_t missing() const;
};

// Which of the gone count: those that are named (sorted), or with `strict` all of them.
struct Strictness {
  bool strict = false;
  std::vector<std::string> named;
};

Findings findings_of(
    const fleet::FleetReport& report, const std::string& check, const Strictness& strictness);

// The run of this check in the answer of a node that is done; the error says why there is none.
Expected<CheckResult> run_of(const fleet::NodeAccount& node, const std::string& check);

// Why a node that is not done gave no answer, in words; not printable yet.
std::string reason_of(const fleet::NodeAccount& node);

}  // namespace muster::fleet_check
