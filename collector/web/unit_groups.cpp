// SPDX-License-Identifier: Apache-2.0
#include "collector/web/unit_groups.hpp"

#include <algorithm>
#include <cmath>

#include "libmuster/model/base_unit.hpp"
#include "libmuster/model/perfdata.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_named = 6;

}  // namespace

std::vector<UnitGroup> unit_groups(std::string_view perfdata)
{
  std::vector<UnitGroup> groups;
  for (const auto& value : parse_perfdata(perfdata).values) {
    if (!std::isfinite(value.value)) {
      continue;
    }
    const std::string unit{value.unit == "c" ? "per second" : base_unit(value.unit).base};
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.unit == unit; });
    if (group == groups.end()) {
      group = groups.insert(group, {unit, {}});
    }
    if (std::find(group->labels.begin(), group->labels.end(), value.label) == group->labels.end()) {
      group->labels.push_back(value.label);
    }
  }
  return groups;
}

std::string group_text(const UnitGroup& group)
{
  std::string text;
  for (std::size_t place = 0; place < std::min(group.labels.size(), most_named); ++place) {
    text.append(place == 0 ? "" : ", ").append(group.labels[place]);
  }
  if (group.labels.size() > most_named) {
    text += " and " + std::to_string(group.labels.size() - most_named) + " more";
  }
  return group.unit.empty() ? text : text + " (" + group.unit + ")";
}

}  // namespace muster::collector::web
