// SPDX-License-Identifier: Apache-2.0
#include "checkagent/findings.hpp"

#include <cstdio>

namespace muster::checkagent {

namespace {

constexpr int exit_configuration = 78;

std::string_view word_of(Finding::Grade grade)
{
  switch (grade) {
  case Finding::Grade::ok:
    return "OK    ";
  case Finding::Grade::warning:
    return "WARN  ";
  case Finding::Grade::failure:
    break;
  }
  return "FAIL  ";
}

}  // namespace

std::string line_of(std::string_view subject, const Finding& finding)
{
  std::string line{word_of(finding.grade)};
  line.append(subject).append(": ").append(finding.what);
  return finding.fix.empty() ? line : line + "; fix: " + finding.fix;
}

void Findings::tell(std::string_view subject, const Finding& finding)
{
  failed_ = failed_ || finding.grade == Finding::Grade::failure;
  std::printf("%s\n", line_of(subject, finding).c_str());
  std::fflush(stdout);  // what comes next may take seconds
}

int Findings::exit_status() const
{
  return failed_ ? exit_configuration : 0;
}

}  // namespace muster::checkagent
