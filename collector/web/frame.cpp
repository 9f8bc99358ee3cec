// SPDX-License-Identifier: Apache-2.0
#include "collector/web/frame.hpp"

#include <array>
#include <utility>

#include "collector/web/assets.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_notice = 500;

CheckState worst_that_needs_somebody(const FleetCounts& counts)
{
  if (counts.nodes_need_somebody > 0) {
    return CheckState::critical;
  }
  for (const auto state : worst_first) {
    if (counts.need_somebody.at(static_cast<std::size_t>(state)) > 0) {
      return state;
    }
  }
  return CheckState::ok;
}

std::uint64_t problems_in(const FleetCounts& counts)
{
  return counts.need_somebody[1] + counts.need_somebody[2] + counts.need_somebody[3] +
         counts.nodes_need_somebody;
}

Html head(const Context& context, const Page& page)
{
  Html html;
  std::string title = page.title;
  std::string_view icon = "ok";
  if (context.visitor.may_read()) {
    const auto& counts = context.counts();
    const auto problems = problems_in(counts);
    title = (problems > 0 ? "(" + grouped(problems) + ") " : "") + title;
    icon = state_word(worst_that_needs_somebody(counts));
  }
  html.put(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n"
      "<title>{} · Muster</title>\n<link rel=\"icon\" id=\"icon\" href=\"/icon.svg?state={}\">\n"
      "<link rel=\"stylesheet\" href=\"{}\">\n<script src=\"{}\" defer></script>\n</head>\n",
      title,
      icon,
      asset_address("muster.css"),
      asset_address("muster.js"));
  return html;
}

Html navigation(const Page& page)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> sections{{
      {"/", "Problems"},
      {"/nodes", "Nodes"},
      {"/checks", "Checks"},
      {"/events", "Events"},
      {"/downtimes", "Downtimes"},
  }};
  Html html;
  html.put("<nav aria-label=\"pages\">");
  for (const auto& [address, name] : sections) {
    if (address == page.section) {
      html.put("<a href=\"{}\" aria-current=\"page\">{}</a>", address, name);
    } else {
      html.put("<a href=\"{}\">{}</a>", address, name);
    }
  }
  return html.put("</nav>");
}

Html who(const Context& context)
{
  Html html;
  if (context.visitor.session != nullptr) {
    html.put(
        "<form class=\"who\" method=\"post\" action=\"/logout\">{}<span>{}</span> <button "
        "class=\"quiet\">Sign "
        "out</button></form>",
        form_fields(context, "/"),
        context.visitor.identity.name);
  } else if (context.can_sign_in) {
    html.put(
        "<a class=\"who\" href=\"/login?{}\">Sign in</a>",
        query_text({{"back", own_address(context.request)}}));
  }
  return html;
}

Html header(const Context& context, const Page& page)
{
  Html html;
  html.put(
      "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"top\"><a class=\"brand\" "
      "href=\"/\">Muster</a>");
  if (context.visitor.may_read()) {
    html.put("{}<span class=\"pulse\" id=\"pulse\" role=\"status\"></span>", navigation(page));
  }
  return html.put("{}</header>\n", who(context));
}

// What is wrong with the collector itself.
Html banner(const Context& context)
{
  Html html;
  html.put("<div id=\"banner\" data-live>");
  for (const auto& problem : context.board.health().problems) {
    html.put("<p class=\"banner\" role=\"alert\">The collector is not well: {}</p>", problem);
  }
  return html.put("</div>\n");
}

// What the last form did; it is told once, to the person: a page that looks what is new has no place for it.
Html notice(const Context& context)
{
  Html html;
  const bool is_looking = context.request.header("sec-fetch-dest") == "empty";
  if (context.visitor.session != nullptr && !is_looking && !context.visitor.session->notice.empty()) {
    const auto told = std::exchange(context.visitor.session->notice, {});
    html.put("<p class=\"notice\" role=\"status\">{}</p>\n", in_one_line(told, most_notice));
  }
  return html;
}

Html body_tag(const Context& context, const Page& page)
{
  Html html;
  const bool follows = page.live && context.visitor.may_read();
  html.put(
      "<body data-follows=\"{}\" data-node=\"{}\" data-check=\"{}\" data-now=\"{}\">\n",
      follows ? "yes" : "no",
      page.node,
      page.check,
      context.now.time_since_epoch().count());
  return html;
}

void figure(
    Html& html, std::string_view address, std::string_view kind, std::uint64_t count, std::string_view name)
{
  html.put(
      "<a class=\"figure {}{}\" href=\"{}\"><b>{}</b> <span>{}</span></a>\n",
      kind,
      count == 0 ? " zero" : "",
      address,
      grouped(count),
      name);
}

}  // namespace

Html fleet_bar(const FleetCounts& counts)
{
  Html html;
  html.put(
      "<section class=\"fleet\" id=\"fleet\" aria-label=\"the fleet\" data-live>\n<div class=\"figures\">\n");
  for (const auto state : worst_first) {
    const auto word = state_word(state);
    figure(
        html,
        "/?state=" + std::string{word},
        word,
        counts.services.at(static_cast<std::size_t>(state)),
        word);
  }
  html.put("<span class=\"space\"></span>");
  figure(html, "/nodes", "up", counts.up, "nodes up");
  figure(html, "/nodes?status=gone", "gone", counts.gone, "gone");
  figure(html, "/nodes?status=stopped", "stopped", counts.stopped, "stopped");
  if (counts.unseen > 0) {
    figure(html, "/nodes?status=unseen", "unseen", counts.unseen, "never seen");
  }
  return html.put("</div>\n{}</section>\n", share_bar(counts.services));
}

HttpResponse framed(const Context& context, const Page& page)
{
  Html html;
  html.put(head(context, page)).put(body_tag(context, page)).put(header(context, page));
  html.put("<main id=\"main\">\n");
  if (context.visitor.may_read()) {
    html.put(banner(context)).put(notice(context));
  }
  html.put(page.body).put("</main>\n</body>\n</html>\n");
  HttpResponse response;
  response.status = page.status;
  response.content_type = "text/html; charset=utf-8";
  response.body = html.text();
  return response;
}

HttpResponse error_page(const Context& context, int status, std::string_view sentence)
{
  Page page;
  page.title = "Not done";
  page.live = false;
  page.status = status;
  page.body.put(
      "<h1>This did not work</h1>\n<p class=\"complaint\">{}</p>\n<p><a href=\"/\">To the problems</a></p>\n",
      sentence);
  return framed(context, page);
}

HttpResponse error_page(const Context& context, const Error& why)
{
  return error_page(context, http_status(why.code), why.message);
}

Html form_fields(const Context& context, std::string_view back)
{
  Html html;
  html.put(
      "<input type=\"hidden\" name=\"form_key\" value=\"{}\"><input type=\"hidden\" name=\"back\" "
      "value=\"{}\">",
      context.visitor.session == nullptr ? std::string_view{}
                                         : std::string_view{context.visitor.session->form_key},
      back);
  return html;
}

std::string own_address(const HttpRequest& request)
{
  std::string address;
  std::string_view rest = request.path;
  while (!rest.empty()) {
    const auto size = std::min(rest.find('/', 1), rest.size());
    address += "/" + percent_encoded(rest.substr(1, size - 1));
    rest.remove_prefix(size);
  }
  const auto query = query_text(request.query);
  return address + (query.empty() ? "" : "?") + query;
}

}  // namespace muster::collector::web
