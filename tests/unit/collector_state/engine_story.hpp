// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/state/state_engine.hpp"
#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

// A collector that is connected since 0 s, what it hears, and what it tells.
class EngineStory {
public:
  using Told = std::vector<std::string>;

  explicit EngineStory(EngineRules given = quiet_rules()) : engine{std::move(given)}
  {
    add(engine.connected(at(clock)));
  }

  static Time at(std::chrono::seconds time) { return ServiceStory::at(time); }

  // Three attempts, no flapping, and nothing is ever overdue.
  static EngineRules quiet_rules()
  {
    EngineRules rules;
    rules.rules_for = [](const std::string&, const std::string&) { return quiet_service_rules(); };
    return rules;
  }

  static ServiceRules quiet_service_rules()
  {
    ServiceRules rules;
    rules.flapping.enabled = false;
    return rules;
  }

  static EngineRules rules_with(const ServiceRules& service)
  {
    EngineRules rules;
    rules.rules_for = [service](const std::string&, const std::string&) { return service; };
    return rules;
  }

  // A result for each letter, as in ServiceStory, one a minute.
  void results(const std::string& node, const std::string& check, std::string_view letters)
  {
    for (const char letter : letters) {
      pass(std::chrono::minutes{1});
      result(node, check, letter);
    }
  }

  void result(const std::string& node, const std::string& check, char letter)
  {
    take(node, check, ServiceStory::result(ServiceStory::state_of(letter), clock));
  }

  void take(const std::string& node, const std::string& check, const Observation& observation)
  {
    add(engine.take_result(node, check, observation));
  }

  void says(const std::string& node, Sighting::Says what, MassLoss::Attributes attributes = {})
  {
    add(engine.take_sighting(node, {what, at(clock), at(clock)}, std::move(attributes)));
  }

  void up(const std::string& node, MassLoss::Attributes attributes = {})
  {
    says(node, Sighting::Says::up, std::move(attributes));
  }

  void gone(const std::string& node) { says(node, Sighting::Says::gone); }

  // Alice says that she takes care of it.
  void acknowledge(const std::string& node, const std::string& check, bool sticky = false)
  {
    Acknowledgement acknowledgement;
    acknowledgement.node = node;
    acknowledgement.check = check;
    acknowledgement.caller = "alice@ops1";
    acknowledgement.comment = "on it";
    acknowledgement.set = at(clock);
    acknowledgement.sticky = sticky;
    add(engine.acknowledge(std::move(acknowledgement)));
  }

  // Time is looked at each second.
  void pass(std::chrono::seconds duration)
  {
    const auto until = clock + duration;
    while (clock < until) {
      ++clock;
      add(engine.take_time(at(clock)));
    }
  }

  void add(std::vector<Event> more)
  {
    for (auto& event : more) {
      told.push_back(words(event));
      events.push_back(std::move(event));
    }
  }

  void add(Expected<std::vector<Event>> more)
  {
    if (more) {
      add(std::move(*more));
    } else {
      told.push_back("refused: " + more.error().message);
    }
  }

  // "web1/disk C3!", "web1 node_gone", "nodes_lost 1000", behind it why it is silent: "(downtime)".
  static std::string words(const Event& event)
  {
    std::string text = event.node;
    text += event.check.empty() ? "" : "/" + event.check;
    text += text.empty() ? "" : " ";
    text += ServiceStory::word(event);
    text += event.nodes.empty() ? "" : " " + std::to_string(event.nodes.size());
    text += event.silence.flapping ? " (flapping)" : "";
    text += event.silence.downtime ? " (downtime)" : "";
    text += event.silence.acknowledged ? " (acknowledged)" : "";
    text += event.silence.unreachable ? " (unreachable)" : "";
    text += event.replayed ? " (replayed)" : "";
    return text;
  }

  // What was told since the last call.
  Told news() { return std::exchange(told, {}); }

  std::chrono::seconds clock{0};
  StateEngine engine;
  Told told;
  std::vector<Event> events;
};

}  // namespace muster::collector
