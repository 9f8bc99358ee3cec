// SPDX-License-Identifier: Apache-2.0
#include "cli/node_list_json.hpp"

#include <boost/json/parse.hpp>

#include "libmuster/model/facts.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest_nesting = 32;  // an answer of an agent may be deep; names are at the top
constexpr std::string_view expected_element =
    "expected a name, or an object with sender, name, certname or node";

tl::unexpected<Error> wrong(const std::string& place, std::string_view what)
{
  return failure(ErrorCode::invalid_input, place + ": " + std::string{what});
}

// Null if it names nobody.
const json::string* name_in(const json::value& element)
{
  if (const auto* name = element.if_string()) {
    return name;
  }
  const auto* object = element.if_object();
  for (const auto* key : {"sender", "name", "certname", "node"}) {
    const auto* name = object == nullptr ? nullptr : object->if_contains(key);
    if (name != nullptr && name->is_string()) {
      return &name->get_string();
    }
  }
  return nullptr;
}

// Our own lists name everybody, also those that were not meant or gave no answer.
bool has_answered(const json::value& element)
{
  const auto* object = element.if_object();
  const auto* fate = object == nullptr ? nullptr : object->if_contains("fate");
  return fate == nullptr || *fate == "done";
}

Expected<std::vector<std::string>> names_in(const json::array& list, const std::string& place)
{
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto here = place + " " + std::to_string(i + 1);
    if (!has_answered(list[i])) {
      continue;
    }
    const auto* name = name_in(list[i]);
    if (name == nullptr) {
      return wrong(here, expected_element);
    }
    auto node = lower_case(*name);
    if (!is_node_name(node)) {
      return wrong(here, shown_term(node) + " is not a node name");
    }
    names.push_back(std::move(node));
  }
  if (names.empty()) {
    return failure(ErrorCode::invalid_input, "no node name in it");
  }
  return names;
}

}  // namespace

bool is_json(std::string_view text) noexcept
{
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
}

Expected<std::vector<std::string>> nodes_in_json(std::string_view text)
{
  json::parse_options options;
  options.max_depth = deepest_nesting;
  boost::system::error_code error;
  const auto value = json::parse(json::string_view{text.data(), text.size()}, error, {}, options);
  if (error) {
    return wrong("JSON", error.message());
  }
  if (const auto* list = value.if_array()) {
    return names_in(*list, "element");
  }
  const auto* object = value.if_object();
  for (const auto* member : {"found", "nodes"}) {
    const auto* list = object == nullptr ? nullptr : object->if_contains(member);
    if (list != nullptr && list->is_array()) {
      return names_in(list->get_array(), std::string{member} + ", element");
    }
  }
  return wrong(
      "JSON", "expected a list, or an object with a list 'found' or 'nodes' as mco --json prints it");
}

}  // namespace muster::cli
