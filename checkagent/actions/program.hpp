// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace muster::checkagent::actions {

// A program and its arguments, never a shell's line. The first word is an absolute path.
using Words = std::vector<std::string>;

// What apt or dnf print for a hundred packages; the rest is cut off.
inline constexpr std::size_t program_output_limit = std::size_t{256} * 1024;

struct Program {
  Words words;
  std::chrono::milliseconds timeout{60'000};  // after it the whole process group is killed
  bool may_be_killed = true;  // false: it runs to its end, also when the program that started it ends
};

// How a program ended, and what it said. Texts are valid UTF-8.
struct ProgramRun {
  enum class End { exited, signalled, timed_out, could_not_start };

  End end = End::could_not_start;
  int number = -1;  // exit status or signal
  std::string output;
  std::string errors;  // of one that could not start: why

  [[nodiscard]] bool succeeded() const { return end == End::exited && number == 0; }
};

// Runs a program with a clean environment (C locale, no terminal, no questions) and waits for its end on the
// executor of the calling coroutine. Never fails: what goes wrong is told in the ProgramRun.
using RunProgram = std::function<boost::asio::awaitable<ProgramRun>(Program)>;

}  // namespace muster::checkagent::actions
