// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace muster::checkagent {

// What one trial of --self-test or --check-config came to.
struct Finding {
  enum class Grade { ok, warning, failure };
  Grade grade = Grade::ok;
  std::string what;
  std::string fix;  // what to do about it; empty if there is nothing to do
};

inline Finding good(std::string what)
{
  return {Finding::Grade::ok, std::move(what), ""};
}

inline Finding warning(std::string what, std::string fix)
{
  return {Finding::Grade::warning, std::move(what), std::move(fix)};
}

inline Finding bad(std::string what, std::string fix)
{
  return {Finding::Grade::failure, std::move(what), std::move(fix)};
}

// "FAIL  TLS: what was found; fix: what to do".
std::string line_of(std::string_view subject, const Finding& finding);

// Prints one line for each finding as it comes; remembers whether the node would work.
class Findings {
public:
  void tell(std::string_view subject, const Finding& finding);

  // 0, or 78 if anything failed. A warning is no failure.
  [[nodiscard]] int exit_status() const;

private:
  bool failed_ = false;
};

}  // namespace muster::checkagent
