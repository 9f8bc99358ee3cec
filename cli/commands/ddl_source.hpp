// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "cli/commands/asking.hpp"
#include "libmuster/ddl/document.hpp"

namespace muster::cli {

enum class Freshness { cached_will_do, from_the_fleet };

struct FoundDdl {
  ddl::Document document;
  bool may_be_old = false;  // it was kept for a while: the agents may know more by now
};

// The DDL of an agent: no file of it needs to be installed where `mco` runs. It comes from the cache, or from
// the nodes that have the agent (up to 32 of them; the majority wins, the others are named on standard
// error, also when it comes from the cache). What was kept for longer than ten minutes is used if most nodes
// have that version still, by its fingerprint. If no node has such an agent, the command has failed and said
// which there are: exit status 64.
tl::expected<FoundDdl, int> find_ddl(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const std::string& agent,
    Freshness freshness = Freshness::cached_will_do);

}  // namespace muster::cli
