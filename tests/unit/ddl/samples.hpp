// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/ddl/ddl.hpp"

namespace muster::ddl::test {

// An action with these members (the inside of a JSON object), read.
inline Action action_with(const std::string& members)
{
  const auto agent = parse(
      R"({"metadata": {"name": "sample", "version": "1.0"}, "actions": [{"action": "act", )" + members +
      "}]}");
  if (!agent) {
    throw std::invalid_argument{agent.error().message};
  }
  return agent->actions.front();
}

inline json::object object(const std::string& text)
{
  return protocol::parse_object(text).value();
}

}  // namespace muster::ddl::test
