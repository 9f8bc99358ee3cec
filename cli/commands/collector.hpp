// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"

// The commands that ask the collector: what is wrong now, how it got there, and what people say to it. Each
// returns the exit status.
namespace muster::cli {

// What all of them take.
struct CollectorArguments {
  std::string collector;  // --collector; empty: the one that asks the fleet, and all for what they are told
};

struct StatusArguments {
  std::string check;
  bool all = false;
};

struct HistoryArguments {
  std::string node;
  std::string check;
  std::uint64_t most = 40;
  std::string last;  // empty: events of whatever age, and a strip of 24h
};

struct GraphArguments {
  std::string node;  // with --fleet and --states: the check
  std::string check;
  bool fleet = false;
  bool states = false;
  std::string last = "24h";
  // With --fleet this value, instead of how long the check takes. Of a node the values of its unit; empty: on
  // the terminal all, in a file those of the unit of the first.
  std::string label;
  std::string output;  // FILE.svg or FILE.png; empty: a chart on the terminal
  bool dark = false;
};

struct AcknowledgeArguments {
  std::string node;
  std::string check;  // empty: that the node is gone
  std::string comment;
  bool sticky = false;
  std::string expires;  // "2h"; empty: never
};

struct DowntimeArguments {
  std::vector<std::string> checks;
  std::string comment;
  std::string in;  // begins so much later; empty: now
  std::string length = "2h";
  std::string flexible;  // "30m"; empty: fixed
};

int run_status(
    const FleetArguments& arguments, const CollectorArguments& collector, const StatusArguments& status);
int run_history(
    const FleetArguments& arguments, const CollectorArguments& collector, const HistoryArguments& history);
int run_graph(
    const FleetArguments& arguments, const CollectorArguments& collector, const GraphArguments& graph);
int run_acknowledge(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const AcknowledgeArguments& acknowledge);
int run_unacknowledge(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const AcknowledgeArguments& acknowledge);
int run_downtime_add(
    const FleetArguments& arguments, const CollectorArguments& collector, const DowntimeArguments& downtime);
int run_downtime_list(const FleetArguments& arguments, const CollectorArguments& collector);
int run_downtime_remove(
    const FleetArguments& arguments, const CollectorArguments& collector, const std::string& id);
// Of nodes by name: the check that they do not have any more.
int run_forget_check(
    const FleetArguments& arguments,
    const CollectorArguments& collector,
    const std::vector<std::string>& nodes,
    const std::string& check);
int run_schedule_list(const FleetArguments& arguments, const CollectorArguments& collector);
int run_schedule_run(
    const FleetArguments& arguments, const CollectorArguments& collector, const std::string& name);

}  // namespace muster::cli
