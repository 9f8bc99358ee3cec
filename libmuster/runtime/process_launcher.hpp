// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "libmuster/runtime/file_descriptor.hpp"
#include "libmuster/runtime/run_as.hpp"

namespace muster::runtime {

// Starts one process, by clone() as vfork() does it. Not by Boost.Process v2: the vfork_launcher of 1.81
// tells the io_context of a fork inside the child, which shares our memory, and so breaks the parent's own
// epoll descriptors; and when exec fails it runs the parent's exit handlers.

struct Launch {
  std::vector<std::string> words;  // the program's path, then its arguments
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<RunAs> run_as;
  int output = -1;  // descriptors above 2 that become its standard output and error
  int errors = -1;
  bool dies_with_parent = true;  // false: it goes on when we end, as dpkg must
  std::string folder = "/";      // its working directory
  int input = -1;                // a descriptor above 2 that becomes its standard input; -1: /dev/null
};

struct LaunchedProcess {
  pid_t pid = -1;         // also the number of its process group
  FileDescriptor pid_fd;  // readable once it has ended
};

struct LaunchFailure {
  const char* step = "";  // "execve", "setresuid", …: a static string
  int error_number = 0;
};

// In the child: own process group, umask 022, default signals, no descriptor above 2, killed by the kernel
// when the calling thread ends unless told otherwise. The caller waits for the exec and must later reap the
// process.
tl::expected<LaunchedProcess, LaunchFailure> launch(const Launch& launch);

}  // namespace muster::runtime
