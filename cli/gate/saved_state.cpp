// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/saved_state.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "cli/output/json_text.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli::gate {

namespace {

namespace json = boost::json;

constexpr std::string_view format_name = "muster gate";
constexpr std::int64_t format_version = 1;
constexpr std::size_t longest_summary = 200;  // enough to tell what it was; the states are what is compared
constexpr std::size_t longest_check = 256;    // as on the wire
constexpr std::size_t most_names = 256;       // of checks, in a question: as on the wire
constexpr std::size_t most_checks = 4096;     // of one node: as on the wire
constexpr std::size_t most_nodes = 200'000;   // as of one request
constexpr std::size_t deepest = 16;           // as on the wire

json::object encoded_results(const std::string& node, const std::map<std::string, SavedResult>& results)
{
  json::array checks;
  for (const auto& [check, result] : results) {
    checks.push_back(
        {{"check", check}, {"state", muster::to_string(result.state)}, {"summary", result.summary}});
  }
  return {{"name", node}, {"results", std::move(checks)}};
}

json::object encoded_question(const SavedState& state)
{
  json::object question;
  question["collective"] = state.collective;
  question["nodes"] = json::array(state.nodes.begin(), state.nodes.end());
  question["filter"] = protocol::to_json(state.filter);
  question["checks"] = json::array(state.checks.begin(), state.checks.end());
  return question;
}

tl::unexpected<Error> wrong(const std::string& what)
{
  return failure(ErrorCode::invalid_input, what);
}

Expected<json::object> parsed(std::string_view text)
{
  json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) {
    return wrong("not made by `mco gate save`: not a JSON object");
  }
  return std::move(value.as_object());
}

Expected<void> check_head(const json::object& document)
{
  protocol::JsonReader reader{document, ""};
  if (reader.optional_string("format", longest_check) != format_name || reader.error()) {
    return wrong("not made by `mco gate save`: its format is not \"muster gate\"");
  }
  const auto version = reader.integer("version", 1, 1'000'000);
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (version != format_version) {
    return wrong(
        "made by another version of mco (format " + std::to_string(version) + ", this one reads " +
        std::to_string(format_version) + "): save again");
  }
  return {};
}

Expected<void> read_question(SavedState& state, const json::object& document)
{
  protocol::JsonReader outer{document, ""};
  state.saved = outer.time("saved");
  const auto& question = outer.object("question");
  protocol::JsonReader reader{question, "question"};
  state.collective = reader.string("collective", longest_check);
  state.nodes = reader.strings("nodes", most_nodes, max_node_name_length);
  state.checks = reader.strings("checks", most_names, longest_check);
  const auto& terms = reader.object("filter");
  for (const auto& error : {outer.error(), reader.error()}) {
    if (error) {
      return tl::unexpected{*error};
    }
  }
  const auto& names = state.nodes;
  if (!is_collective_name(state.collective) || !std::all_of(names.begin(), names.end(), is_node_name)) {
    return wrong("question: a name in it is no name of a collective or node");
  }
  auto filter = protocol::filter_from_json(terms, "question.filter");
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  state.filter = std::move(*filter);
  return {};
}

Expected<std::pair<std::string, SavedResult>> read_result(const json::value& value, const std::string& path)
{
  const auto* object = value.if_object();
  if (object == nullptr) {
    return wrong(path + ": expected an object");
  }
  protocol::JsonReader reader{*object, path};
  auto check = reader.string("check", longest_check);
  SavedResult result;
  result.state = static_cast<CheckState>(reader.one_of("state", {"OK", "WARNING", "CRITICAL", "UNKNOWN"}));
  result.summary = reader.optional_string("summary", longest_summary);
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return std::pair{std::move(check), std::move(result)};
}

// The list with this name, or nothing and an error if there is none or it is too long.
Expected<const json::array*> list_of(
    const json::object& object, std::string_view name, std::size_t most, const std::string& path)
{
  const auto* value = object.if_contains(name);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr || list->size() > most) {
    return wrong(path + ": expected a list of at most " + std::to_string(most));
  }
  return list;
}

Expected<void> read_node(SavedState& state, const json::value& value, const std::string& path)
{
  const auto* object = value.if_object();
  if (object == nullptr) {
    return wrong(path + ": expected an object");
  }
  protocol::JsonReader reader{*object, path};
  const auto name = reader.string("name", max_node_name_length);
  if (reader.error() || !is_node_name(name) || state.results.contains(name)) {
    return wrong(path + ".name: expected the name of a node, each once");
  }
  const auto list = list_of(*object, "results", most_checks, path + ".results");
  if (!list) {
    return tl::unexpected{list.error()};
  }
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    auto result = read_result((**list)[i], path + ".results[" + std::to_string(i) + "]");
    if (!result) {
      return tl::unexpected{result.error()};
    }
    if (!state.results[name].insert(std::move(*result)).second) {
      return wrong(path + ".results: one check stands in it twice");
    }
  }
  return {};
}

}  // namespace

void put_results(SavedState& state, const Observation& seen)
{
  for (const auto& reading : seen.readings) {
    state.results[reading.node][reading.check] = {
        reading.state, truncate_utf8(to_valid_utf8(reading.summary), longest_summary, "…")};
  }
}

Expected<std::string> encode(const SavedState& state)
{
  json::object document;
  document["format"] = format_name;
  document["version"] = format_version;
  document["saved"] = protocol::to_json(state.saved);
  document["question"] = encoded_question(state);
  json::array nodes;
  for (const auto& [node, results] : state.results) {
    nodes.push_back(encoded_results(node, results));
  }
  document["nodes"] = std::move(nodes);
  auto text = json_text(document);
  if (text.size() > largest_saved_state) {
    return wrong(
        "more than " + std::to_string(largest_saved_state) + " bytes of results: save fewer checks or nodes");
  }
  return text;
}

Expected<SavedState> parse_saved_state(std::string_view text)
{
  const auto document = parsed(text);
  if (!document) {
    return tl::unexpected{document.error()};
  }
  SavedState state;
  if (const auto known = check_head(*document); !known) {
    return tl::unexpected{known.error()};
  }
  if (const auto read = read_question(state, *document); !read) {
    return tl::unexpected{read.error()};
  }
  const auto nodes = list_of(*document, "nodes", most_nodes, "nodes");
  if (!nodes) {
    return tl::unexpected{nodes.error()};
  }
  for (std::size_t i = 0; i < (*nodes)->size(); ++i) {
    if (const auto read = read_node(state, (**nodes)[i], "nodes[" + std::to_string(i) + "]"); !read) {
      return tl::unexpected{read.error()};
    }
  }
  return state;
}

}  // namespace muster::cli::gate
