// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collector/web/care_form.hpp"
#include "collector/web/filter_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/view_query.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_rows = 500;         // of all groups together
constexpr std::size_t largest_open_group = 4;  // more of the same are one line, that opens
constexpr std::size_t most_nodes = 60;         // that are not up; the rest is counted

constexpr std::size_t most_crowd_summary = 160;  // bytes of what the newest of them says

using Services = std::vector<const ShownService*>;

// The same check in the same state on several nodes is most often one trouble.
std::vector<Services> in_groups(const Services& services)
{
  std::map<std::pair<int, std::string_view>, std::size_t> place;
  std::vector<Services> groups;
  for (const auto* service : services) {
    const auto [found, is_new] =
        place.try_emplace({static_cast<int>(service->state), service->check}, groups.size());
    if (is_new) {
      groups.emplace_back();
    }
    groups[found->second].push_back(service);
  }
  return groups;
}

Html rows_of(const Services& services, const Context& context, bool can_choose)
{
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (const auto* service : services) {
    html.put(service_row(*service, context.now, {true, true, can_choose}));
  }
  return html.put("</ul>\n");
}

// The script passes it on to every row of the crowd.
Html choice_of_all(const ShownService& first)
{
  Html html;
  return html.put(
      "<label class=\"choice\"><input type=\"checkbox\" value=\"all {} {}\" aria-label=\"choose all of "
      "{}\"></label>",
      state_word(first.state),
      first.check,
      first.check);
}

Html crowd(const Services& services, const Context& context, bool can_choose)
{
  const auto& first = *services.front();
  Html html;
  html.put(
      "<details class=\"crowd {}\" id=\"crowd-{}-{}\"><summary>{}{} {} <span class=\"what\"><b>{}</b> on "
      "<b>{}</b> <span "
      "class=\"summary\">{}</span></span></summary>\n{}</details>\n",
      state_word(first.state),
      state_word(first.state),
      first.check,
      can_choose ? choice_of_all(first) : Html{},
      state_badge(first.state),
      age(first.since, context.now),
      first.check,
      counted(services.size(), "node", "nodes"),
      in_one_line(first.summary, most_crowd_summary),
      rows_of(services, context, can_choose));
  return html;
}

// Small groups in a row are one list.
Html grouped_rows(const Services& services, const Context& context, bool can_choose)
{
  Html html;
  Services small;
  const auto flush = [&] {
    if (!small.empty()) {
      html.put(rows_of(small, context, can_choose));
      small.clear();
    }
  };
  for (const auto& group : in_groups(services)) {
    if (group.size() <= largest_open_group) {
      small.insert(small.end(), group.begin(), group.end());
    } else {
      flush();
      html.put(crowd(group, context, can_choose));
    }
  }
  flush();
  return html;
}

Services picked(const ShownServices& shown, bool (*wanted)(const ShownService& service))
{
  Services services;
  for (const auto& service : shown.services) {
    if (wanted(service)) {
      services.push_back(&service);
    }
  }
  return services;
}

bool is_open(const ShownService& service)
{
  return service.needs_somebody();
}

bool is_cared_for(const ShownService& service)
{
  return service.state != CheckState::ok && !service.needs_somebody();
}

bool is_fine(const ShownService& service)
{
  return service.state == CheckState::ok;
}

Html cut_note(const ShownServices& shown)
{
  Html html;
  if (shown.left_out > 0) {
    html.put("<p class=\"more\">and {} more: narrow it down above</p>\n", grouped(shown.left_out));
  }
  return html;
}

std::vector<const ShownNode*> lost_among(const std::vector<ShownNode>& nodes)
{
  std::vector<const ShownNode*> lost;
  for (const auto& node : nodes) {
    if (node.is_absent()) {
      lost.push_back(&node);
    }
  }
  std::sort(lost.begin(), lost.end(), [](const auto* left, const auto* right) {
    return left->since > right->since;
  });
  return lost;
}

// Nodes that are not there: a quiet line each, with their ages.
Html lost_nodes(const Context& context, const std::vector<ShownNode>& nodes)
{
  const auto lost = lost_among(nodes);
  Html html;
  if (lost.empty()) {
    return html;
  }
  html.put(
      "<section class=\"lost\">\n<h2>{} not up</h2>\n<ul class=\"chips\">\n",
      counted(lost.size(), "node", "nodes"));
  for (std::size_t place = 0; place < std::min(lost.size(), most_nodes); ++place) {
    const auto& node = *lost[place];
    html.put(
        "<li><a class=\"name\" href=\"{}\">{}</a> {} {} {}</li>\n",
        node_address(node.name),
        node.name,
        node.status,
        age(node.since, context.now),
        care_marks(node.acknowledgement, node.downtime, context.now));
  }
  if (lost.size() > most_nodes) {
    html.put("<li><a href=\"/nodes\">and {} more</a></li>\n", grouped(lost.size() - most_nodes));
  }
  return html.put("</ul>\n</section>\n");
}

Html all_is_well(const Context& context, const ViewQuery& view)
{
  const auto& counts = context.counts();
  if (view.narrows()) {
    return nothing("Nothing to see with this filter.");
  }
  Html html;
  return html.put(
      "<div class=\"well\"><p class=\"big\">Nothing is wrong.</p><p>{} on {}.</p></div>\n",
      counted(counts.services[0], "check is OK", "checks are OK"),
      counted(counts.up, "node", "nodes"));
}

Html lists(const Context& context, const ViewQuery& view, const ShownServices& shown, const Html& lost)
{
  const bool can_choose = context.visitor.may_operate() && context.visitor.session != nullptr;
  const auto open = picked(shown, is_open);
  const auto cared_for = picked(shown, is_cared_for);
  const auto fine = picked(shown, is_fine);
  Html html;
  html.put(grouped_rows(open, context, can_choose)).put(lost);
  if (!cared_for.empty()) {
    html.put(
        "<details class=\"fold\" id=\"cared-for\"><summary>{}</summary>\n{}</details>\n",
        counted(
            cared_for.size(),
            "problem is taken care of, or expected",
            "problems are taken care of, or expected"),
        rows_of(cared_for, context, can_choose));
  }
  if (!fine.empty()) {
    html.put("<h2>{} OK</h2>\n{}", grouped(fine.size()), rows_of(fine, context, false));
  }
  if (shown.services.empty() && lost.empty()) {
    html.put(all_is_well(context, view));
  }
  return html.put(cut_note(shown));
}

Page page_of(const Context& context, std::string_view complaint)
{
  Page page;
  page.title = "Problems";
  page.section = "/";
  page.body.put("<h1 class=\"unseen\">Problems</h1>\n").put(fleet_bar(context.counts()));
  page.body.put(filter_form(context, "/", complaint));
  return page;
}

HttpResponse with_complaint(const Context& context, const Error& why)
{
  auto page = page_of(context, why.message);
  page.status = http_status(why.code);
  page.live = false;
  return framed(context, page);
}

}  // namespace

HttpResponse problems_page(const Context& context)
{
  auto view = parse_view(context.request.query);
  if (!view) {
    return with_complaint(context, view.error());
  }
  view->most = most_rows;
  const auto shown = services_in(context.board, *view);
  const bool of_checks = !view->check.empty() || !view->states.empty() || !view->node.empty();
  // A list of the whole fleet is long, and most often nobody is missing.
  const bool lists_nodes = !of_checks && context.counts().gone + context.counts().stopped > 0;
  const auto nodes = lists_nodes ? context.board.nodes(view->filter)
                                 : Expected<std::vector<ShownNode>>{std::vector<ShownNode>{}};
  if (!shown || !nodes) {
    return with_complaint(context, shown ? nodes.error() : shown.error());
  }
  auto page = page_of(context, "");
  page.body.put(state_links("/", *view));
  page.body.put(
      "<section id=\"list\" class=\"list\" data-live>\n{}</section>\n",
      lists(context, *view, *shown, lost_nodes(context, *nodes)));
  if (!shown->services.empty()) {
    page.body.put(care_form_for_rows(context));
  }
  return framed(context, page);
}

}  // namespace muster::collector::web
