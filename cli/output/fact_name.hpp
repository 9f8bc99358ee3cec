// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/error.hpp"

namespace muster::cli {

// Fails if rpcutil would not take it as the name of a fact: "kernel", "os.family", "roles.0".
Expected<void> check_fact_name(const std::string& name);

}  // namespace muster::cli
