// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "collector/web/context.hpp"

namespace muster::collector::web {

// "kind=values&node=web1&check=check_load&span=24h&format=svg&dark=1&width=720&height=180"; all but `check`
// have a default, `values` needs a node, and `fleet_values` a label. Fails with `invalid_input`.
Expected<GraphQuery> parse_graph(const Fields& fields);

// What stands in the place of a graph on a page: a picture that says that there is nothing yet, or what is
// wrong.
HttpResponse no_graph(const Error& why);

// Draws what the address asks for; `refuse` makes the answer when that fails. At most `most_drawings` wait at
// a time: they are drawn one after the other.
class Graphs {
public:
  static constexpr int most_drawings = 64;  // some ten pages with five graphs; 10 ms each

  using Refuse = HttpResponse (*)(const Error& why);

  void answer(const Context& context, Refuse refuse, const Respond& respond);

private:
  std::shared_ptr<int> waiting_ = std::make_shared<int>(0);  // a drawing may end after this object has
};

}  // namespace muster::collector::web
