// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "collector/web/care_form.hpp"
#include "collector/web/frame.hpp"
#include "collector/web/graph_images.hpp"
#include "collector/web/pages.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/strip.hpp"
#include "collector/web/unit_groups.hpp"
#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"
#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_values = 100;  // of perfdata in the table
constexpr std::size_t most_events = 50;
constexpr std::size_t most_units = 6;         // with five pictures each
constexpr std::size_t most_details = 16'384;  // bytes
constexpr std::size_t beats_in_a_day = 96;    // a quarter of an hour each
constexpr std::size_t beats_in_a_week = 84;   // two hours each
constexpr std::size_t beats_in_a_row = 48;    // half an hour each
constexpr std::chrono::hours day{24};
constexpr std::chrono::hours week{24 * 7};

Html heading(const ShownService& service, Time now)
{
  Html html;
  html.put(
      "<header class=\"subject {}\" id=\"subject\" data-live>\n<h1><a href=\"{}\">{}</a> <a class=\"check\" "
      "href=\"{}\">{}</a></h1>\n<p>{} for {} {}</p>\n<p class=\"said\">{}</p>\n",
      state_word(service.state),
      node_address(service.node),
      service.node,
      check_address(service.check),
      service.check,
      state_badge(service.state),
      age(service.since, now),
      marks(service, now),
      service.summary);
  if (!service.details.empty()) {
    html.put("<pre>{}</pre>\n", truncate_utf8(service.details, most_details, "…"));
  }
  if (service.last_result) {
    html.put(
        "<p class=\"facts\">last result: {}, took {} ms</p>\n",
        age(*service.last_result, now),
        service.run_time.count());
  }
  return html.put("</header>\n");
}

// Where a value is between nothing and its critical threshold, or its maximum.
Html meter(const PerfdataValue& value)
{
  const double full = value.max                                              ? *value.max
                      : value.critical && std::isfinite(value.critical->end) ? value.critical->end
                                                                             : 0;
  Html html;
  if (!(full > 0) || !(value.value >= 0) || !std::isfinite(full) || !std::isfinite(value.value)) {
    return html;
  }
  const auto state = evaluate(value.value, {value.warning, value.critical});
  html.put(
      "<svg class=\"meter\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
      "class=\"ground\" width=\"100\" height=\"8\"/><rect class=\"{}\" width=\"{}\" height=\"8\"/></svg>",
      state_word(state),
      static_cast<int>(std::min(100.0, value.value / full * 100.0)));
  return html;
}

Html value_table(const ShownService& service)
{
  const auto perfdata = parse_perfdata(service.perfdata);
  Html html;
  if (perfdata.values.empty()) {
    return html;
  }
  html.put(
      "<table class=\"values\" id=\"values\" "
      "data-live>\n<thead><tr><th>value</th><th></th><th></th><th>warning</th>"
      "<th>critical</th></tr></thead>\n<tbody>\n");
  for (std::size_t place = 0; place < std::min(perfdata.values.size(), most_values); ++place) {
    const auto& value = perfdata.values[place];
    html.put(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        value.label,
        amount_text(value.value, value.unit),
        meter(value),
        value.warning_text,
        value.critical_text);
  }
  return html.put("</tbody>\n</table>\n");
}

std::string percent(int per_mille)
{
  return fmt::format("{}.{} %", per_mille / 10, per_mille % 10);
}

Html strip_of(const Context& context, const ShownService& service, std::chrono::hours span, std::size_t beats)
{
  Html html;
  const auto from = context.now - span;
  const auto parts = context.board.strip(service.node, service.check, from, context.now);
  if (!parts) {
    return html.put("<p class=\"complaint\">{}</p>\n", parts.error().message);
  }
  const auto fine = ok_per_mille(*parts);
  return html.put(
      "<figure class=\"beats\"><figcaption>{} <b>{}</b></figcaption>{}</figure>\n",
      span == day ? "the last day" : "the last week",
      fine ? percent(*fine) + " OK" : "nothing is known",
      strip_in_page(beats_of(*parts, from, context.now, beats)));
}

// A picture has one axis: what has different units is drawn in different ones.
Html history_of(const ShownService& service)
{
  const auto groups = unit_groups(service.perfdata);
  Html html;
  for (std::size_t place = 0; place < std::min(groups.size(), most_units); ++place) {
    const auto& group = groups[place];
    html.put(
        "<h2>{}{}</h2>\n{}",
        place == 0 ? "History" : "",
        groups.size() == 1 ? "" : (place == 0 ? ": " : "") + group_text(group),
        graphs_of_all_spans({GraphQuery::Kind::values, service.node, service.check, group.labels.front()}));
  }
  if (groups.size() > most_units) {
    html.put(
        "<p class=\"more\">values of {} more units are not drawn here</p>\n", groups.size() - most_units);
  }
  return html;
}

Html events_of(const Context& context, const ShownService& service)
{
  const auto events = context.board.events(service.node, service.check, most_events);
  Html html;
  html.put("<section id=\"events\" data-live>\n<h2>What happened</h2>\n");
  if (!events) {
    return html.put("<p class=\"complaint\">{}</p>\n</section>\n", events.error().message);
  }
  return html.put("{}</section>\n", event_list(*events, context.now));
}

Expected<ShownService> find_service(const Context& context, const std::string& node, const std::string& check)
{
  ServiceQuery only;
  only.node = node;
  only.check = check;
  only.all = true;
  auto shown = context.board.services(only);
  if (!shown) {
    return tl::unexpected{shown.error()};
  }
  if (shown->services.empty()) {
    return failure(ErrorCode::not_found, "No results of this check of this node are known.");
  }
  return std::move(shown->services.front());
}

}  // namespace

HttpResponse service_page(const Context& context, const std::string& node, const std::string& check)
{
  const auto service = find_service(context, node, check);
  if (!service) {
    return error_page(context, service.error());
  }
  Page page;
  page.title = check + " on " + node;
  page.section = "/nodes";
  page.node = node;
  page.check = check;
  page.body.put(heading(*service, context.now));
  page.body.put("<section id=\"strips\" class=\"strips\" data-live>\n");
  page.body.put(strip_of(context, *service, day, beats_in_a_day));
  page.body.put("{}</section>\n", strip_of(context, *service, week, beats_in_a_week));
  page.body.put(value_table(*service));
  if (service->state != CheckState::ok) {
    page.body.put(care_form_for(context, {node, check}, service->acknowledgement.has_value()));
  }
  page.body.put(history_of(*service));
  page.body.put(events_of(context, *service));
  return framed(context, page);
}

HttpResponse strip_answer(const Context& context)
{
  const std::string node{first_of(context.request.query, "node")};
  const std::string check{first_of(context.request.query, "check")};
  const auto from = context.now - day;
  const auto parts = context.board.strip(node, check, from, context.now);
  if (!parts) {
    return plain_text(http_status(parts.error().code), "there is no strip of it");
  }
  HttpResponse response;
  response.content_type = "image/svg+xml";
  response.body = strip_picture(beats_of(*parts, from, context.now, beats_in_a_row)).text();
  response.headers.emplace_back("Cache-Control", "private, max-age=60");
  return response;
}

}  // namespace muster::collector::web
