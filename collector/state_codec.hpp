// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/state/acknowledgements.hpp"
#include "collector/state/downtimes.hpp"
#include "collector/state/mass_loss.hpp"
#include "collector/state/node_state.hpp"
#include "collector/state/service_state.hpp"
#include "libmuster/error.hpp"

// The state as the store keeps it: JSON, compact. What one version writes every later one reads; a member
// that is not there has the value that a new one has. Reading fails with `invalid_input`. Pure.
namespace muster::collector {

std::string encode(const ServiceState& state);
std::string encode(const NodeState& state);
// Without its predicate, which whoever reads it makes anew from `filter`.
std::string encode(const Downtime& downtime);
std::string encode(const Acknowledgement& acknowledgement);
std::string encode(const MassLoss::Held& held);

Expected<ServiceState> parse_service_state(std::string_view text);
Expected<NodeState> parse_node_state_text(std::string_view text);
Expected<Downtime> parse_downtime(std::string_view text);
Expected<Acknowledgement> parse_acknowledgement(std::string_view text);
Expected<MassLoss::Held> parse_held(std::string_view text);

}  // namespace muster::collector
