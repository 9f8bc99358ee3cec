// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "libmuster/client/client_settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::client {

// How far a request has come.
struct Progress {
  std::size_t answered = 0;
  std::optional<std::size_t> expected;
};

// Who looks on while a request runs: `progress` some times a second, `answer` at each node's final answer.
struct Observer {
  std::function<void(const Progress&)> progress;
  std::function<void(const protocol::Answer&)> answer;
};

// Connects, asks, waits, and returns the report; Ctrl-C (and SIGTERM, SIGHUP) ends it with what has come so
// far: while it runs, these signals are its own. It blocks its thread for at most the wait of the question,
// its patience (fleet_request.hpp) and the time to connect. One at a time in a program. Fails with `denied`
// for a key or a right, with `disconnected` for the broker, with `invalid_input` for a filter that is none.
// `at_most` bounds all of it, the time to connect too: what has not come by then is late or lost, and without
// a broker by then it fails with `timed_out`.
Expected<fleet::FleetReport> ask(
    const ClientSettings& settings,
    fleet::Question question,
    const Observer& observer = {},
    std::optional<std::chrono::milliseconds> at_most = {});

// The same for a caller that has compiled the filter of the question already.
Expected<fleet::FleetReport> run_fleet_request(
    const ClientSettings& settings,
    fleet::Question question,
    CompiledFilter filter,
    const Observer& observer,
    std::optional<std::chrono::milliseconds> at_most = {});

// Publishes the request and waits for the broker to have it, for no answer: these go to `session`, where
// whoever wants them listens. Returns the request's id.
Expected<std::string> send_fleet_request(
    const ClientSettings& settings, const fleet::Question& question, const std::string& session);

// Clears the retained presences of these nodes at the broker, and returns when the broker has done it.
Expected<void> forget_presences(const ClientSettings& settings, const std::vector<std::string>& nodes);

}  // namespace muster::client
