// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster::cli {

// Colours of a terminal, or none. Whether there are any is the caller's decision: only on a terminal, never
// with NO_COLOR or TERM=dumb.
class TextStyle {
public:
  explicit TextStyle(bool colours = false) : colours_{colours} {}

  [[nodiscard]] std::string bold(std::string_view text) const { return wrapped("1", text); }

  [[nodiscard]] std::string red(std::string_view text) const { return wrapped("31", text); }

  [[nodiscard]] std::string green(std::string_view text) const { return wrapped("32", text); }

  [[nodiscard]] std::string yellow(std::string_view text) const { return wrapped("33", text); }

  [[nodiscard]] std::string cyan(std::string_view text) const { return wrapped("36", text); }

private:
  [[nodiscard]] std::string wrapped(std::string_view code, std::string_view text) const
  {
    if (!colours_ || text.empty()) {
      return std::string{text};
    }
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
  }

  bool colours_;
};

}  // namespace muster::cli
