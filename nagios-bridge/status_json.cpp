// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>

#include "libmuster/protocol/utc_text.hpp"
#include "nagios-bridge/status.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<Time>& time)
{
  return time ? json::value(protocol::utc_text(*time)) : json::value(nullptr);
}

// As every other number, so that what was made is read as what was written.
std::int64_t number(std::uint64_t value)
{
  return static_cast<std::int64_t>(value);
}

double to_tenths(double rate)
{
  constexpr double tenth = 10.0;
  return std::round(rate * tenth) / tenth;
}

json::object queue_json(const BridgeHealth& health)
{
  json::object queue;
  queue["waiting"] = health.depth;
  queue["bytes"] = number(health.bytes);
  queue["limit"] = number(health.limit);
  queue["oldest"] = time_or_null(health.oldest);
  queue["full"] = health.full;
  queue["half_full"] = health.room != Queue::Room::plenty;
  queue["problem"] = health.problem.empty() ? health.damage : health.problem;
  return queue;
}

json::object results_json(const BridgeHealth& health)
{
  json::object results;
  results["taken"] = number(health.taken);
  results["replayed"] = number(health.replayed);
  results["skipped"] = number(health.skipped);
  results["rejected"] = number(health.rejected);
  results["gaps"] = number(health.gaps);
  results["per_second"] = to_tenths(health.per_second);
  results["nodes"] = number(health.nodes);
  results["nodes_behind"] = number(health.behind);
  return results;
}

json::object sink_json(const SinkHealth& sink)
{
  json::object object;
  object["name"] = sink.name;
  object["kind"] = sink.kind;
  object["working"] = sink.state.working;
  object["trouble"] = sink.state.trouble;
  object["since"] = protocol::utc_text(sink.state.since);
  object["waiting"] = sink.waiting;
  object["delivered"] = number(sink.state.delivered);
  object["repeated"] = number(sink.state.repeated);
  object["buried"] = number(sink.state.buried);
  object["restarts"] = number(sink.state.restarts);
  object["per_second"] = to_tenths(sink.per_second);
  object["last"] = time_or_null(sink.state.last_time);
  return object;
}

json::object worker_json(const WorkerHealth& worker)
{
  json::object object;
  object["query_socket"] = worker.socket;
  object["registered"] = worker.registered;
  object["trouble"] = worker.trouble;
  object["running"] = number(worker.running);
  object["answered"] = number(worker.answered);
  return object;
}

json::object counts_json(const DeadLetters::Counts& counts)
{
  json::object letters;
  letters["open"] = counts.open;
  letters["mended"] = counts.mended;
  letters["gaps"] = counts.gaps;
  letters["left_out"] = counts.left_out;
  letters["last"] = time_or_null(counts.last);
  letters["last_gap"] = time_or_null(counts.last_gap);
  return letters;
}

json::object letter_json(const DeadLetter& letter)
{
  json::object object;
  object["sink"] = letter.is_gap() ? json::value(nullptr) : json::value(letter.sink);
  object["host"] = letter.host;
  object["service"] = letter.service;
  object["times"] = letter.times;
  object["first"] = protocol::utc_text(letter.first);
  object["last"] = protocol::utc_text(letter.last);
  object["reason"] = letter.reason;
  object["mended"] = letter.mended;
  object["node"] = letter.item.node;
  if (const auto* result = std::get_if<CheckResult>(&letter.item.what)) {
    object["check"] = result->check;
    object["state"] = static_cast<int>(result->state);
    object["summary"] = result->summary;
    object["finished"] = protocol::utc_text(std::chrono::floor<std::chrono::milliseconds>(result->finished));
  }
  return object;
}

}  // namespace

json::object status_json(const BridgeHealth& health)
{
  json::object status;
  status["name"] = health.name;
  status["written"] = protocol::utc_text(health.now);
  status["written_ms"] = protocol::to_json(health.now);
  status["stopped"] = health.stopped;
  status["started"] = protocol::utc_text(health.started);
  status["state"] = static_cast<int>(health.state);
  status["summary"] = health.summary;
  status["connected"] = health.connected;
  status["broker"] = health.broker;
  status["queue"] = queue_json(health);
  status["results"] = results_json(health);
  json::array sinks;
  for (const auto& sink : health.sinks) {
    sinks.push_back(sink_json(sink));
  }
  status["sinks"] = std::move(sinks);
  json::array workers;
  for (const auto& worker : health.workers) {
    workers.push_back(worker_json(worker));
  }
  status["nagios_workers"] = std::move(workers);
  status["dead_letters"] = counts_json(health.letters);
  return status;
}

json::object letters_json(const std::vector<DeadLetter>& letters)
{
  json::array list;
  for (const auto& letter : letters) {
    list.push_back(letter_json(letter));
  }
  json::object object;
  object["dead_letters"] = std::move(list);
  return object;
}

}  // namespace muster::bridge
