// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// Of the lists in one answer; the rest of its 120 KiB is for what is around them.
inline constexpr std::size_t most_list_bytes = std::size_t{80} << 10U;

// As many of them, from `from` on, as there is room for in one answer.
template <typename T, typename Encode>
protocol::json::array as_many_as_fit(const std::vector<T>& things, std::size_t from, const Encode& encode)
{
  protocol::json::array array;
  std::size_t bytes = 0;
  for (std::size_t i = from; i < things.size(); ++i) {
    auto object = encode(things[i]);
    bytes += protocol::json::serialize(object).size() + 1;
    if (bytes > most_list_bytes) {
      break;
    }
    array.push_back(std::move(object));
  }
  return array;
}

}  // namespace muster::collector
