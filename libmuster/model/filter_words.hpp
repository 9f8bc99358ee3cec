// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libmuster/model/filter.hpp"

namespace muster {

// One line of a filter in plain words.
struct FilterLine {
  std::string option;     // that it came from: "-F"
  std::size_t depth = 0;  // how far it is indented
  std::string text;
};

// What a node must be to be meant: all lines of depth 0 hold. Fails as CompiledFilter::compile() does. The
// texts hold what the operator wrote, control characters included.
Expected<std::vector<FilterLine>> in_words(const Filter& filter);

// The same as options of `mco`, each value in quotes where a shell wants them: "-C web -F 'os=Debian 12'".
// Control characters are as they were written, too.
std::string as_options(const Filter& filter);

}  // namespace muster
