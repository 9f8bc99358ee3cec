// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "collector/fleet_book.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

// Whether a node is meant, by what its presence told. What hangs on more than that is an error beforehand.
// The book must outlive it.
class NodeFilter {
public:
  static Expected<NodeFilter> make(const FleetBook& book, const Filter& filter)
  {
    auto compiled = CompiledFilter::compile(filter);
    if (!compiled) {
      return tl::unexpected{compiled.error()};
    }
    if (!compiled->functions().empty()) {
      return failure(
          ErrorCode::invalid_input,
          "the collector cannot ask data functions of nodes: use facts, classes and names");
    }
    return NodeFilter{book, std::move(*compiled), filter.empty()};
  }

  [[nodiscard]] bool matches(const std::string& name) const
  {
    if (all_) {
      return true;
    }
    const auto node = book_->nodes().find(name);
    if (node == book_->nodes().end()) {
      return false;
    }
    const auto& presence = node->second.presence;
    return filter_.matches({name, presence.facts, presence.classes, presence.agents});
  }

private:
  NodeFilter(const FleetBook& book, CompiledFilter filter, bool all)
      : book_{&book}, filter_{std::move(filter)}, all_{all}
  {}

  const FleetBook* book_;
  CompiledFilter filter_;
  bool all_;
};

}  // namespace muster::collector
