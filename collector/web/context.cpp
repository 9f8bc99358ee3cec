// SPDX-License-Identifier: Apache-2.0
#include "collector/web/context.hpp"

namespace muster::collector::web {

const FleetCounts& Context::counts() const
{
  if (!counted) {
    counted = board.counts();
  }
  return *counted;
}

int http_status(ErrorCode code)
{
  switch (code) {
  case ErrorCode::invalid_input:
    return 400;
  case ErrorCode::not_found:
    return 404;
  case ErrorCode::denied:
    return 403;
  case ErrorCode::timed_out:
    return 504;
  case ErrorCode::disconnected:
    return 503;
  case ErrorCode::io_failure:
    break;
  }
  return 500;
}

std::string_view to_string(ErrorCode code)
{
  switch (code) {
  case ErrorCode::invalid_input:
    return "invalid_input";
  case ErrorCode::not_found:
    return "not_found";
  case ErrorCode::denied:
    return "denied";
  case ErrorCode::timed_out:
    return "timed_out";
  case ErrorCode::disconnected:
    return "disconnected";
  case ErrorCode::io_failure:
    break;
  }
  return "io_failure";
}

}  // namespace muster::collector::web
