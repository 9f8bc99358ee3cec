// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <vector>

namespace muster::runtime {

// Whose rights a process gets instead of our own.
struct RunAs {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;  // supplementary ones, looked up beforehand: no lookups between fork and exec
};

}  // namespace muster::runtime
