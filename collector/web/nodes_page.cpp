// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "collector/web/filter_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_rows = 500;

// Those that are lost first, then what says itself that it is broken, then by their worst check.
int urgency(const ShownNode& node)
{
  constexpr int lost = 10;
  constexpr int unwell = 9;
  if (node.status == "gone" || node.status == "vanished") {
    return lost;
  }
  if (!node.health.empty()) {
    return unwell;
  }
  for (const auto state : worst_first) {
    if (node.counts.at(static_cast<std::size_t>(state)) > 0) {
      return severity(state);
    }
  }
  return 0;
}

void sort_by_urgency(std::vector<ShownNode>& nodes)
{
  std::sort(nodes.begin(), nodes.end(), [](const auto& left, const auto& right) {
    return std::pair{-urgency(left), std::string_view{left.name}} <
           std::pair{-urgency(right), std::string_view{right.name}};
  });
}

bool is_asked_for(const ShownNode& node, std::string_view status, std::string_view name)
{
  const bool lost = status == "gone" && node.status == "vanished";  // as the fleet's counts have it
  return (status.empty() || node.status == status || lost) && (name.empty() || node.name == name);
}

Html row(const ShownNode& node, Time now)
{
  Html html;
  html.put(
      "<li class=\"row node {}{}\" data-key=\"{}\"><span class=\"status {}\">{}</span> {} <div "
      "class=\"what\"><p "
      "class=\"names\"><a class=\"name\" href=\"{}\">{}</a> {}{}</p>",
      node.status,
      urgency(node) == 0 ? " fine" : "",
      node.name,
      node.status,
      node.status,
      age(node.since, now),
      node_address(node.name),
      node.name,
      counts_text(node.counts),
      care_marks(node.acknowledgement, node.downtime, now));
  for (const auto& sentence : node.health) {
    html.put("<p class=\"summary\">{}</p>", sentence);
  }
  return html.put("</div>{}</li>\n", share_bar(node.counts));
}

Html list(const Context& context, std::vector<ShownNode> nodes, const std::string& name)
{
  const auto status = first_of(context.request.query, "status");
  std::erase_if(nodes, [&](const auto& node) { return !is_asked_for(node, status, name); });
  if (nodes.empty()) {
    return nothing("No nodes here.");
  }
  sort_by_urgency(nodes);
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (std::size_t place = 0; place < std::min(nodes.size(), most_rows); ++place) {
    html.put(row(nodes[place], context.now));
  }
  html.put("</ul>\n");
  if (nodes.size() > most_rows) {
    html.put("<p class=\"more\">and {} more: narrow it down above</p>\n", grouped(nodes.size() - most_rows));
  }
  return html;
}

Page page_of(const Context& context, std::string_view complaint)
{
  Page page;
  page.title = "Nodes";
  page.section = "/nodes";
  page.body.put(
      "<h1 class=\"unseen\">Nodes</h1>\n{}{}",
      fleet_bar(context.counts()),
      filter_form(context, "/nodes", complaint));
  return page;
}

}  // namespace

HttpResponse nodes_page(const Context& context)
{
  const auto view = parse_view(context.request.query);
  const auto nodes = view ? context.board.nodes(view->filter) : tl::unexpected{view.error()};
  auto page = page_of(context, nodes ? std::string{} : nodes.error().message);
  if (nodes) {
    page.body.put(
        "<section id=\"list\" class=\"list\" data-live>\n{}</section>\n", list(context, *nodes, view->node));
  } else {
    page.status = http_status(nodes.error().code);
    page.live = false;
  }
  return framed(context, page);
}

}  // namespace muster::collector::web
