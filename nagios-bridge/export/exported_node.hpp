// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::bridge {

// Where a node belongs: by a fact that it announces, or by a class, for which `fact` is empty.
struct Membership {
  std::string fact;
  std::string value;

  auto operator<=>(const Membership&) const = default;
};

// What is known of one node, as far as the configuration of a monitor hangs on it. Each list is sorted and
// has nothing twice, so that the same fleet gives the same bytes.
struct ExportedNode {
  std::string name;
  std::vector<Membership> groups;
  std::vector<std::string> checks;

  bool operator==(const ExportedNode&) const = default;
};

// How often checks are run, by name, and under "" those without an entry of their own; learned from a
// collector's schedules, if there is one.
using Intervals = std::map<std::string, std::chrono::seconds, std::less<>>;

// Every file that we write begins with this line, and no other file is touched.
inline constexpr std::string_view export_marker =
    "# Written by nagios-bridge export, which will write over it. What has another first line is left alone.";

// The first two lines of a node's file: the marker, and the node as JSON. A node that does not answer keeps
// what was written of it, and this is where it is read from.
std::string written_node(const ExportedNode& node);

// The node that a file of ours is about; absent if it is none.
std::optional<ExportedNode> read_written_node(std::string_view file);

// The same for what the schedules told: a collector that is away for a while changes nothing. The file that
// they stand in is that of the templates.
std::string written_intervals(const Intervals& intervals);
std::optional<Intervals> read_written_intervals(std::string_view file);

// Whether a file's first line says that it is ours.
bool is_ours(std::string_view file);

// Sorts, and takes out what is there twice.
void put_in_order(ExportedNode& node);

}  // namespace muster::bridge
