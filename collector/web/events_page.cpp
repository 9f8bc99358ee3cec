// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "collector/web/care_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "libmuster/model/filter_words.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_events = 200;
constexpr std::size_t most_names = 20;  // of nodes in one line

std::string joined(const std::vector<std::string>& words)
{
  std::string text;
  for (std::size_t place = 0; place < std::min(words.size(), most_names); ++place) {
    text += text.empty() ? "" : ", ";
    text += words[place];
  }
  if (words.size() > most_names) {
    text += " and ";
    text += grouped(words.size() - most_names);
    text += " more";
  }
  return text;
}

Html when(const ShownDowntime& downtime, Time now)
{
  Html html;
  if (downtime.start > now) {
    html.put("<span class=\"mark\">from {}</span> ", clock_text(downtime.start));
  } else if (downtime.started) {
    html.put("<span class=\"mark loud\">now</span> ");
  }
  html.put("<span class=\"mark\">until {}</span> ", clock_text(downtime.end));
  if (downtime.duration) {
    html.put("<span class=\"mark\">for {} from the first problem</span> ", age_text(*downtime.duration));
  }
  return html;
}

// Whom it is about: all that is given must hold.
std::string whom(const ShownDowntime& downtime)
{
  auto text = joined(downtime.nodes);
  for (const auto& more : {downtime.filter, as_options(downtime.select)}) {
    text += text.empty() || more.empty() ? "" : " and ";
    text += more;
  }
  return text;
}

Html row(const Context& context, const ShownDowntime& downtime)
{
  Html html;
  return html.put(
      "<li class=\"row downtime\"><div class=\"what\"><p class=\"names\"><b>{}</b> {} {}</p><p "
      "class=\"summary\">{}: "
      "{}</p></div>{}</li>\n",
      whom(downtime),
      joined(downtime.checks),
      when(downtime, context.now),
      downtime.caller,
      downtime.comment,
      remove_button(context, downtime.id));
}

Html downtime_list(const Context& context)
{
  const auto downtimes = context.board.downtimes();
  if (downtimes.empty()) {
    return nothing("No problems are expected.");
  }
  Html html;
  html.put("<ul class=\"rows\">\n");
  for (const auto& downtime : downtimes) {
    html.put(row(context, downtime));
  }
  return html.put("</ul>\n");
}

}  // namespace

HttpResponse events_page(const Context& context)
{
  const std::string node{first_of(context.request.query, "node")};
  const std::string check{first_of(context.request.query, "check")};
  const auto events = context.board.events(node, check, most_events);
  if (!events) {
    return error_page(context, events.error());
  }
  Page page;
  page.title = "Events";
  page.section = "/events";
  page.node = node;
  page.check = check;
  page.body.put(
      "<h1>What happened</h1>\n<section id=\"events\" data-live>\n{}</section>\n",
      event_list(*events, context.now));
  return framed(context, page);
}

HttpResponse downtimes_page(const Context& context)
{
  Page page;
  page.title = "Downtimes";
  page.section = "/downtimes";
  page.body.put(
      "<h1>Downtimes</h1>\n<section id=\"list\" class=\"list\" data-live>\n{}</section>\n{}",
      downtime_list(context),
      downtime_form(context));
  return framed(context, page);
}

}  // namespace muster::collector::web
