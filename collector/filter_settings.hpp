// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/model/filter.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::collector {

// Who decides whether a node is meant. Only a node itself can answer data functions.
enum class DecidedBy { collector, node };

// `filter:` (words as -W takes them) and `select:` (statements as -S takes them) of an entry in
// collector.yaml; what is given must hold together. Refuses what cannot be read.
inline void read_node_filter(runtime::SettingsReader& reader, DecidedBy who, Filter& filter)
{
  std::string words;
  if (reader.read_word("filter", words)) {
    const auto read = add_combined(filter, words);
    const auto compiled = read ? CompiledFilter::compile(filter) : tl::make_unexpected(read.error());
    if (!compiled) {
      reader.refuse("filter", compiled.error().message);
      return;
    }
  }
  if (!reader.read_word("select", filter.compound)) {
    return;
  }
  const auto compiled = CompiledFilter::compile(filter);
  if (!compiled) {
    reader.refuse("select", compiled.error().message);
  } else if (who == DecidedBy::collector && !compiled->functions().empty()) {
    reader.refuse(
        "select", "expected facts, classes and names: the collector cannot ask data functions of nodes");
  }
}

}  // namespace muster::collector
