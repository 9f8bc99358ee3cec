// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/doctor/judge_setup.hpp"
#include "cli/doctor/observations.hpp"
#include "libmuster/client/client_settings.hpp"

// Runs the trials against the world: each function blocks until its trials are over, or for some seconds.
// They start threads that outlive them: only for a program that ends soon. Of what they publish nothing
// stays.
namespace muster::cli::doctor {

TlsFacts read_tls_files(const client::ClientSettings& settings);
std::uint64_t file_descriptor_limit();

// Connects, takes the roll-call, and measures the round trip.
BrokerFacts examine_broker(const client::ClientSettings& settings, const std::string& broker);

// Six things that must be forbidden, each in a session of its own: a broker may hang up on one.
std::vector<Trespass> try_trespasses(const client::ClientSettings& settings, const std::string& broker);

// Lets messages wait for a session that is away, and counts them. The session is ended behind it.
QueueTrial try_queue(const client::ClientSettings& settings, const std::string& broker);

}  // namespace muster::cli::doctor
