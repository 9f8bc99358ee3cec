// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/schedule/schedule_entry.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// Whom the entries of a schedule mean, as far as a presence tells. A plain value; any thread.
class ScheduleScope {
public:
  // The filters must compile.
  explicit ScheduleScope(const std::vector<ScheduleEntry>& entries);

  // For each entry, in their order, whether it may mean the node. What hangs on facts or classes that the
  // node does not announce may.
  [[nodiscard]] std::vector<bool> meant(const protocol::Presence& presence) const;

private:
  struct Scope {
    std::string collective;
    CompiledFilter filter;
  };

  std::vector<Scope> scopes_;
};

}  // namespace muster::collector
