// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::ddl {

// A regular expression of Ruby, written in RE2's syntax.
struct TranslatedPattern {
  std::string text;
  // ^ and $ are the ends of any line in Ruby, and those of the whole text here: it passes less.
  bool line_anchors = false;
  // [[:alpha:]] and \b know all of Unicode in Ruby, and ASCII alone here.
  bool ascii_only = false;
};

// `flags` are the letters behind /…/. Fails with invalid_input on what RE2 cannot do, says what it is and
// what to write instead. What comes out compiles (model/pattern.hpp) and, apart from the two remarks above,
// finds the same texts; \Z takes the last line feed, so that a \n behind it finds none. Any thread; takes any
// bytes.
Expected<TranslatedPattern> translate_ruby_pattern(std::string_view pattern, std::string_view flags);

}  // namespace muster::ddl
