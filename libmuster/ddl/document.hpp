// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "libmuster/ddl/ddl.hpp"

namespace muster::ddl {

// A DDL, read, together with the text that it came from: what a node hands out and an operator keeps.
struct Document {
  Agent agent;
  json::object source;
  std::string fingerprint;
};

// As parse() and from_json() do.
Expected<Document> read_document(std::string_view text);
Expected<Document> read_document(json::object source);

}  // namespace muster::ddl
