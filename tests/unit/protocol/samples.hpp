// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "libmuster/protocol/messages.hpp"

namespace muster::test {

// The recorded messages of one version, and the key pair of tests/data/messages that signed them all.
std::filesystem::path recorded_messages(const std::string& version);
protocol::SecretKey recorded_key();
std::string text_of(const std::filesystem::path& file);

// One of each message, with every member set.
protocol::Request sample_request();
protocol::Request sample_direct_request();
protocol::Request sample_compound_request();
protocol::Request sample_detached_request();
protocol::Answer sample_answer(protocol::Outcome outcome);
protocol::Answer sample_answer_of_many_checks();
protocol::Answer sample_answer_of_too_many_checks();
protocol::Presence sample_presence(protocol::NodeState state);
protocol::Presence sample_presence_at_a_broker();
protocol::ResultMessage sample_result();

// File name -> the bytes that this version makes of the samples.
std::map<std::string, std::string> encoded_samples();

}  // namespace muster::test
