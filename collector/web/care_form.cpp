// SPDX-License-Identifier: Apache-2.0
#include "collector/web/care_form.hpp"

#include <array>
#include <utility>

#include "collector/web/frame.hpp"

namespace muster::collector::web {

namespace {

using Choice = std::pair<std::string_view, std::string_view>;

constexpr std::array<Choice, 5> expiries{{
    {"", "until it is over"},
    {"1h", "for an hour"},
    {"8h", "for 8 hours"},
    {"1d", "for a day"},
    {"1w", "for a week"},
}};

constexpr std::array<Choice, 6> lengths{{
    {"1h", "an hour"},
    {"2h", "2 hours"},
    {"4h", "4 hours"},
    {"12h", "12 hours"},
    {"1d", "a day"},
    {"1w", "a week"},
}};

template <std::size_t size>
Html select(std::string_view name, std::string_view label, const std::array<Choice, size>& choices)
{
  Html html;
  html.put("<label><span>{}</span><select name=\"{}\">", label, name);
  for (const auto& [value, text] : choices) {
    html.put("<option value=\"{}\">{}</option>", value, text);
  }
  return html.put("</select></label>\n");
}

Html comment_field()
{
  Html html;
  return html.put(
      "<label class=\"wide\"><span>comment</span><input name=\"comment\" required maxlength=\"1000\" "
      "placeholder=\"what is being done about it\" autocomplete=\"off\"></label>\n");
}

Html sticky_box()
{
  Html html;
  return html.put(
      "<label class=\"box\"><input type=\"checkbox\" name=\"sticky\" value=\"1\"><span title=\"else it ends "
      "as soon "
      "as the state changes\">even if it gets worse</span></label>\n");
}

// Both things that can be done: two buttons of one form.
Html care_fields()
{
  Html html;
  return html.put(
      "{}<fieldset>{}{}<button formaction=\"/do/acknowledge\">Acknowledge</button></fieldset>\n"
      "<fieldset>{}<button formaction=\"/do/downtime\">Set downtime</button></fieldset>\n",
      comment_field(),
      select("expires", "acknowledge", expiries),
      sticky_box(),
      select("length", "downtime for", lengths));
}

}  // namespace

Html care_form_for_rows(const Context& context)
{
  Html html;
  if (!context.visitor.may_operate() || context.visitor.session == nullptr) {
    return html;
  }
  return html.put(
      "<form id=\"care\" class=\"care\" method=\"post\" action=\"/do/acknowledge\">{}\n<p "
      "class=\"chosen\"><label "
      "class=\"box\"><input type=\"checkbox\" id=\"choose-all\"><span id=\"chosen\">Choose problems to take "
      "care of</span></label></p>\n{}</form>\n",
      form_fields(context, own_address(context.request)),
      care_fields());
}

Html care_form_for(const Context& context, const Target& target, bool is_acknowledged)
{
  Html html;
  if (!context.visitor.may_operate() || context.visitor.session == nullptr) {
    return html;
  }
  const auto fields = form_fields(context, own_address(context.request));
  html.put(
      "<form class=\"care\" id=\"care\" method=\"post\" action=\"/do/acknowledge\">{}<input type=\"hidden\" "
      "name=\"on\" "
      "value=\"{}\">\n{}</form>\n",
      fields,
      target_text(target),
      care_fields());
  if (is_acknowledged) {
    html.put(
        "<form class=\"care\" method=\"post\" action=\"/do/unacknowledge\">{}<input type=\"hidden\" "
        "name=\"on\" "
        "value=\"{}\"><button class=\"quiet\">Take the acknowledgement back</button></form>\n",
        fields,
        target_text(target));
  }
  return html;
}

Html downtime_form(const Context& context)
{
  Html html;
  if (!context.visitor.may_operate() || context.visitor.session == nullptr) {
    return html;
  }
  return html.put(
      "<form class=\"care plan\" id=\"care\" method=\"post\" action=\"/do/downtime\">{}\n"
      "<label class=\"wide\"><span>nodes by facts and classes</span><input name=\"filter\" "
      "placeholder=\"location=uk /apache/\" autocomplete=\"off\" spellcheck=\"false\"></label>\n"
      "<label class=\"wide\"><span>and by statements</span><input name=\"select\" "
      "placeholder=\"not location=uk and (/apache/ or role=db)\" autocomplete=\"off\" "
      "spellcheck=\"false\"></label>\n"
      "<label><span>and, or only, by name</span><input name=\"nodes\" placeholder=\"web1 web2\" "
      "autocomplete=\"off\" "
      "spellcheck=\"false\"></label>\n"
      "<label><span>checks; none: all</span><input name=\"checks\" placeholder=\"check_load\" "
      "autocomplete=\"off\" "
      "spellcheck=\"false\"></label>\n"
      "<label><span>from (UTC); empty: now</span><input name=\"start\" type=\"datetime-local\"></label>\n"
      "{}<label><span>flexible: from the first problem, for</span><input name=\"flexible\" "
      "placeholder=\"30m\" "
      "autocomplete=\"off\"></label>\n{}<button>Set downtime</button></form>\n",
      form_fields(context, "/downtimes"),
      select("length", "for", lengths),
      comment_field());
}

Html remove_button(const Context& context, std::string_view id)
{
  Html html;
  if (!context.visitor.may_operate() || context.visitor.session == nullptr) {
    return html;
  }
  return html.put(
      "<form method=\"post\" action=\"/do/downtime/remove\">{}<input type=\"hidden\" name=\"id\" "
      "value=\"{}\"><button class=\"quiet\">Take back</button></form>",
      form_fields(context, "/downtimes"),
      id);
}

}  // namespace muster::collector::web
