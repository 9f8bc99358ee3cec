// SPDX-License-Identifier: Apache-2.0
#include "collector/web/filter_form.hpp"

#include "collector/web/parts.hpp"

namespace muster::collector::web {

namespace {

void field(
    Html& html, std::string_view name, std::string_view label, std::string_view hint, std::string_view value)
{
  html.put(
      "<label class=\"{}\"><span>{}</span><input name=\"{}\" value=\"{}\" placeholder=\"{}\" "
      "autocomplete=\"off\" "
      "autocapitalize=\"off\" spellcheck=\"false\"></label>\n",
      value.empty() ? "empty" : "set",
      label,
      name,
      value,
      hint);
}

void link(Html& html, std::string_view address, const ViewQuery& view, std::string_view name, bool is_current)
{
  const auto query = as_query_text(view);
  const auto target = std::string{address} + (query.empty() ? "" : "?" + query);
  if (is_current) {
    html.put("<a class=\"{}\" href=\"{}\" aria-current=\"true\">{}</a>\n", name, target, name);
  } else {
    html.put("<a class=\"{}\" href=\"{}\">{}</a>\n", name, target, name);
  }
}

}  // namespace

Html filter_form(const Context& context, std::string_view address, std::string_view complaint)
{
  const auto& query = context.request.query;
  Html html;
  html.put("<form class=\"filter\" id=\"filter\" role=\"search\" method=\"get\" action=\"{}\">\n", address);
  field(html, "filter", "facts and classes", "location=uk /apache/", first_of(query, "filter"));
  field(html, "select", "statements", "not location=uk or /db/", first_of(query, "select"));
  field(html, "node", "node", "web1 or /^web/", first_of(query, "node"));
  if (address == "/") {
    field(html, "check", "check", "check_load", first_of(query, "check"));
    if (const auto states = first_of(query, "state"); !states.empty()) {
      html.put("<input type=\"hidden\" name=\"state\" value=\"{}\">", states);
    }
  }
  html.put("<button>Show</button>\n");
  if (!query.empty()) {
    html.put("<a class=\"quiet\" href=\"{}\">show everything</a>\n", address);
  }
  html.put("</form>\n");
  if (!complaint.empty()) {
    html.put("<p class=\"complaint\" role=\"alert\">{}</p>\n", complaint);
  }
  return html;
}

Html state_links(std::string_view address, const ViewQuery& view)
{
  Html html;
  html.put("<p class=\"states\">");
  auto other = view;
  other.states.clear();
  other.all = false;
  link(html, address, other, "problems", view.states.empty() && !view.all);
  for (const auto state : worst_first) {
    other.states = {state};
    link(html, address, other, state_word(state), view.states == other.states);
  }
  other.states.clear();
  other.all = true;
  link(html, address, other, "all", view.states.empty() && view.all);
  return html.put("</p>\n");
}

}  // namespace muster::collector::web
