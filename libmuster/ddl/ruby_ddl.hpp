// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmuster/ddl/ddl.hpp"

namespace muster::ddl {

// A DDL of MCollective, as the JSON DDL that this house reads.
struct ConvertedDdl {
  json::object source;
  Agent agent;                        // what from_json() makes of it
  std::vector<std::string> warnings;  // FILE:LINE:COLUMN: what is different there, or left out
};

// Reads the DDL of an agent that is written in Ruby, which is MCollective's format (docs/ddl.md has the
// subset). The text is parsed and never evaluated; it may be any bytes. `file` is how messages name it. Fails
// with invalid_input and FILE:LINE:COLUMN, what was found there, and what to write instead. Nothing in Ruby's
// DDL says whether an action changes the node, so that every action does: "changes" is for a person to edit.
// Any thread.
Expected<ConvertedDdl> convert_ruby_ddl(std::string_view text, const std::string& file);

}  // namespace muster::ddl
