// SPDX-License-Identifier: Apache-2.0
#include "collector/state/dependencies.hpp"

#include <algorithm>
#include <set>

namespace muster::collector {

namespace {

bool contains(const std::vector<Subject>& subjects, const Subject& subject)
{
  return std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
}

bool is_about(const Dependency& dependency, const Subject& child)
{
  const bool this_check = dependency.check.empty() || dependency.check == child.check;
  return this_check && (!dependency.nodes || dependency.nodes(child.node));
}

bool holds(const CompiledFilter& filter, const protocol::Presence* presence)
{
  return presence != nullptr &&
         filter.matches({presence->name, presence->facts, presence->classes, presence->agents});
}

bool is_bad(const Event& event)
{
  const bool bad_state = event.kind == EventKind::state && event.to && *event.to != CheckState::ok;
  return bad_state || event.kind == EventKind::node_gone || event.kind == EventKind::flapping_start;
}

}  // namespace

std::vector<Dependency> find_nodes(std::vector<Dependency> dependencies, const PresenceOf& presence_of)
{
  for (auto& dependency : dependencies) {
    if (dependency.names.empty() && dependency.filter.empty()) {
      continue;
    }
    const std::set<std::string> names{dependency.names.begin(), dependency.names.end()};
    const auto filter = CompiledFilter::compile(dependency.filter);
    const bool any = dependency.filter.empty();
    dependency.nodes = [names, filter, any, presence_of](const std::string& node) {
      const bool named = names.empty() || names.contains(node);
      return named && (any || (filter && holds(*filter, presence_of(node))));
    };
  }
  return dependencies;
}

bool breaks_children(const ServiceState& service)
{
  const bool bad = service.state == CheckState::critical || service.state == CheckState::unknown;
  return service.last_result && service.hard && bad;
}

std::vector<Subject> Dependencies::parents_of(const Subject& child) const
{
  std::vector<Subject> parents;
  if (!child.check.empty()) {
    parents.push_back({child.node, {}});
  }
  for (const auto& dependency : dependencies_) {
    if (!is_about(dependency, child)) {
      continue;
    }
    const auto& node = dependency.parent_node.empty() ? child.node : dependency.parent_node;
    Subject parent{node, dependency.parent_check};
    if (parent != child && !contains(parents, parent)) {
      parents.push_back(std::move(parent));
    }
  }
  return parents;
}

// The nearest first.
std::vector<Subject> Dependencies::ancestors_of(const Subject& child) const
{
  auto ancestors = parents_of(child);
  for (std::size_t next = 0; next < ancestors.size() && ancestors.size() < most_ancestors; ++next) {
    for (auto& parent : parents_of(ancestors[next])) {
      if (!contains(ancestors, parent)) {
        ancestors.push_back(std::move(parent));
      }
    }
  }
  return ancestors;
}

std::optional<Subject> Dependencies::broken_parent(const Subject& child, const IsBroken& is_broken) const
{
  for (auto& ancestor : ancestors_of(child)) {
    if (ancestor != child && is_broken(ancestor) && !contains(ancestors_of(ancestor), child)) {
      return std::move(ancestor);
    }
  }
  return {};
}

void Dependencies::mark(Event& event, const IsBroken& is_broken) const
{
  if (is_bad(event) && broken_parent({event.node, event.check}, is_broken)) {
    event.silence.unreachable = true;
  }
}

}  // namespace muster::collector
