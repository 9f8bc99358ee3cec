// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/ask_fleet.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/node_name.hpp"
#include "nagios-bridge/export/fleet_answers.hpp"

namespace muster::bridge {

namespace {

// The first collector that is up; all of a group have the same schedules. Empty: none.
std::string collector_in(const fleet::FleetReport& report)
{
  const auto found =
      std::find_if(report.nodes.begin(), report.nodes.end(), [](const fleet::NodeAccount& service) {
        return is_collector_name(service.name) && service.fate != fleet::Fate::gone && service.presence &&
               service.presence->state == protocol::NodeState::up;
      });
  return found == report.nodes.end() ? std::string{} : found->name;
}

std::string find_collector(const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective.clear();
  question.roll_call_only = true;
  question.services = true;
  const auto report = client::ask(settings, std::move(question));
  return report ? collector_in(*report) : std::string{};
}

// Without a collector, and with one that does not let us know, the configuration says how often.
std::optional<Intervals> ask_for_intervals(const client::ClientSettings& settings)
{
  const auto collector = find_collector(settings);
  if (collector.empty()) {
    return std::nullopt;
  }
  fleet::Question question;
  question.nodes = {collector};
  question.agent = "collector";
  question.action = "schedules";
  question.wait = settings.wait;
  const auto report = client::ask(settings, std::move(question));
  const auto* node = report && report->nodes.size() == 1 ? report->nodes.data() : nullptr;
  if (node == nullptr || node->fate != fleet::Fate::done || node->answer->status != 0) {
    return std::nullopt;
  }
  return intervals_in(node->answer->data);
}

}  // namespace

Expected<AskedFleet> ask_fleet(const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective = settings.collective;
  question.agent = "nrpe";
  question.action = "listcommands";
  question.wait = settings.wait;
  auto report = client::ask(settings, std::move(question));
  if (!report) {
    return tl::make_unexpected(report.error());
  }
  return AskedFleet{std::move(*report), ask_for_intervals(settings)};
}

}  // namespace muster::bridge
