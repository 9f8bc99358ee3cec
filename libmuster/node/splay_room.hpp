// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "libmuster/error.hpp"

namespace muster::node {

// Counts the requests that wait for their moment within a splay, which may be a day away: nothing else bounds
// them, because they are not in the queue for plugins yet. Pure.
class SplayRoom {
public:
  // A schedule asks for each check of an nrpe.cfg once in an interval, and that are ten to fifty checks: the
  // share of one caller is twice as much, and so is the room for that of several.
  static constexpr std::size_t most_requests = 512;
  // Of requests as they came: some hundreds of bytes each. A node is small, and so must be what waits on it.
  static constexpr std::size_t most_bytes = std::size_t{8} << 20U;
  // One caller, by mistake or not, leaves room for three others.
  static constexpr std::size_t callers = 4;
  static constexpr std::size_t most_requests_of_one_caller = most_requests / callers;
  static constexpr std::size_t most_bytes_of_one_caller = most_bytes / callers;

  // Takes a request in, until leave(). Fails with `denied` if there is no room for it.
  Expected<void> enter(const std::string& caller, std::size_t bytes);
  // To be called once for each that was taken in, with the same words.
  void leave(const std::string& caller, std::size_t bytes);

private:
  struct Load {
    std::size_t requests = 0;
    std::size_t bytes = 0;
  };

  Load all_;
  std::map<std::string, Load> of_caller_;  // of those that have any
};

}  // namespace muster::node
