// SPDX-License-Identifier: Apache-2.0
#include "checkagent/builtin_ddls.hpp"

#include <stdexcept>

namespace muster::checkagent {

ddl::Document builtin_ddl(const std::string& agent)
{
  auto document = ddl::read_document(builtin_ddl_text(agent));
  if (!document) {
    throw std::logic_error{"the built-in DDL of " + agent + ": " + document.error().message};
  }
  return std::move(*document);
}

}  // namespace muster::checkagent
