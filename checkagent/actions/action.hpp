// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "libmuster/protocol/json.hpp"

namespace muster::checkagent::actions {

namespace json = protocol::json;

// MCollective's statuses, as far as these actions give them.
inline constexpr int status_ok = 0;
inline constexpr int status_aborted = 1;
inline constexpr int status_unknown_action = 2;
inline constexpr int status_missing_data = 3;
inline constexpr int status_invalid_data = 4;
inline constexpr int status_other = 5;  // what MCollective gives for an action that raised an error

// One request for an action, with the inputs still unchecked.
struct Task {
  std::string action;
  json::object inputs;
  std::chrono::steady_clock::time_point deadline;  // by when the outcome must be known
};

// Something that is done after the outcome has been told, because it may end whoever waits for the outcome.
using Afterwards = std::function<boost::asio::awaitable<void>()>;

struct Outcome {
  int status = status_ok;
  std::string message = "OK";
  json::object data;
  Afterwards afterwards;  // empty: all is done
};

// Kept before the deadline, so that the outcome still reaches the node's answer.
inline constexpr std::chrono::milliseconds time_to_tell{500};

// What is left for a program that must end before the outcome is told; never below zero.
std::chrono::milliseconds time_left(const Task& task);

Outcome failed(int status, std::string message);
Outcome unknown_action(std::string_view agent, std::string_view action);

}  // namespace muster::checkagent::actions
