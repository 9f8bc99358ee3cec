// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace muster::bridge {

// What became of an attempt at Nagios' command pipe.
enum class PipeAnswer {
  ready,      // it has a reader; what was written is in it, as a whole
  full,       // its reader does not read
  no_reader,  // Nagios is not running
  absent,     // nothing is there
  no_pipe,    // something else is there: a file that `echo >> nagios.cmd` has made
  denied,
  failed,  // what else a system call can do; passes by itself or stays
};

// Whether somebody reads the pipe. Like write_command it never blocks, never makes a file, and keeps nothing
// open: a pipe that was removed and made again is found at once. Any thread.
PipeAnswer look_at_pipe(const std::filesystem::path& path);

// Writes one command with its line feed, of at most PIPE_BUF (4,096) bytes, whole or not at all. Without a
// reader no SIGPIPE is left behind.
PipeAnswer write_command(const std::filesystem::path& path, std::string_view line);

// What is wrong and what to do, for anything but `ready`.
std::string trouble_with_pipe(PipeAnswer answer, const std::filesystem::path& path);

}  // namespace muster::bridge
