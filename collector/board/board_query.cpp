// SPDX-License-Identifier: Apache-2.0
#include "collector/board/board_query.hpp"

#include <algorithm>

#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::chrono::seconds shortest_span{3600};
constexpr std::chrono::seconds longest_span{std::chrono::hours{24 * 3660}};
constexpr std::size_t most_points = 1000;
constexpr int narrowest = 200;
constexpr int widest = 4000;

std::vector<std::string> words(const json::object& data, std::string_view name)
{
  std::vector<std::string> words;
  const auto* value = data.if_contains(name);
  if (value == nullptr || !value->is_array()) {
    return words;
  }
  words.reserve(value->get_array().size());
  for (const auto& element : value->get_array()) {
    if (const auto* word = element.if_string()) {
      words.emplace_back(*word);
    }
  }
  return words;
}

bool is_id(std::string_view text)
{
  constexpr std::size_t longest = 64;
  return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
         });
}

int pixels(const json::object& data, std::string_view name, int otherwise)
{
  const auto asked = number(data, name);
  return asked == 0
             ? otherwise
             : std::clamp(static_cast<int>(std::min<std::size_t>(asked, widest)), narrowest / 4, widest);
}

// The filter of a request; empty if there is none.
Expected<Filter> select_in(const json::object& data)
{
  const auto* select = data.if_contains("select");
  return select != nullptr && select->is_object() ? protocol::filter_from_json(select->get_object(), "select")
                                                  : Expected<Filter>{Filter{}};
}

}  // namespace

std::string text(const json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::size_t number(const json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  if (value == nullptr || !value->is_number()) {
    return 0;
  }
  boost::system::error_code too_large;
  const auto read = value->to_number<std::int64_t>(too_large);
  return too_large || read < 0 ? 0 : static_cast<std::size_t>(read);
}

bool flag(const json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::chrono::seconds span(const json::object& data)
{
  const auto asked = std::min<std::size_t>(number(data, "span"), longest_span.count());
  return std::clamp(std::chrono::seconds{asked}, shortest_span, longest_span);
}

Expected<ServiceQuery> services_query(const json::object& data)
{
  ServiceQuery query;
  if (const auto words = text(data, "filter"); !words.empty()) {
    if (auto read = add_combined(query.filter, words); !read) {
      return tl::unexpected{read.error()};
    }
  }
  auto select = select_in(data);
  if (!select) {
    return tl::unexpected{select.error()};
  }
  if (!select->empty()) {
    query.filter = std::move(*select);
  }
  query.node = text(data, "node");
  query.check = text(data, "check");
  query.all = flag(data, "all");
  return query;
}

Expected<GraphQuery> graph_query(const json::object& data)
{
  GraphQuery query;
  const auto kind = text(data, "kind");
  query.label = text(data, "label");
  query.kind = kind == "fleet_states" ? GraphQuery::Kind::fleet_states
               : kind != "fleet_band" ? GraphQuery::Kind::values
               : query.label.empty()  ? GraphQuery::Kind::fleet_band
                                      : GraphQuery::Kind::fleet_values;
  query.node = text(data, "node");
  query.check = text(data, "check");
  if (query.check.empty()) {
    return failure(ErrorCode::invalid_input, "check: expected the name of one");
  }
  if (query.kind == GraphQuery::Kind::values && query.node.empty()) {
    return failure(ErrorCode::invalid_input, "node: expected one, or kind=fleet_band for all");
  }
  query.span = span(data);
  query.format = text(data, "format") == "png" ? GraphQuery::Format::png : GraphQuery::Format::svg;
  query.dark = flag(data, "dark");
  query.width = pixels(data, "width", query.width);
  query.height = pixels(data, "height", query.height);
  return query;
}

Expected<ValuesQuery> values_query(const json::object& data)
{
  ValuesQuery query;
  query.node = text(data, "node");
  query.check = text(data, "check");
  query.label = text(data, "label");
  query.span = span(data);
  query.points = std::clamp<std::size_t>(number(data, "points"), 1, most_points);
  return query;
}

Expected<ShownDowntime> downtime_query(const json::object& data, const std::string& caller)
{
  ShownDowntime downtime;
  downtime.id = text(data, "downtime");
  downtime.caller = caller;
  downtime.comment = text(data, "comment");
  if (!downtime.id.empty() && !is_id(downtime.id)) {
    return failure(ErrorCode::invalid_input, "downtime: expected a name of at most 64 of [a-z0-9]");
  }
  downtime.nodes = words(data, "nodes");
  downtime.filter = text(data, "filter");
  downtime.checks = words(data, "checks");
  auto select = select_in(data);
  if (!select) {
    return tl::unexpected{select.error()};
  }
  downtime.select = std::move(*select);
  if (downtime.is_about_nobody()) {
    return failure(
        ErrorCode::invalid_input, "nodes, filter, select: expected one of them: a downtime of what?");
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto start = number(data, "start");
  downtime.start = start == 0 ? now : Time{std::chrono::milliseconds{start}};
  const auto length = std::min<std::size_t>(number(data, "length"), longest_span.count());
  downtime.end = downtime.start + std::chrono::seconds{length};
  const auto flexible = std::min<std::size_t>(number(data, "flexible"), longest_span.count());
  if (flexible > 0) {
    downtime.duration = std::chrono::seconds{flexible};
  }
  return downtime;
}

}  // namespace muster::collector
