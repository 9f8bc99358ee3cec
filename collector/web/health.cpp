// SPDX-License-Identifier: Apache-2.0
#include "collector/web/health.hpp"

#include <string>

#include "collector/web/metrics.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

HttpResponse health_answer(const Context& context)
{
  const auto health = context.board.health();
  if (health.problems.empty()) {
    return plain_text(200, "ok");
  }
  std::string text = "not well";
  for (const auto& problem : health.problems) {
    if (context.visitor.may_read()) {
      text += '\n';
      text += printable(problem, false);
    }
  }
  return plain_text(503, text);
}

HttpResponse metrics_answer(const Context& context)
{
  const auto format = metrics_format(context.request.header("accept"));
  HttpResponse response;
  response.content_type = content_type(format);
  response.body =
      metrics_text({context.counts(), context.board.health(), context.board.check_counts()}, format);
  return response;
}

}  // namespace muster::collector::web
