// SPDX-License-Identifier: Apache-2.0
#include "collector/web/view_query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "collector/web/url.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t largest_page = 10'000;  // of services in one answer
constexpr std::array<std::string_view, 4> words{"ok", "warning", "critical", "unknown"};

std::optional<CheckState> state_of(std::string_view word)
{
  const auto* const found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? std::nullopt
                              : std::optional{static_cast<CheckState>(std::distance(words.begin(), found))};
}

Expected<void> read_states(std::string_view text, std::vector<CheckState>& states)
{
  while (!text.empty()) {
    const auto size = std::min(text.find(','), text.size());
    const auto state = state_of(text.substr(0, size));
    if (!state) {
      return failure(
          ErrorCode::invalid_input, "state: expected ok, warning, critical or unknown, separated by commas");
    }
    if (std::find(states.begin(), states.end(), *state) == states.end()) {
      states.push_back(*state);
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return {};
}

Expected<void> read_filter(ViewQuery& view)
{
  if (auto read = add_combined(view.filter, view.filter_text); !read) {
    return tl::unexpected{read.error().with_context("filter")};
  }
  if (is_pattern(view.node_text)) {
    view.filter.identities.push_back(view.node_text);
  } else {
    view.node = view.node_text;
  }
  const auto compiled = CompiledFilter::compile(view.filter);
  return compiled ? Expected<void>{} : tl::unexpected{compiled.error().with_context("filter")};
}

Expected<void> read_select(ViewQuery& view)
{
  view.filter.compound = view.select_text;
  const auto compiled = CompiledFilter::compile(view.filter);
  if (!compiled) {
    return tl::unexpected{compiled.error().with_context("select")};
  }
  return compiled->functions().empty() ? Expected<void>{}
                                       : failure(
                                             ErrorCode::invalid_input,
                                             "select: expected facts and classes: only nodes can answer data "
                                             "functions, and nobody asks "
                                             "them for a page");
}

Expected<void> read_most(std::string_view text, std::size_t& most)
{
  if (text.empty()) {
    return {};
  }
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), most);
  if (failed != std::errc{} || end != text.data() + text.size() || most == 0 || most > largest_page) {
    return failure(ErrorCode::invalid_input, "most: expected a number from 1 to 10000");
  }
  return {};
}

bool wants(const std::vector<CheckState>& states, CheckState state)
{
  return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

Expected<ViewQuery> parse_view(const Fields& fields)
{
  ViewQuery view;
  view.filter_text = first_of(fields, "filter");
  view.select_text = first_of(fields, "select");
  view.node_text = first_of(fields, "node");
  view.check = first_of(fields, "check");
  view.all = first_of(fields, "all") == "1" || first_of(fields, "all") == "true";
  Expected<void> read = read_filter(view);
  read = read ? read_select(view) : read;
  for (const auto& text : all_of(fields, "state")) {
    read = read ? read_states(text, view.states) : read;
  }
  read = read ? read_most(first_of(fields, "most"), view.most) : read;
  if (!read) {
    return tl::unexpected{read.error()};
  }
  view.all = view.all || (!view.states.empty() && wants(view.states, CheckState::ok));
  return view;
}

std::string as_query_text(const ViewQuery& view)
{
  std::string states;
  for (const auto state : view.states) {
    states += states.empty() ? "" : ",";
    states += state_word(state);
  }
  return query_text(
      {{"filter", view.filter_text},
       {"select", view.select_text},
       {"node", view.node_text},
       {"check", view.check},
       {"state", states},
       {"all", view.all ? "1" : ""}});
}

std::string_view state_word(CheckState state)
{
  return words.at(static_cast<std::size_t>(state));
}

Expected<ShownServices> services_in(const Board& board, const ViewQuery& view)
{
  ServiceQuery query{view.filter, view.node, view.check, view.all, view.most};
  if (!view.states.empty()) {
    query.most = std::numeric_limits<std::size_t>::max();  // the states are picked below, from all of them
  }
  auto shown = board.services(query);
  if (shown && !view.states.empty()) {
    std::erase_if(shown->services, [&](const auto& service) { return !wants(view.states, service.state); });
    const auto kept = std::min(shown->services.size(), view.most);
    shown->left_out = shown->services.size() - kept;
    shown->services.erase(shown->services.begin() + static_cast<std::ptrdiff_t>(kept), shown->services.end());
  }
  return shown;
}

}  // namespace muster::collector::web
