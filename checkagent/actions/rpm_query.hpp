// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "checkagent/actions/package_tool.hpp"

namespace muster::checkagent::actions {

// How rpm is asked about one package: the same for the agent `package` and for the data function of that
// name, so that both tell the same version. Format: rpm(8), --queryformat.
Words rpm_query(const std::string& rpm, const std::string& package);

// Of a package that is there several times, as kernels are, the last one counts, which is the newest.
PackageState read_rpm_query(std::string_view output, const std::string& package);

}  // namespace muster::checkagent::actions
