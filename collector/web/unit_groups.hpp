// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::collector::web {

// Values of a check that have one unit, and so one picture.
struct UnitGroup {
  std::string unit;                 // "s", "B", "%", "per second", or as printed; empty: it has none
  std::vector<std::string> labels;  // at least one; by the first the picture is asked for
};

// In the order in which the plugin printed them. Units that are the same but for a factor are one: s and ms.
// Values that are not known are left out.
std::vector<UnitGroup> unit_groups(std::string_view perfdata);

// "rta, rtmin and 2 more (s)"
std::string group_text(const UnitGroup& group);

}  // namespace muster::collector::web
