// SPDX-License-Identifier: Apache-2.0
#include "collector/web/graph_images.hpp"

#include "collector/web/url.hpp"

namespace muster::collector::web {

namespace {

std::string_view kind_word(GraphQuery::Kind kind)
{
  switch (kind) {
  case GraphQuery::Kind::fleet_band:
    return "fleet_band";
  case GraphQuery::Kind::fleet_values:
    return "fleet_values";
  case GraphQuery::Kind::fleet_states:
    return "fleet_states";
  case GraphQuery::Kind::values:
    break;
  }
  return "values";
}

std::string address(const GraphSubject& subject, std::string_view span, bool dark)
{
  return "/graph.svg?" + query_text(
                             {{"kind", std::string{kind_word(subject.kind)}},
                              {"node", subject.node},
                              {"check", subject.check},
                              {"label", subject.label},
                              {"span", std::string{span}},
                              {"dark", dark ? "1" : ""}});
}

}  // namespace

Html graph_image(const GraphSubject& subject, std::string_view span)
{
  Html html;
  return html.put(
      "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"{}\"><img class=\"plot\" "
      "loading=\"lazy\" "
      "alt=\"{}, {}\" src=\"{}\"></picture>",
      address(subject, span, true),
      subject.check,
      span,
      address(subject, span, false));
}

Html graphs_of_all_spans(const GraphSubject& subject)
{
  Html html;
  html.put("<div class=\"graphs\">\n");
  for (const auto& [span, name] : graph_spans) {
    html.put(
        "<figure class=\"graph\"><figcaption>{}</figcaption>{}</figure>\n", name, graph_image(subject, span));
  }
  return html.put("</div>\n");
}

}  // namespace muster::collector::web
