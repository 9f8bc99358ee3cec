// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge::test {

inline Time at(int seconds)
{
  return Time{std::chrono::seconds{seconds}};
}

// A result of web1's check disk that ran at that second.
inline PassiveResult made_up_result(Ticket ticket, int started, std::string service = "disk")
{
  PassiveResult result;
  result.ticket = ticket;
  result.host = "web1";
  result.service = std::move(service);
  result.summary = "number " + std::to_string(ticket);
  result.started = at(started);
  result.finished = at(started);
  result.source = "web1";
  return result;
}

}  // namespace muster::bridge::test
