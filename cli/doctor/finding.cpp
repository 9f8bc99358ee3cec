// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/finding.hpp"

namespace muster::cli::doctor {

Tally tally_of(const Findings& findings)
{
  Tally tally;
  for (const auto& finding : findings) {
    tally.ok += finding.grade == Finding::Grade::ok ? 1U : 0U;
    tally.warnings += finding.grade == Finding::Grade::warning ? 1U : 0U;
    tally.problems += finding.grade == Finding::Grade::problem ? 1U : 0U;
  }
  return tally;
}

int exit_status_of(const Findings& findings)
{
  return tally_of(findings).problems == 0 ? 0 : exit_problems;
}

}  // namespace muster::cli::doctor
