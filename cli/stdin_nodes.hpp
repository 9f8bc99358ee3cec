// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "libmuster/error.hpp"

namespace muster::cli {

// What stands on a descriptor that may bring the names of nodes.
enum class StdinContent {
  none,    // a terminal, /dev/null, an empty file: left alone
  nodes,   // a list in JSON has begun, or `mco … --json` has said that one will come
  text,    // something else, perhaps names of nodes: left alone, too
  silent,  // a pipe or a socket on which nothing but blanks has come
};

// How long a pipe or a socket may be silent: a program that writes a list says so long before. Nobody who has
// left one open by chance should have to wait.
inline constexpr std::chrono::milliseconds pipe_patience{500};

// Looks without taking anything away, so that a script that is read from the same descriptor keeps its text.
StdinContent look_at(int descriptor, std::chrono::milliseconds patience);

// How long a reader waits for the next part of a list, before it has begun and afterwards. Nobody is asked
// for longer than a day, and whoever has begun to write has found out what to write.
struct ReadPatience {
  std::chrono::milliseconds before = std::chrono::hours{24};
  std::chrono::milliseconds between = std::chrono::hours{24};
};

inline constexpr std::chrono::seconds begun_patience{30};

// All that comes on the descriptor until its end. Fails with timed_out if it is silent for too long, with
// invalid_input if there are more than `most` bytes.
Expected<std::string> read_nodes(int descriptor, std::size_t most, const ReadPatience& patience);

// Tells a `mco` at the other end of the pipe that JSON will come: one blank, which no reader of JSON minds.
// Does nothing if standard output is neither a pipe nor a socket.
void announce_json();

}  // namespace muster::cli
