// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/web/act.hpp"
#include "libmuster/node/audit_trail.hpp"

namespace muster::collector {

// The session in the audit log of what came by the page or its API.
inline constexpr const char* web_session = "web";

// Puts what somebody did on the page on record, as if `mco` had asked for it.
void put_on_record(node::AuditTrail& audit, const web::Act& act);

}  // namespace muster::collector
