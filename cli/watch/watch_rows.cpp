// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_rows.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/output/collector_parts.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/json_values.hpp"
#include "cli/output/same_trouble.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t narrow = 60;  // columns; below it words are shortened
constexpr std::size_t age_width = 6;
constexpr std::size_t least_name_width = 4;
constexpr std::size_t most_name_width = 32;
constexpr std::size_t part_for_a_name = 5;  // of the columns: a fifth for the check, a fifth for the node

std::string lower(std::string_view text)
{
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return result;
}

bool is_for_the_collector(std::string_view word)
{
  return word.front() == '/' || word.find_first_of("=<>") != std::string_view::npos;
}

bool has_all(const std::string& text, const std::vector<std::string>& words)
{
  const auto shown = lower(text);
  return std::all_of(words.begin(), words.end(), [&shown](const std::string& word) {
    return shown.find(word) != std::string::npos;
  });
}

std::string short_state(CheckState state)
{
  switch (state) {
  case CheckState::ok:
    return "OK";
  case CheckState::warning:
    return "WARN";
  case CheckState::critical:
    return "CRIT";
  case CheckState::unknown:
    break;
  }
  return "UNKN";
}

// What there is to say of its state in a few letters; the details say it in full.
std::string short_marks(const json::object& service)
{
  std::string marks;
  const auto add = [&marks](bool is_so, const std::string& mark) {
    marks += is_so ? (marks.empty() ? "" : " ") + mark : "";
  };
  add(service.contains("hard") && !flag_in(service, "hard"),
      fmt::format("attempt {}", number_in(service, "attempt")));
  add(flag_in(service, "flapping"), "flapping");
  add(flag_in(service, "unreachable"), "dependent");
  add(service.contains("acknowledgement"),
      "ack " + safe(text_in(object_in(service, "acknowledgement"), "caller")));
  add(service.contains("downtime"), "downtime");
  return marks.empty() ? "" : "[" + marks + "] ";
}

struct Problem {
  const json::object* service;
  std::vector<std::string> nodes;
  std::string summary;
};

// Widths of the columns, the same in every row.
struct Widths {
  std::size_t state = 8;
  std::size_t check = least_name_width;
  std::size_t node = least_name_width;
};

std::string fitted(std::string_view text, std::size_t width)
{
  return padded(cut_to(text, width), width);
}

PaintedLine line_of(const Problem& problem, const Widths& widths, const ListWish& wish)
{
  const auto state = state_in(*problem.service, "state");
  const auto word = widths.state < 8 ? short_state(state) : std::string{to_string(state)};
  auto text = " " + fitted(age_of(*problem.service, "since", wish.now), age_width) + " " +
              fitted(safe(text_in(*problem.service, "check")), widths.check) + " ";
  text += problem.nodes.size() == 1
              ? fitted(safe(problem.nodes.front()), widths.node) + " "
              : fmt::format("{} nodes: {}: ", problem.nodes.size(), names_text(problem.nodes));
  text += short_marks(*problem.service) + safe(problem.summary);
  return {{padded(word, widths.state), paint_of(state)}, {text}};
}

Widths widths_of(const std::vector<Problem>& problems, std::size_t columns)
{
  Widths widths;
  widths.state = columns < narrow ? 4 : 8;
  const auto most = std::clamp(columns / part_for_a_name, least_name_width, most_name_width);
  for (const auto& problem : problems) {
    widths.check = std::max(widths.check, display_width(safe(text_in(*problem.service, "check"))));
    if (problem.nodes.size() == 1) {
      widths.node = std::max(widths.node, display_width(safe(problem.nodes.front())));
    }
  }
  widths.check = std::min(widths.check, most);
  widths.node = std::min(widths.node, most);
  return widths;
}

using Services = std::vector<const json::object*>;

std::vector<Problem> problems_of(const Services& services, std::size_t group)
{
  std::vector<Trouble> troubles;
  std::map<std::string, const json::object*> first;
  troubles.reserve(services.size());
  for (const auto* service : services) {
    auto kind = text_in(*service, "state") + "\n" + text_in(*service, "check") + "\n" + marks_of(*service);
    first.try_emplace(text_in(*service, "node") + "\n" + kind, service);
    troubles.push_back({text_in(*service, "node"), std::move(kind), text_in(*service, "summary")});
  }
  std::vector<Problem> problems;
  for (auto& same : same_troubles(troubles, group)) {
    const auto* service = first.at(same.nodes.front() + "\n" + same.kind);
    std::sort(same.nodes.begin(), same.nodes.end());
    problems.push_back({service, std::move(same.nodes), std::move(same.text)});
  }
  return problems;
}

void add_title(WatchList& list, const std::string& title)
{
  list.rows.push_back({"", {{title, Paint::bold}}});
}

void add_problems(WatchList& list, const Services& services, const std::string& title, const ListWish& wish)
{
  if (services.empty()) {
    return;
  }
  if (!title.empty()) {
    add_title(list, title);
  }
  list.shown += services.size();
  const auto problems = problems_of(services, wish.group);
  const auto widths = widths_of(problems, wish.columns);
  for (const auto& problem : problems) {
    const auto key = text_in(*problem.service, "node") + "\n" + text_in(*problem.service, "check");
    list.rows.push_back({key, line_of(problem, widths, wish)});
  }
}

std::string shown_of(const json::object& service)
{
  return text_in(service, "state") + " " + text_in(service, "check") + " " + text_in(service, "node") +
         marks_of(service) + " " + text_in(service, "summary");
}

void add_nodes(WatchList& list, const json::object& told, const ListWish& wish)
{
  bool first = true;
  for (const auto& element : array_in(told, "nodes")) {
    const auto* node = element.if_object();
    if (node == nullptr) {
      continue;
    }
    ++list.known;
    const auto name = safe(text_in(*node, "name"));
    const auto status = safe(text_in(*node, "status"));
    const auto words = fmt::format("{} {}", status, name);
    const bool looked_after =
        node->contains("acknowledgement") || node->contains("downtime") || flag_in(*node, "unreachable");
    if (!has_all(words, wish.words) || (wish.only_open && looked_after)) {
      continue;
    }
    if (first) {
      add_title(list, "Nodes that are not up:");
      first = false;
    }
    ++list.shown;
    const auto text =
        " " + fitted(age_of(*node, "since", wish.now), age_width) + " " + name + care_marks(*node);
    list.rows.push_back(
        {text_in(*node, "name") + "\n",
         {{padded(status, wish.columns < narrow ? 4 : 8), status == "stopped" ? Paint::yellow : Paint::red},
          {text}}});
  }
  if (const auto left_out = number_in(told, "nodes_left_out"); left_out > 0) {
    list.known += static_cast<std::size_t>(left_out);
    add_title(list, fmt::format("and {} more nodes", left_out));
  }
}

}  // namespace

TypedFilter read_typed_filter(std::string_view typed)
{
  TypedFilter filter;
  while (!typed.empty()) {
    const auto start = std::min(typed.find_first_not_of(' '), typed.size());
    const auto end = std::min(typed.find(' ', start), typed.size());
    const auto word = typed.substr(start, end - start);
    if (!word.empty() && is_for_the_collector(word)) {
      filter.combined.append(filter.combined.empty() ? "" : " ").append(word);
    } else if (!word.empty()) {
      filter.words.push_back(lower(word));
    }
    typed.remove_prefix(end);
  }
  return filter;
}

WatchList watch_list(const json::object& told, const ListWish& wish)
{
  WatchList list;
  Services open;
  Services rest;
  for (const auto& element : array_in(told, "services")) {
    const auto* service = element.if_object();
    if (service == nullptr) {
      continue;
    }
    ++list.known;
    if (has_all(shown_of(*service), wish.words)) {
      (is_looked_after(*service) ? rest : open).push_back(service);
    }
  }
  add_problems(list, open, "", wish);
  if (!wish.only_open) {
    add_problems(list, rest, "Looked after or expected:", wish);
  }
  add_nodes(list, told, wish);
  return list;
}

PaintedLine watch_headline(const json::object& told)
{
  const auto& counts = object_in(told, "counts");
  const auto& nodes = object_in(counts, "nodes");
  const auto& open = object_in(counts, "need_somebody");
  PaintedLine line;
  if (auto not_up = not_up_text(told); !not_up.empty()) {
    line.push_back({std::move(not_up), Paint::red});
  }
  for (const auto& [member, state] :
       {std::pair{"critical", CheckState::critical},
        {"unknown", CheckState::unknown},
        {"warning", CheckState::warning}}) {
    if (const auto count = number_in(open, member); count > 0) {
      line.push_back({line.empty() ? "" : ", "});
      line.push_back({fmt::format("{} {}", count, to_string(state)), paint_of(state)});
    }
  }
  if (line.empty()) {
    line.push_back({"Nothing needs anybody", Paint::green});
  }
  line.push_back({fmt::format(
      "; {} checks OK; nodes: {} up, {} gone, {} stopped",
      number_in(object_in(counts, "services"), "ok"),
      number_in(nodes, "up"),
      number_in(nodes, "gone"),
      number_in(nodes, "stopped"))});
  return line;
}

}  // namespace muster::cli
