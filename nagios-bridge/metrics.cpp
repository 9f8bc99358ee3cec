// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/metrics.hpp"

#include <fmt/format.h>

namespace muster::bridge {

namespace {

std::string label(std::string_view value)
{
  std::string text;
  for (const char letter : value) {
    text += letter == '"' || letter == '\\' ? "\\" : "";
    text += letter;
  }
  return text;
}

void family(std::string& text, std::string_view name, std::string_view type, std::string_view help)
{
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

template <typename Number>
void one(std::string& text, std::string_view name, std::string_view type, std::string_view help, Number value)
{
  family(text, name, type, help);
  text += fmt::format("{} {}\n", name, value);
}

template <typename Value>
void each(
    std::string& text,
    const BridgeHealth& health,
    std::string_view name,
    std::string_view type,
    std::string_view help,
    Value value)
{
  family(text, name, type, help);
  for (const auto& sink : health.sinks) {
    text += fmt::format(
        "{}{{sink=\"{}\",kind=\"{}\"}} {}\n", name, label(sink.name), label(sink.kind), value(sink));
  }
}

std::int64_t in_seconds(Time time)
{
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void add_queue(std::string& text, const BridgeHealth& health)
{
  one(text,
      "muster_bridge_queue_items",
      "gauge",
      "Items that some monitor is still to be told",
      health.depth);
  one(text, "muster_bridge_queue_bytes", "gauge", "What they take on the disk", health.bytes);
  one(text, "muster_bridge_queue_limit_bytes", "gauge", "Where nothing more is taken", health.limit);
  one(text,
      "muster_bridge_queue_full",
      "gauge",
      "1 while nothing is taken for want of room",
      health.full ? 1 : 0);
  one(text, "muster_bridge_stores", "gauge", "0 while nothing can be stored", health.problem.empty() ? 1 : 0);
  const auto oldest = health.oldest ? in_seconds(health.now) - in_seconds(*health.oldest) : 0;
  one(text, "muster_bridge_queue_oldest_seconds", "gauge", "How long the oldest item has waited", oldest);
}

void add_intake(std::string& text, const BridgeHealth& health)
{
  one(text,
      "muster_bridge_connected",
      "gauge",
      "1 while there is a connection to a broker",
      health.connected ? 1 : 0);
  one(text, "muster_bridge_nodes", "gauge", "Nodes that are known", health.nodes);
  one(text, "muster_bridge_nodes_behind", "gauge", "Nodes whose results have not all come", health.behind);
  one(text, "muster_bridge_results_total", "counter", "Results taken as they were published", health.taken);
  one(text,
      "muster_bridge_replayed_results_total",
      "counter",
      "Results that nodes had to be asked for",
      health.replayed);
  one(text, "muster_bridge_gaps_total", "counter", "Gaps that no node could fill", health.gaps);
  one(text,
      "muster_bridge_rejected_messages_total",
      "counter",
      "Messages that broke the protocol",
      health.rejected);
  one(text,
      "muster_bridge_dead_letters",
      "gauge",
      "Services that a monitor did not take",
      health.letters.open);
  one(text,
      "muster_bridge_nodes_with_gaps",
      "gauge",
      "Nodes of which results are missing for good",
      health.letters.gaps);
}

void add_sinks(std::string& text, const BridgeHealth& health)
{
  each(
      text,
      health,
      "muster_bridge_sink_working",
      "gauge",
      "1 while the monitor takes results",
      [](const auto& sink) { return sink.state.working ? 1 : 0; });
  each(
      text,
      health,
      "muster_bridge_sink_waiting_items",
      "gauge",
      "Items that are not safe with it",
      [](const auto& sink) { return sink.waiting; });
  each(
      text,
      health,
      "muster_bridge_sink_delivered_total",
      "counter",
      "Results it was told",
      [](const auto& sink) { return sink.state.delivered; });
  each(
      text,
      health,
      "muster_bridge_sink_repeated_total",
      "counter",
      "Results it was told again",
      [](const auto& sink) { return sink.state.repeated; });
  each(
      text,
      health,
      "muster_bridge_sink_buried_total",
      "counter",
      "Results it did not take",
      [](const auto& sink) { return sink.state.buried; });
  each(
      text,
      health,
      "muster_bridge_sink_restarts_total",
      "counter",
      "Restarts of the monitor",
      [](const auto& sink) { return sink.state.restarts; });
}

}  // namespace

std::string metrics_text(const BridgeHealth& health)
{
  std::string text;
  family(text, "muster_bridge_info", "gauge", "The bridge");
  text +=
      fmt::format("muster_bridge_info{{name=\"{}\",version=\"{}\"}} 1\n", label(health.name), MUSTER_VERSION);
  one(text,
      "muster_bridge_state",
      "gauge",
      "Its check of itself: 0 OK, 1 WARNING, 2 CRITICAL",
      static_cast<int>(health.state));
  one(text, "muster_bridge_start_time_seconds", "gauge", "When it was started", in_seconds(health.started));
  one(text, "muster_bridge_written_time_seconds", "gauge", "When this was written", in_seconds(health.now));
  add_queue(text, health);
  add_intake(text, health);
  add_sinks(text, health);
  return text;
}

}  // namespace muster::bridge
