// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/recorder_page.hpp"

#include <boost/json/array.hpp>

namespace muster::protocol {

namespace {

constexpr std::int64_t largest_count = std::int64_t{1} << 53;  // what every JSON reader holds exactly
constexpr std::size_t most_results = 4096;                     // of 64 KiB: none has fewer than sixteen bytes

Expected<std::vector<ResultMessage>> results_from_json(const json::object& data)
{
  const auto* array = data.if_contains("results");
  if (array == nullptr || !array->is_array() || array->get_array().size() > most_results) {
    return failure(
        ErrorCode::invalid_input,
        "data.results: expected a list of at most " + std::to_string(most_results) + " results");
  }
  std::vector<ResultMessage> results;
  results.reserve(array->get_array().size());
  for (const auto& element : array->get_array()) {
    const auto* object = element.if_object();
    auto result = object == nullptr ? failure(ErrorCode::invalid_input, "data.results: expected objects")
                                    : result_from_json(*object, "data.results");
    if (!result) {
      return tl::unexpected{result.error()};
    }
    results.push_back(std::move(*result));
  }
  return results;
}

}  // namespace

json::object to_json(const RecorderPage& page)
{
  json::array results;
  results.reserve(page.results.size());
  for (const auto& message : page.results) {
    results.push_back(to_json(message));
  }
  json::object data;
  data["results"] = std::move(results);
  data["more"] = page.more;
  data["gap"] = page.gap;
  data["head"] = json::object{{"epoch", page.head.epoch}, {"seq", page.head.seq}};
  return data;
}

Expected<RecorderPage> recorder_page_from_json(const json::object& data)
{
  JsonReader reader{data, "data"};
  RecorderPage page;
  page.more = reader.optional_boolean("more", false);
  page.gap = reader.optional_boolean("gap", false);
  JsonReader head{reader.object("head"), "data.head"};
  page.head.epoch = head.integer("epoch", 0, largest_count);
  page.head.seq = head.integer("seq", 0, largest_count);
  if (reader.error() || head.error()) {
    return tl::unexpected{reader.error() ? *reader.error() : *head.error()};
  }
  auto results = results_from_json(data);
  if (!results) {
    return tl::unexpected{results.error()};
  }
  page.results = std::move(*results);
  return page;
}

}  // namespace muster::protocol
