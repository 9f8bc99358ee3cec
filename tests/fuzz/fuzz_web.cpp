// SPDX-License-Identifier: Apache-2.0
// The path and the query that somebody's browser asks the collector for, and a form that it sends.
#include <cstddef>
#include <cstdint>
#include <string>

#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

namespace web = muster::collector::web;
using muster::fuzz::require;

// A view survives being written into an address and read from it.
void show(const web::Fields& fields)
{
  const auto view = web::parse_view(fields);
  if (!view) {
    require(!view.error().message.empty());
    return;
  }
  const auto written = web::parse_fields(web::as_query_text(*view));
  require(written.has_value());
  const auto again = web::parse_view(*written);
  require(again && again->narrows() == view->narrows() && again->all == view->all);
  require(again->check == view->check && again->node == view->node && again->states == view->states);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  const auto decoded = web::percent_decoded(web::percent_encoded(text), false);
  require(text.find('\0') != std::string_view::npos ? !decoded : decoded == text);
  if (const auto fields = web::parse_fields(text)) {
    require(fields->size() <= web::most_fields);
    show(*fields);
  }
  if (const auto target = web::parse_target(text)) {
    require(target->path.starts_with('/'));
    show(target->query);
  }
  if (web::is_local_path(text)) {
    require(text.starts_with('/') && !text.starts_with("//"));
  }
  return 0;
}
