// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "collector/state/event.hpp"

namespace muster::collector {

// What an alert is: another one, if any of these differs. Check empty: the node itself.
struct AlertName {
  std::string node;
  std::string check;
  CheckState state = CheckState::critical;

  bool operator<(const AlertName& other) const
  {
    return std::tie(node, check, state) < std::tie(other.node, other.check, other.state);
  }
};

// A problem that people were told of and that is not over. Its texts come from nodes and are hostile.
struct ActiveAlert {
  AlertName name;
  Time since;
  std::string summary;
  std::string care;  // who takes care of it, or why nobody needs to; empty: nobody does
};

// What an Alertmanager is to be told: each problem while it lasts, again and again, and its end. So it does
// it itself (Prometheus does the same): an alert that is not renewed is over at its endsAt, and an
// Alertmanager that was restarted has forgotten all alerts. What is to be told follows from what is and what
// was told: there is no queue, nothing is out of order, and nothing of it needs to be stored. Pure; one
// thread.
class AlertBook {
public:
  // An Alertmanager that was restarted knows everything again after this.
  static constexpr std::chrono::seconds renew_every{60};
  // A collector that dies leaves its alerts for so long: a restart, but not a weekend.
  static constexpr std::chrono::minutes ends_after{10};
  // In one request; each is about half a kilobyte.
  static constexpr std::size_t most_at_once = 500;

  struct Change {
    ActiveAlert alert;
    bool over = false;
  };

  // What is to be told now, given all that is active; at most `most_at_once`.
  [[nodiscard]] std::vector<Change> changes(const std::map<AlertName, ActiveAlert>& active, Time now) const;

  // They have arrived.
  void told(const std::vector<Change>& changes, Time now);

  // Alerts that the Alertmanager has, as far as is known.
  [[nodiscard]] std::size_t size() const { return told_.size(); }

private:
  struct Told {
    ActiveAlert alert;
    Time at;
  };

  [[nodiscard]] bool is_due(const ActiveAlert& alert, Time now) const;

  std::map<AlertName, Told> told_;
};

// The body of POST /api/v2/alerts: a JSON array of alerts with the labels alertname (the check, or "node"),
// instance (the node), severity and collector (prometheus/alertmanager, api/v2/openapi.yaml).
std::string alerts_json(
    const std::vector<AlertBook::Change>& changes, const std::string& collector, Time now);

}  // namespace muster::collector
