// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <tl/expected.hpp>

#include "cli/commands/asking.hpp"
#include "cli/commands/gate.hpp"
#include "cli/gate/ending.hpp"
#include "cli/gate/gate_decision.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// How long the gate has patience, and `-t` made to fit into it when it was not given. Fails with
// `invalid_input` if there is no room for one try.
Expected<gate::Patience> patience_of(
    const FleetArguments& arguments, const GateArguments& gate, Prepared& prepared);

struct Tried {
  gate::Ending ending;
  fleet::FleetReport report;  // of the last try
};

// Asks until the gate has its verdict, and judges each report. Between two tries it says on standard error
// what the last one said. Ctrl-C ends it with what is known: the report is `interrupted` then. An int is the
// exit status of a request that could not be made.
tl::expected<Tried, int> try_until_decided(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const gate::Patience& patience,
    bool new_ones,
    const std::function<gate::Judgement(const fleet::FleetReport&)>& judged);

}  // namespace muster::cli
