// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cli/doctor/finding.hpp"
#include "cli/doctor/observations.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::cli::doctor {

// What came of the trials at one broker. All pure.

// TCP, TLS, MQTT 5, round trip, limits, and the roll-call. Without a session the first finding is the only
// one. `answers`: how many nodes have answered a request through this broker.
Findings judge_broker(const BrokerFacts& facts, const protocol::Topics& topics, std::size_t answers);

// Whether the broker keeps what one slow reader cannot take at once. `nodes` is how many answer one request.
Finding judge_queue(const QueueTrial& trial, std::size_t nodes);

// One finding for each, or one for all if the broker forbids whatever it must.
Findings judge_trespasses(const std::vector<Trespass>& trespasses, const std::string& caller);

}  // namespace muster::cli::doctor
