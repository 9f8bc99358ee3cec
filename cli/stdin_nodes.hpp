// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace muster::cli {

// What stands on a descriptor that may bring the names of nodes.
enum class StdinContent {
  none,    // a terminal, /dev/null, a file that is no list in JSON: left alone
  nodes,   // a list in JSON has begun, or `mco … --json` has said that one will come
  text,    // a pipe that brings something else, perhaps names of nodes: left alone, too
  silent,  // a pipe on which nothing has come, or nothing at all
};

// How long a pipe may be silent: a program that writes a list says so long before. Nobody who has left a pipe
// open by chance should have to wait.
inline constexpr std::chrono::milliseconds pipe_patience{500};

// Looks without taking anything away, so that a script that is read from the same descriptor keeps its text.
StdinContent look_at(int descriptor, std::chrono::milliseconds patience);

// Tells a `mco` at the other end of the pipe that JSON will come: one blank, which no reader of JSON minds.
// Does nothing if standard output is no pipe.
void announce_json();

}  // namespace muster::cli
