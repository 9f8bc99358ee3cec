// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "collector/web/care_form.hpp"
#include "collector/web/filter_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/graph_images.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"
#include "libmuster/model/perfdata.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_rows = 500;
constexpr std::size_t most_checks = 1000;
constexpr std::size_t most_bands = 6;              // of values; a check with more is looked at node by node
constexpr std::size_t most_asked_for_labels = 20;  // rows

using CountsOfCheck = std::pair<std::string, StateCounts>;

// The worst state, then on how many nodes.
std::pair<int, std::uint64_t> urgency(const StateCounts& counts)
{
  for (const auto state : worst_first) {
    if (const auto count = counts.at(static_cast<std::size_t>(state)); count > 0) {
      return {severity(state), state == CheckState::ok ? 0 : count};
    }
  }
  return {};
}

std::vector<CountsOfCheck> worst_checks_first(const Board& board)
{
  auto counts = board.check_counts();
  std::vector<CountsOfCheck> checks{counts.begin(), counts.end()};
  std::stable_sort(checks.begin(), checks.end(), [](const auto& left, const auto& right) {
    return urgency(left.second) > urgency(right.second);
  });
  return checks;
}

Html row(const CountsOfCheck& check)
{
  const auto nodes = std::accumulate(check.second.begin(), check.second.end(), std::uint64_t{0});
  Html html;
  return html.put(
      "<li class=\"row check\" data-key=\"{}\"><div class=\"what\"><p class=\"names\"><a class=\"name\" "
      "href=\"{}\">{}</a> {}</p></div><span class=\"on\">{}</span>{}</li>\n",
      check.first,
      check_address(check.first),
      check.first,
      counts_text(check.second),
      counted(nodes, "node", "nodes"),
      share_bar(check.second));
}

Html list(const Board& board)
{
  const auto checks = worst_checks_first(board);
  if (checks.empty()) {
    return nothing("No results yet.");
  }
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (std::size_t place = 0; place < std::min(checks.size(), most_checks); ++place) {
    html.put(row(checks[place]));
  }
  html.put("</ul>\n");
  if (checks.size() > most_checks) {
    html.put("<p class=\"more\">and {} more</p>\n", grouped(checks.size() - most_checks));
  }
  return html;
}

StateCounts counts_of(const Board& board, const std::string& check)
{
  auto counts = board.check_counts();
  return counts[check];
}

Html heading(const Context& context, const std::string& check)
{
  const auto counts = counts_of(context.board, check);
  Html html;
  return html.put(
      "<header class=\"subject\" id=\"subject\" data-live>\n<h1>{}</h1>\n<p "
      "class=\"facts\">{}</p>\n{}</header>\n",
      check,
      counts_text(counts),
      share_bar(counts));
}

std::string_view span_of(const Context& context)
{
  const auto asked = first_of(context.request.query, "span");
  for (const auto& [span, name] : graph_spans) {
    if (span == asked) {
      return span;
    }
  }
  return "24h";
}

Html span_links(const Context& context, const std::string& check)
{
  const auto current = span_of(context);
  Html html;
  html.put("<p class=\"states\">");
  for (const auto& [span, name] : graph_spans) {
    if (span == current) {
      html.put("<a href=\"{}?span={}\" aria-current=\"true\">{}</a>\n", check_address(check), span, name);
    } else {
      html.put("<a href=\"{}?span={}\">{}</a>\n", check_address(check), span, name);
    }
  }
  return html.put("</p>\n");
}

// Those of the rows that are shown first: nodes of one check mostly have the same.
std::vector<std::string> labels_of(const ShownServices& shown)
{
  std::vector<std::string> labels;
  for (std::size_t place = 0; place < std::min(shown.services.size(), most_asked_for_labels); ++place) {
    for (const auto& value : parse_perfdata(shown.services[place].perfdata).values) {
      const bool is_new = std::find(labels.begin(), labels.end(), value.label) == labels.end();
      if (is_new && value.unit != "c" && labels.size() < most_bands) {
        labels.push_back(value.label);
      }
    }
  }
  return labels;
}

void put_graph(Html& html, std::string_view what, const GraphSubject& subject, std::string_view span)
{
  html.put(
      "<figure class=\"graph\"><figcaption>{}</figcaption>{}</figure>\n", what, graph_image(subject, span));
}

// The states of all nodes, the band of each value over them, and that of how long the check took.
Html fleet_graphs(const Context& context, const std::string& check, const ShownServices& shown)
{
  const auto span = span_of(context);
  Html html;
  html.put("{}<div class=\"graphs\">\n", span_links(context, check));
  put_graph(html, "states of all nodes", {GraphQuery::Kind::fleet_states, "", check}, span);
  for (const auto& label : labels_of(shown)) {
    put_graph(
        html,
        label + ": median, 95 of 100, highest",
        {GraphQuery::Kind::fleet_values, "", check, label},
        span);
  }
  put_graph(
      html, "how long it took: median, 95 of 100, longest", {GraphQuery::Kind::fleet_band, "", check}, span);
  return html.put("</div>\n");
}

Html services_of(const Context& context, const ShownServices& shown)
{
  if (shown.services.empty()) {
    return nothing("No node here has given a result of it.");
  }
  const bool can_choose = context.visitor.may_operate() && context.visitor.session != nullptr;
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (const auto& service : shown.services) {
    html.put(service_row(service, context.now, {true, false, can_choose && service.state != CheckState::ok}));
  }
  html.put("</ul>\n");
  if (shown.left_out > 0) {
    html.put("<p class=\"more\">and {} more: narrow it down above</p>\n", grouped(shown.left_out));
  }
  return html;
}

}  // namespace

HttpResponse checks_page(const Context& context)
{
  Page page;
  page.title = "Checks";
  page.section = "/checks";
  page.body.put(
      "<h1 class=\"unseen\">Checks</h1>\n{}<section id=\"list\" class=\"list\" data-live>\n{}</section>\n",
      fleet_bar(context.counts()),
      list(context.board));
  return framed(context, page);
}

HttpResponse check_page(const Context& context, const std::string& check)
{
  auto view = parse_view(context.request.query);
  if (!view) {
    return error_page(context, view.error());
  }
  view->check = check;
  view->all = true;
  view->most = most_rows;
  const auto shown = services_in(context.board, *view);
  if (!shown) {
    return error_page(context, shown.error());
  }
  Page page;
  page.title = check;
  page.section = "/checks";
  page.check = check;
  page.body.put(heading(context, check)).put(fleet_graphs(context, check, *shown));
  page.body.put(filter_form(context, check_address(check), ""));
  page.body.put(
      "<section id=\"list\" class=\"list\" data-live>\n{}</section>\n", services_of(context, *shown));
  if (!shown->services.empty() && shown->services.front().state != CheckState::ok) {  // the worst comes first
    page.body.put(care_form_for_rows(context));
  }
  return framed(context, page);
}

}  // namespace muster::collector::web
