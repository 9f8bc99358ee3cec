// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cli/fleet_arguments.hpp"
#include "cli/output/output_options.hpp"
#include "cli/output/progress_bar.hpp"
#include "libmuster/client/fleet_run.hpp"

namespace muster::cli {

// Columns of the terminal behind standard output; 0: there is none.
std::size_t terminal_columns();

// Colours only on a terminal, never with NO_COLOR or TERM=dumb.
OutputOptions output_options(const FleetArguments& arguments);

// Draws a progress bar on standard output if that is a terminal, and takes it away again.
class TerminalProgress {
public:
  explicit TerminalProgress(const FleetArguments& arguments);

  void show(const client::Progress& progress);
  void erase();

private:
  bool drawing_;
  ProgressBar bar_;
};

// Writes all of `text` to standard output.
void print(const std::string& text);
// The same, and at once, also into a pipe: for what a reader may be waiting for.
void print_now(const std::string& text);
void complain(const std::string& text);

// False: something could not be written, as nobody reads any more, or there is no room.
bool output_is_open();

// To be asked once, at the end: false, and said, if something printed could not be written. A reader that has
// gone, as in `mco find | head`, has what it wanted.
bool output_is_whole();

}  // namespace muster::cli
