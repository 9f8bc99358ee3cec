// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "collector/web/care_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/graph_images.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/unit_groups.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_checks = 500;
constexpr std::size_t most_events = 50;
constexpr std::size_t most_graphs = 24;  // they load when they come into view

Html heading(const ShownNode& node, Time now)
{
  Html html;
  html.put(
      "<header class=\"subject\" id=\"subject\" data-live>\n<h1>{}</h1>\n<p><span class=\"status "
      "{}\">{}</span> for {} "
      "{}</p>\n<p class=\"facts\">{}{}</p>\n",
      node.name,
      node.status,
      node.status,
      age(node.since, now),
      care_marks(node.acknowledgement, node.downtime, now),
      counts_text(node.counts),
      node.version.empty() ? "" : "checkagent " + node.version);
  for (const auto& sentence : node.health) {
    html.put("<p class=\"complaint\">{}</p>\n", sentence);
  }
  return html.put("{}</header>\n", share_bar(node.counts));
}

Html checks_of(const ShownServices& shown, Time now)
{
  if (shown.services.empty()) {
    return nothing("It has given no results yet.");
  }
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (const auto& service : shown.services) {
    html.put(service_row(service, now, {false, true, false}));
  }
  html.put("</ul>\n");
  if (shown.left_out > 0) {
    html.put("<p class=\"more\">and {} more</p>\n", grouped(shown.left_out));
  }
  return html;
}

Html graph_of(const ShownService& service, const UnitGroup& group, bool is_only)
{
  Html html;
  return html.put(
      "<figure class=\"graph\"><figcaption><a href=\"{}\">{}</a>{}</figcaption>{}</figure>\n",
      service_address(service.node, service.check),
      service.check,
      is_only ? "" : ": " + group_text(group),
      graph_image({GraphQuery::Kind::values, service.node, service.check, group.labels.front()}, "24h"));
}

// One of each unit of each check.
Html graphs_of(const ShownServices& shown)
{
  Html html;
  std::size_t count = 0;
  for (const auto& service : shown.services) {
    const auto groups = unit_groups(service.perfdata);
    for (const auto& group : groups) {
      if (++count <= most_graphs) {
        html.put(graph_of(service, group, groups.size() == 1));
      }
    }
  }
  if (count > most_graphs) {
    html.put("<p class=\"more\">and {} more: see each check</p>\n", count - most_graphs);
  }
  return html.empty() ? html : Html{}.put("<h2>The last day</h2>\n<div class=\"graphs\">\n{}</div>\n", html);
}

Html events_of(const Context& context, const std::string& node)
{
  const auto events = context.board.events(node, "", most_events);
  Html html;
  html.put("<section id=\"events\" data-live>\n<h2>What happened</h2>\n");
  if (events) {
    html.put(event_list(*events, context.now));
  } else {
    html.put("<p class=\"complaint\">{}</p>\n", events.error().message);
  }
  return html.put("</section>\n");
}

}  // namespace

HttpResponse node_page(const Context& context, const std::string& node)
{
  Filter only;
  only.identities = {node};
  const auto found = is_pattern(node) ? Expected<std::vector<ShownNode>>{} : context.board.nodes(only);
  ServiceQuery of_it;
  of_it.node = node;
  of_it.all = true;
  of_it.most = most_checks;
  const auto shown = context.board.services(of_it);
  if (!found || !shown) {
    return error_page(context, found ? shown.error() : found.error());
  }
  if (found->empty()) {
    return error_page(context, 404, "No node of this name is known.");
  }
  Page page;
  page.title = node;
  page.section = "/nodes";
  page.node = node;
  page.body.put(heading(found->front(), context.now));
  page.body.put(
      "<section id=\"list\" class=\"list\" data-live>\n{}</section>\n", checks_of(*shown, context.now));
  page.body.put(care_form_for(context, {node, ""}, found->front().acknowledgement.has_value()));
  page.body.put(graphs_of(*shown)).put(events_of(context, node));
  return framed(context, page);
}

}  // namespace muster::collector::web
