// SPDX-License-Identifier: Apache-2.0
#include "tests/support_web/fake_board.hpp"

#include <algorithm>
#include <stdexcept>

namespace muster::test {

using namespace collector;

ShownService& FakeBoard::service(const std::string& node, const std::string& check)
{
  auto* found = find(node, check);
  if (found == nullptr) {
    throw std::runtime_error{"the fake board has no " + node + " " + check};
  }
  return *found;
}

ShownService* FakeBoard::find(const std::string& node, const std::string& check)
{
  const auto found = std::find_if(services_held.begin(), services_held.end(), [&](const auto& service) {
    return service.node == node && service.check == check;
  });
  return found == services_held.end() ? nullptr : &*found;
}

void FakeBoard::tell(const StoredEvent& event)
{
  events_held.insert(events_held.begin(), event);
  if (listener_) {
    listener_(event);
  }
}

FleetCounts FakeBoard::counts() const
{
  ++times_counted;
  FleetCounts counts;
  for (const auto& service : services_held) {
    ++counts.services.at(static_cast<std::size_t>(service.state));
    if (service.needs_somebody()) {
      ++counts.need_somebody.at(static_cast<std::size_t>(service.state));
    }
  }
  for (const auto& node : nodes_held) {
    ++(node.status == "up"        ? counts.up
       : node.status == "stopped" ? counts.stopped
       : node.status == "unseen"  ? counts.unseen
                                  : counts.gone);
    counts.nodes_need_somebody += node.needs_somebody() ? 1U : 0U;
  }
  return counts;
}

bool FakeBoard::matches(const CompiledFilter& filter, const std::string& node) const
{
  static const Known nothing;
  const auto found = known.find(node);
  const auto& about = found == known.end() ? nothing : found->second;
  return filter.matches({node, about.facts, about.classes, {}});
}

Expected<ShownServices> FakeBoard::services(const ServiceQuery& query) const
{
  const auto filter = CompiledFilter::compile(query.filter);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  ShownServices shown;
  for (const auto& service : services_held) {
    const bool asked = (query.node.empty() || query.node == service.node) &&
                       (query.check.empty() || query.check == service.check) &&
                       (query.all || service.state != CheckState::ok) && matches(*filter, service.node);
    if (asked && shown.services.size() < query.most) {
      shown.services.push_back(service);
    } else if (asked) {
      ++shown.left_out;
    }
  }
  std::stable_sort(shown.services.begin(), shown.services.end(), [](const auto& left, const auto& right) {
    return severity(left.state) != severity(right.state) ? severity(left.state) > severity(right.state)
                                                         : left.since > right.since;
  });
  return shown;
}

Expected<std::vector<ShownNode>> FakeBoard::nodes(const Filter& wanted) const
{
  const auto filter = CompiledFilter::compile(wanted);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  std::vector<ShownNode> found;
  std::copy_if(nodes_held.begin(), nodes_held.end(), std::back_inserter(found), [&](const auto& node) {
    return matches(*filter, node.name);
  });
  return found;
}

Expected<std::vector<StoredEvent>> FakeBoard::events(
    const std::string& node, const std::string& check, std::size_t most)
{
  std::vector<StoredEvent> found;
  for (const auto& event : events_held) {
    const bool asked = (node.empty() || event.node == node) && (check.empty() || event.service == check);
    if (asked && found.size() < most) {
      found.push_back(event);
    }
  }
  return found;
}

Expected<std::vector<StripPart>> FakeBoard::strip(
    const std::string& node, const std::string& check, Time from, Time until)
{
  if (find(node, check) == nullptr) {
    return failure(ErrorCode::not_found, "nothing is known of it");
  }
  if (strip_held.empty()) {
    return std::vector<StripPart>{{from, until, std::nullopt}};
  }
  return strip_held;
}

void FakeBoard::draw(const GraphQuery& query, std::function<void(Expected<std::string>)> done_drawing)
{
  drawn.push_back(query);
  if (draws_later) {
    drawings.push_back(std::move(done_drawing));
  } else if (picture.empty()) {
    done_drawing(failure(ErrorCode::not_found, "there is no history of it"));
  } else {
    done_drawing(picture);
  }
}

Expected<void> FakeBoard::may_act_on(const Targets& targets)
{
  for (const auto& [node, check] : targets) {
    if (find(node, check) == nullptr) {
      return failure(ErrorCode::not_found, "nothing is known of " + check + " of " + node);
    }
  }
  ++stores;
  return can_store;
}

Expected<void> FakeBoard::acknowledge(
    const Targets& targets, const ShownAcknowledgement& acknowledgement, Tell tell)
{
  told.push_back(tell);
  if (auto may = may_act_on(targets); !may) {
    return may;
  }
  for (const auto& [node, check] : targets) {
    service(node, check).acknowledgement = acknowledgement;
    done.push_back(
        "acknowledge " + node + " " + check + " " + acknowledgement.caller + ": " + acknowledgement.comment);
  }
  return {};
}

Expected<void> FakeBoard::unacknowledge(const Targets& targets, const std::string& caller, Tell tell)
{
  told.push_back(tell);
  if (auto may = may_act_on(targets); !may) {
    return may;
  }
  for (const auto& [node, check] : targets) {
    service(node, check).acknowledgement.reset();
    done.push_back("unacknowledge " + node + " " + check + " " + caller);
  }
  return {};
}

Expected<std::vector<std::string>> FakeBoard::add_downtimes(
    const std::vector<ShownDowntime>& downtimes, Tell tell)
{
  told.push_back(tell);
  ++stores;
  if (!can_store) {
    return tl::unexpected{can_store.error()};
  }
  std::vector<std::string> ids;
  for (const auto& downtime : downtimes) {
    auto& added = downtimes_held.emplace_back(downtime);
    added.id = "d" + std::to_string(downtimes_held.size());
    ids.push_back(added.id);
    done.push_back("downtime " + added.id + " " + added.caller + ": " + added.comment);
  }
  return ids;
}

Expected<std::size_t> FakeBoard::forget_check(
    const std::vector<std::string>& nodes, const std::string& check, const std::string& caller)
{
  const auto count = std::erase_if(services_held, [&](const auto& service) {
    return service.check == check && std::find(nodes.begin(), nodes.end(), service.node) != nodes.end();
  });
  done.push_back("forget " + check + " " + caller);
  return count;
}

Expected<void> FakeBoard::remove_downtime(const std::string& id, const std::string& caller, Tell tell)
{
  told.push_back(tell);
  if (std::erase_if(downtimes_held, [&](const auto& downtime) { return downtime.id == id; }) == 0) {
    return failure(ErrorCode::not_found, "there is no downtime " + id);
  }
  done.push_back("remove " + id + " " + caller);
  return {};
}

void FakeBoard::tell_others(std::function<void(std::vector<std::string>)> done_telling)
{
  if (tells_later) {
    waiting.push_back(std::move(done_telling));
  } else {
    done_telling(not_told);
  }
}

// Takes all but what is of a node that it does not know.
std::vector<Expected<void>> FakeBoard::take_told(const std::vector<ToldCare>& told_by_another)
{
  std::vector<Expected<void>> results;
  for (const auto& one : told_by_another) {
    done.push_back("told " + spoken(one.key) + " " + one.act.by);
    results.push_back(
        one.key.id.starts_with("nobody") ? failure(ErrorCode::not_found, "nothing is known of it")
                                         : Expected<void>{});
  }
  return results;
}

ShownService shown_service(const std::string& node, const std::string& check, CheckState state, Time now)
{
  ShownService service;
  service.node = node;
  service.check = check;
  service.state = state;
  service.since = now - std::chrono::minutes{1};
  service.last_result = now - std::chrono::seconds{5};
  service.run_time = std::chrono::milliseconds{12};
  service.summary = std::string{to_string(state)} + " - " + check;
  return service;
}

ShownNode shown_node(const std::string& name, const std::string& status, Time now)
{
  ShownNode node;
  node.name = name;
  node.status = status;
  node.since = now - std::chrono::hours{3};
  node.version = "0.1.0";
  return node;
}

}  // namespace muster::test
