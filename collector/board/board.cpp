// SPDX-License-Identifier: Apache-2.0
#include "collector/board/board.hpp"

#include <limits>

namespace muster::collector {

std::map<std::string, std::array<std::uint64_t, 4>> Board::check_counts() const
{
  std::map<std::string, std::array<std::uint64_t, 4>> counts;
  ServiceQuery query;
  query.all = true;
  query.most = std::numeric_limits<std::size_t>::max();
  if (const auto shown = services(query)) {
    for (const auto& service : shown->services) {
      ++counts[service.check].at(static_cast<std::size_t>(service.state));
    }
  }
  return counts;
}

}  // namespace muster::collector
