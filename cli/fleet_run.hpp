// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "cli/client_settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::cli {

// Connects, asks, waits, and returns the report; Ctrl-C (and SIGTERM, SIGHUP) ends it with what has come so
// far. While it waits, `progress` is told how many have answered, of how many (nothing: not known yet), some
// times a second. Fails with `denied` for a key or a right, with `disconnected` for the broker.
struct Progress {
  std::size_t answered = 0;
  std::optional<std::size_t> expected;
};

// Who looks on while a request runs: `progress` some times a second, `answer` at each node's final answer.
struct Observer {
  std::function<void(const Progress&)> progress;
  std::function<void(const protocol::Answer&)> answer;
};

Expected<fleet::FleetReport> run_fleet_request(
    const ClientSettings& settings,
    fleet::Question question,
    CompiledFilter filter,
    const Observer& observer);

// Publishes the request and waits for the broker to have it, for no answer: these go to `session`, where
// whoever wants them listens. Returns the request's id.
Expected<std::string> send_fleet_request(
    const ClientSettings& settings, const fleet::Question& question, const std::string& session);

// Clears the retained presences of these nodes at the broker, and returns when the broker has done it.
Expected<void> forget_presences(const ClientSettings& settings, const std::vector<std::string>& nodes);

}  // namespace muster::cli
