// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster::cli::gate {

// What a gate says. Missing data is never a pass: it is `inconclusive`, unless what is there fails already.
enum class Verdict { pass, fail, inconclusive };

constexpr std::string_view to_string(Verdict verdict) noexcept
{
  switch (verdict) {
  case Verdict::pass:
    return "pass";
  case Verdict::fail:
    return "fail";
  case Verdict::inconclusive:
    break;
  }
  return "inconclusive";
}

// 1 is left out: a pipeline must be able to tell a verdict from a shell that failed.
constexpr int exit_status_of(Verdict verdict) noexcept
{
  switch (verdict) {
  case Verdict::pass:
    return 0;
  case Verdict::fail:
    return 2;
  case Verdict::inconclusive:
    break;
  }
  return 3;
}

}  // namespace muster::cli::gate
