// SPDX-License-Identifier: Apache-2.0
#include "collector/alert_sender.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "collector/notify/delivery.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace asio = boost::asio;
namespace log = runtime::log;

namespace {

using Alerts = std::map<AlertName, ActiveAlert>;

bool wants_check(const Receiver& receiver, const std::string& check)
{
  const auto& checks = receiver.checks;
  return checks.empty() || std::find(checks.begin(), checks.end(), check) != checks.end();
}

// Who takes care of it, or why nobody needs to.
std::string care_of(const StateEngine& state, const std::string& node, const std::string& check, Time now)
{
  if (const auto* acknowledgement = state.acknowledgements().of(node, check)) {
    return "acknowledged by " + acknowledgement->caller + ": " + acknowledgement->comment;
  }
  const auto* downtime = state.downtimes().covering(node, check, now);
  return downtime == nullptr ? std::string{}
                             : "in a downtime of " + downtime->caller + ": " + downtime->comment;
}

// Told, and not over. What it was when the collector saw it first was told to nobody.
bool is_lost(const KnownNode& node)
{
  const auto is_absent = [](NodeStatus status) {
    return status != NodeStatus::up && status != NodeStatus::unseen;
  };
  return is_absent(node.told) && is_absent(node.state.status) && node.state.last_up;
}

bool is_problem(const KnownService& service)
{
  const auto& state = service.state;
  return service.told != CheckState::ok && state.state != CheckState::ok &&
         state.hard_state != CheckState::ok;
}

std::string summary_of(const FleetBook& book, const std::string& node, const std::string& check, bool stale)
{
  const auto service = book.services().find({node, check});
  if (stale) {
    return "no result comes any more";
  }
  return service == book.services().end() ? std::string{} : service->second.last.summary;
}

void add_node(
    Alerts& alerts, const StateEngine& state, const std::string& name, const KnownNode& node, Time now)
{
  ActiveAlert alert;
  alert.name = {name, "", CheckState::critical};
  alert.since = node.state.since;
  alert.summary = name + " is " + std::string{to_string(node.state.status)};
  alert.care = care_of(state, name, "", now);
  alerts.emplace(alert.name, alert);
}

}  // namespace

Alerts active_alerts(const FleetBook& book, const Receiver& receiver, const NodeIsMeant& is_meant, Time now)
{
  const auto& state = book.state();
  const auto has = [&](CheckState one) { return receiver.states.at(static_cast<std::size_t>(one)); };
  Alerts alerts;
  for (const auto& [name, node] : state.nodes()) {
    if (is_lost(node.known) && wants_check(receiver, "") && has(CheckState::critical) && is_meant(name)) {
      add_node(alerts, state, name, node.known, now);
    }
    for (const auto& [check, service] : node.services) {
      const auto& known = service.known;
      if (!is_problem(known) || !has(known.told) || !wants_check(receiver, check) || !is_meant(name)) {
        continue;
      }
      ActiveAlert alert;
      alert.name = {name, check, known.told};  // worse, but silent, is no other alert
      alert.since = known.state.hard_since;
      alert.summary = summary_of(book, name, check, known.state.stale);
      alert.care = care_of(state, name, check, now);
      alerts.emplace(alert.name, alert);
    }
  }
  return alerts;
}

AlertSender::AlertSender(
    asio::any_io_executor executor,
    const FleetBook& book,
    std::string collector,
    Receiver receiver,
    NodeIsMeant is_meant)
    : executor_{std::move(executor)},
      fleet_{book},
      collector_{std::move(collector)},
      receiver_{std::move(receiver)},
      is_meant_{std::move(is_meant)},
      self_{std::make_shared<AlertSender*>(this)}
{}

void AlertSender::happened(Time now)
{
  look_at_ = std::min(look_at_, now + receiver_.group_wait);
}

void AlertSender::look(Time now)
{
  const bool is_time = now >= look_at_ || look_at_ - now > look_every;  // a clock that was set back
  if (under_way_ || !is_time || !trouble_.may_try(now)) {
    return;
  }
  look_at_ = now + look_every;
  auto changes = alerts_.changes(active_alerts(fleet_, receiver_, is_meant_, now), now);
  if (!changes.empty()) {
    post(std::move(changes), now);
  }
}

void AlertSender::post(std::vector<AlertBook::Change> changes, Time now)
{
  under_way_ = true;
  auto body = alerts_json(changes, collector_, now);
  asio::co_spawn(
      executor_,
      deliver_alerts(receiver_, std::move(body)),
      [self = self_, changes = std::move(changes)](const std::exception_ptr& broken, DeliveryResult result) {
        if (broken) {
          result = {DeliveryResult::Outcome::again, "the delivery broke off", std::nullopt};
        }
        if (*self != nullptr) {
          (*self)->ended(changes, result);
        }
      });
}

// What was refused is tried again, too: it may be one alert of many, and it changes.
void AlertSender::ended(const std::vector<AlertBook::Change>& changes, const DeliveryResult& result)
{
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const bool was_well = problem().empty();
  under_way_ = false;
  if (result.outcome != DeliveryResult::Outcome::delivered) {
    ++failed_;
    trouble_.failed(result, now);
    look_at_ = now;
    if (was_well) {
      log::warning(problem());
    }
    return;
  }
  ++delivered_;
  trouble_.delivered();
  alerts_.told(changes, now);
  if (!was_well) {
    log::info("notifications to " + receiver_.name + " are delivered again");
  }
  if (changes.size() == AlertBook::most_at_once) {
    look_at_ = now;  // there is more
  }
}

}  // namespace muster::collector
