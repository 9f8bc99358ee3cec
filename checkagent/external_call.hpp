// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "checkagent/plugin_runner.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/node/agents.hpp"

namespace muster::checkagent {

// One call of an external agent: a program that reads its request from one file and writes its reply to
// another. The protocol is version 1 of Choria's: docs/external-agents.md.

// A reply travels in one message, which holds at most 120 KiB with what is around it.
inline constexpr std::size_t largest_external_reply = std::size_t{96} * 1024;

// Of one agent at the same time; more are answered `busy`. Most agents wait for something else than the
// processor.
inline constexpr std::size_t most_external_calls = 4;

// How long an agent may take to say whether it wants to run here.
inline constexpr std::chrono::seconds activation_timeout{2};

// What a program of an agent needs to be called. Shared by its calls: one that is under way keeps it when the
// agent is replaced.
struct ExternalProgram {
  std::string agent;
  std::filesystem::path program;
  std::filesystem::path config;                // named to it; need not be there
  std::filesystem::path calls;                 // each call has a private folder in here while it runs
  std::chrono::milliseconds timeout{0};        // of an action
  std::function<const Facts&()> facts;         // of this node, now
  std::shared_ptr<std::size_t> calls_running;  // of this agent, whatever version of it
};

// The texts that the program reads.
std::string activation_request(const std::string& agent);
std::string rpc_request(const protocol::Request& request);

// Whether the agent wants to run here; fails with what is wrong with the reply.
Expected<bool> read_activation(std::string_view reply);

// The reply of an action; one that breaks the protocol is an aborted action, which says what was wrong.
node::ActionReply read_rpc_reply(const std::string& agent, const Expected<std::string>& reply);

// Why a run gives no reply whatever it wrote; empty if the reply counts.
std::string why_failed(const std::string& agent, const ProgramRun& run, std::chrono::milliseconds timeout);

// Asks the agent whether it wants to run here. Never takes much longer than activation_timeout. Fails with
// `io_failure` if it could not be started at all.
boost::asio::awaitable<Expected<bool>> activate(std::shared_ptr<const ExternalProgram> program);

// Calls the agent; its process group is killed at the timeout or when the coroutine is destroyed, and its
// files are removed in any case.
boost::asio::awaitable<node::ActionReply> call_external(
    std::shared_ptr<const ExternalProgram> program, node::ActionCall call);

}  // namespace muster::checkagent
