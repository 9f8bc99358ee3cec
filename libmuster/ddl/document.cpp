// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/document.hpp"

#include <boost/json/serialize.hpp>

namespace muster::ddl {

namespace {

std::string too_large()
{
  return "a DDL has at most " + std::to_string(largest_ddl) + " bytes";
}

}  // namespace

Expected<Document> read_document(std::string_view text)
{
  if (text.size() > largest_ddl) {
    return failure(ErrorCode::invalid_input, too_large());
  }
  auto source = protocol::parse_object(text);
  if (!source) {
    return tl::unexpected{source.error()};
  }
  return read_document(std::move(*source));
}

Expected<Document> read_document(json::object source)
{
  if (json::serialize(source).size() > largest_ddl) {
    return failure(ErrorCode::invalid_input, too_large());
  }
  auto agent = from_json(source);
  if (!agent) {
    return tl::unexpected{agent.error()};
  }
  std::string print = fingerprint(source);
  return Document{std::move(*agent), std::move(source), std::move(print)};
}

}  // namespace muster::ddl
