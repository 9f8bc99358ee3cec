// SPDX-License-Identifier: Apache-2.0
//
// mco: the operator's command.

#include <cstdio>
#include <exception>
#include <iostream>
#include <unistd.h>

#include "cli/command_line/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"

int main(int argc, char** argv)
{
  int status = muster::cli::exit_bug;
  try {
    status = muster::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mco: this is a bug in mco, please report it: %s\n", error.what());
  }
  std::cout.flush();
  if (!muster::cli::output_is_whole()) {
    status = muster::cli::exit_permission;
  }
  std::fflush(nullptr);
  // Not exit(): Paho's destructors would wait for its threads, which have nothing left to do.
  ::_exit(status);
}
