// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/ddl/ruby_text.hpp"
#include "libmuster/ddl/ruby_values.hpp"

namespace muster::ddl {

// One line that means something: action "status", :description => "…" do … end. Options without braces are a
// hash, the last of the arguments.
struct RubyCall {
  std::string name;
  RubyPlace place;
  std::vector<RubyValue> arguments;
  std::vector<RubyCall> block;
  bool has_block = false;
};

// Blocks: an action, the condition round its summary, the summary, and one to spare.
inline constexpr std::size_t deepest_ruby_block = 4;

// Takes any bytes. The grammar is that of calls and literals; whatever would have to be evaluated is refused
// with its place, what was found, and what to write instead. After a refusal the result is of no use.
std::vector<RubyCall> ruby_calls(std::string_view text, RubyReport& report);

}  // namespace muster::ddl
