// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <termios.h>
#include <vector>

namespace muster::cli {

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

// A terminal that is ours for a while: the alternate screen without a cursor, keys one by one and without an
// echo. As it was when this is destroyed. Ctrl-C and Ctrl-Z stay signals. For a program that is the only one
// to use standard input and output; one at a time.
class AlternateScreen {
public:
  // Both standard input and standard output must be a terminal.
  [[nodiscard]] static bool is_possible();

  AlternateScreen();
  ~AlternateScreen();
  AlternateScreen(const AlternateScreen&) = delete;
  AlternateScreen& operator=(const AlternateScreen&) = delete;
  AlternateScreen(AlternateScreen&&) = delete;
  AlternateScreen& operator=(AlternateScreen&&) = delete;

  // As it was, until enter(): before the program is stopped.
  void leave();
  void enter();

  [[nodiscard]] ScreenSize size() const;

  // Draws what is not there yet.
  void show(const std::vector<std::string>& lines);

private:
  termios before_{};
  int flags_before_ = 0;
  bool entered_ = false;
  std::string shown_;
};

}  // namespace muster::cli
