// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/error.hpp"

namespace muster::cli {

// Our own failures, the same for every command (docs/protocol.md has the whole table; numbers of sysexits.h).
inline constexpr int exit_usage = 64;  // also wrong input
inline constexpr int exit_broker = 69;
inline constexpr int exit_bug = 70;
inline constexpr int exit_permission = 77;  // a key, a right, or a file that cannot be written
inline constexpr int exit_configuration = 78;
inline constexpr int exit_interrupted = 130;

constexpr int exit_code_of(ErrorCode code) noexcept
{
  switch (code) {
  case ErrorCode::invalid_input:
  case ErrorCode::not_found:
    return exit_usage;
  case ErrorCode::denied:
  case ErrorCode::io_failure:
    return exit_permission;
  case ErrorCode::timed_out:
  case ErrorCode::disconnected:
    return exit_broker;
  }
  return exit_bug;
}

}  // namespace muster::cli
