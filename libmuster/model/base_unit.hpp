// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster {

// What a unit of perfdata is counted in, and by how much its numbers are multiplied to be so: ns, us, µs and
// ms are seconds; KB, MB … EB and KiB … are bytes, by 1024 (what monitoring-plugins mean by them); any other
// unit is its own, by 1.
struct BaseUnit {
  std::string_view base;  // as long-lived as what was asked for
  double factor = 1;
};

BaseUnit base_unit(std::string_view printed);

}  // namespace muster
