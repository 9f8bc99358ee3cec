// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/state/service_state.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// A check of a node, or the node itself if the check is empty.
struct Subject {
  std::string node;
  std::string check;

  bool operator==(const Subject&) const = default;
};

// What works only as long as something else does. A plain value but for the predicate, which find_nodes()
// makes of `names` and `filter`.
struct Dependency {
  std::function<bool(const std::string&)> nodes;  // whether it is about a node, by its name; none: all
  std::string check;                              // that depends; empty: all of the node, and itself
  std::string parent_node;                        // empty: the same node
  std::string parent_check;                       // empty: the node itself
  std::vector<std::string> names{};               // it is about these nodes only; empty: any
  Filter filter{};                                // and for which this holds
};

// What the presence of a node told last; nullptr: there was none. Valid until the next one comes.
using PresenceOf = std::function<const protocol::Presence*(const std::string& node)>;

// Makes the predicates. Of a node without a presence no filter holds. A filter that does not compile means
// nobody; settings refuse it before.
std::vector<Dependency> find_nodes(std::vector<Dependency> dependencies, const PresenceOf& presence_of);

// Whether what depends on a check is cut off: it is in a hard CRITICAL or UNKNOWN. A WARNING still works; so
// says Icinga 2, too (the default of `states` in lib/icinga/dependency.cpp).
bool breaks_children(const ServiceState& service);

// Finds out which problems are but the consequence of another one. Every check depends on its own node,
// without being told. Pure; one thread; whoever makes it owns it.
class Dependencies {
public:
  // Whether a parent is broken: breaks_children of a check, gone, stopped or vanished of a node. What is not
  // known is not broken.
  using IsBroken = std::function<bool(const Subject&)>;

  // On the way up from one subject; beyond that nobody understands it either.
  static constexpr std::size_t most_ancestors = 1000;

  explicit Dependencies(std::vector<Dependency> dependencies) : dependencies_{std::move(dependencies)} {}

  // The nearest broken one of those that `child` depends on, directly or through others. Nothing: what is
  // wrong with it is its own. What depends on each other silences nobody: else a whole circle could break
  // without a word.
  [[nodiscard]] std::optional<Subject> broken_parent(const Subject& child, const IsBroken& is_broken) const;

  // Sets Silence::unreachable of an event that says something bad of a check or node with a broken parent.
  void mark(Event& event, const IsBroken& is_broken) const;

private:
  [[nodiscard]] std::vector<Subject> parents_of(const Subject& child) const;
  [[nodiscard]] std::vector<Subject> ancestors_of(const Subject& child) const;

  std::vector<Dependency> dependencies_;
};

}  // namespace muster::collector
