// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace muster::cli::doctor {

// What one trial of `mco doctor` came to.
struct Finding {
  enum class Grade { ok, warning, problem };
  Grade grade = Grade::ok;
  std::string subject;  // "round trip"
  std::string what;     // what was tried and what came; may hold text of a stranger, not printable yet
  std::string fix;      // what to do about it; empty if there is nothing to do
};

using Findings = std::vector<Finding>;

inline Finding good(std::string subject, std::string what)
{
  return {Finding::Grade::ok, std::move(subject), std::move(what), ""};
}

inline Finding warning(std::string subject, std::string what, std::string fix)
{
  return {Finding::Grade::warning, std::move(subject), std::move(what), std::move(fix)};
}

inline Finding problem(std::string subject, std::string what, std::string fix)
{
  return {Finding::Grade::problem, std::move(subject), std::move(what), std::move(fix)};
}

// What `mco doctor` exits with if it could try everything.
inline constexpr int exit_problems = 2;

// 0, or exit_problems. A warning is no problem.
int exit_status_of(const Findings& findings);

// How many of each grade, in the order of Grade.
struct Tally {
  std::size_t ok = 0;
  std::size_t warnings = 0;
  std::size_t problems = 0;
};

Tally tally_of(const Findings& findings);

}  // namespace muster::cli::doctor
