// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/check_state.hpp"

namespace muster {

std::string_view to_string(CheckState state)
{
  switch (state) {
  case CheckState::ok:
    return "OK";
  case CheckState::warning:
    return "WARNING";
  case CheckState::critical:
    return "CRITICAL";
  case CheckState::unknown:
    break;
  }
  return "UNKNOWN";
}

CheckState state_from_exit_code(int exit_code)
{
  switch (exit_code) {
  case 0:
    return CheckState::ok;
  case 1:
    return CheckState::warning;
  case 2:
    return CheckState::critical;
  default:
    return CheckState::unknown;
  }
}

int severity(CheckState state)
{
  switch (state) {
  case CheckState::ok:
    return 0;
  case CheckState::warning:
    return 1;
  case CheckState::critical:
    return 3;
  case CheckState::unknown:
    break;
  }
  return 2;
}

bool is_worse(CheckState left, CheckState right)
{
  return severity(left) > severity(right);
}

CheckState worse_of(CheckState left, CheckState right)
{
  return severity(left) >= severity(right) ? left : right;
}

}  // namespace muster
