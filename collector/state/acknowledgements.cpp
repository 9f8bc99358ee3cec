// SPDX-License-Identifier: Apache-2.0
#include "collector/state/acknowledgements.hpp"

#include <iterator>

namespace muster::collector {

namespace {

Event acknowledgement_event(
    EventKind kind, const Acknowledgement& acknowledgement, Time time, std::string message)
{
  Event event;
  event.kind = kind;
  event.node = acknowledgement.node;
  event.check = acknowledgement.check;
  event.time = time;
  event.message = std::move(message);
  return event;
}

// Why it does not hold any more; empty: it holds.
std::string ended_by(const Event& event, const Acknowledgement& acknowledgement)
{
  if (event.kind == EventKind::node_back) {
    return "the node is back";
  }
  if (event.kind != EventKind::state || !event.to) {
    return {};
  }
  if (*event.to == CheckState::ok) {
    return "the check is OK again";
  }
  const bool another = !acknowledgement.sticky && *event.to != acknowledgement.state;
  return another ? "the state has changed to " + std::string{to_string(*event.to)} : "";
}

}  // namespace

Expected<void> Acknowledgements::may_add(const Acknowledgement& acknowledgement)
{
  if (!acknowledgement.check.empty() && acknowledgement.state == CheckState::ok) {
    return failure(
        ErrorCode::invalid_input,
        acknowledgement.check + " of " + acknowledgement.node + " is OK: nothing to acknowledge");
  }
  if (acknowledgement.expires && *acknowledgement.expires <= acknowledgement.set) {
    return failure(ErrorCode::invalid_input, "the acknowledgement would expire before it begins");
  }
  return {};
}

Expected<Event> Acknowledgements::add(Acknowledgement acknowledgement)
{
  if (auto may = may_add(acknowledgement); !may) {
    return tl::unexpected{may.error()};
  }
  auto event = acknowledgement_event(
      EventKind::acknowledgement_set,
      acknowledgement,
      acknowledgement.set,
      acknowledgement.caller + ": " + acknowledgement.comment);
  restore(std::move(acknowledgement));
  return event;
}

void Acknowledgements::restore(Acknowledgement acknowledgement)
{
  Key key{acknowledgement.node, acknowledgement.check};
  acknowledgements_.insert_or_assign(std::move(key), std::move(acknowledgement));
}

Expected<void> Acknowledgements::may_remove(const std::string& node, const std::string& check) const
{
  if (of(node, check) != nullptr) {
    return {};
  }
  return failure(
      ErrorCode::not_found, "nobody has acknowledged " + (check.empty() ? node : check + " of " + node));
}

Expected<Event> Acknowledgements::remove(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  if (auto may = may_remove(node, check); !may) {
    return tl::unexpected{may.error()};
  }
  const auto found = acknowledgements_.find({node, check});
  auto event =
      acknowledgement_event(EventKind::acknowledgement_end, found->second, now, "removed by " + caller);
  acknowledgements_.erase(found);
  return event;
}

std::vector<Event> Acknowledgements::on_event(const Event& event)
{
  const auto found = acknowledgements_.find({event.node, event.check});
  if (found == acknowledgements_.end()) {
    return {};
  }
  auto why = ended_by(event, found->second);
  if (why.empty()) {
    return {};
  }
  std::vector<Event> events;
  events.push_back(
      acknowledgement_event(EventKind::acknowledgement_end, found->second, event.time, std::move(why)));
  events.back().replayed = event.replayed;
  acknowledgements_.erase(found);
  return events;
}

std::vector<Event> Acknowledgements::take_time(Time now)
{
  std::vector<Event> events;
  for (auto entry = acknowledgements_.begin(); entry != acknowledgements_.end();) {
    const auto& acknowledgement = entry->second;
    const bool over = acknowledgement.expires && *acknowledgement.expires <= now;
    if (over) {
      events.push_back(acknowledgement_event(
          EventKind::acknowledgement_end, acknowledgement, *acknowledgement.expires, "it has expired"));
    }
    entry = over ? acknowledgements_.erase(entry) : std::next(entry);
  }
  return events;
}

const Acknowledgement* Acknowledgements::of(const std::string& node, const std::string& check) const
{
  const auto found = acknowledgements_.find({node, check});
  return found == acknowledgements_.end() ? nullptr : &found->second;
}

}  // namespace muster::collector
