// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include <tl/expected.hpp>

#include "cli/commands/asking.hpp"
#include "cli/commands/collector.hpp"

// How a command speaks with the collector. An `int` in place of a value is the exit status of a command that
// has failed and said why.
namespace muster::cli {

// One action of agent `collector`, asked of the collector that was named, or else of the one that asks the
// fleet, or else of the first that is up.
tl::expected<protocol::json::object, int> ask_collector(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data);

// The same, asked of every collector that is up (or of the one that was named): what an operator does must
// not hang on which of them asks the fleet. Gives what the first of them told. That one of them has not done
// it is said, and is a failure.
tl::expected<protocol::json::object, int> tell_collectors(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data);

// "90s", "15m", "4h", "2d", "1w"; a number alone is seconds. Fails with the exit status of wrong usage and
// names the option.
tl::expected<std::chrono::seconds, int> read_span(
    const FleetArguments& arguments, const std::string& option, const std::string& text);

using Told = tl::expected<protocol::json::object, int>;

// Prepares and asks. `way`: ask_collector, or tell_collectors for what all must know.
Told ask_once(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const std::string& action,
    const protocol::json::object& data,
    decltype(ask_collector)* way = ask_collector);

// The one end of all of them: JSON is what the collector told, and what it was asked for. Gives `status`.
int finish(
    const FleetArguments& arguments,
    const std::string& command,
    protocol::json::object told,
    int status,
    const std::string& text);

}  // namespace muster::cli
