// SPDX-License-Identifier: Apache-2.0
#include "collector/board/absence.hpp"

#include <gtest/gtest.h>

#include "collector/board/state_strip.hpp"
#include "tests/unit/collector/strip_text.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::change;
using test::shown;

StoredEvent of_node(
    std::chrono::milliseconds time, const std::string& kind, std::vector<std::string> nodes = {})
{
  StoredEvent event;
  event.time = at(time);
  event.kind = kind;
  event.node = nodes.empty() ? "web1" : "";
  event.nodes = std::move(nodes);
  return event;
}

std::string strip_with(
    const std::vector<StoredEvent>& of_checks,
    const std::vector<StoredEvent>& of_nodes,
    std::optional<Time> absent_since = {})
{
  const auto absences = absences_of(of_nodes, "web1", absent_since, at(0ms), at(100ms));
  return shown(
      without_absences(strip_of(of_checks, CheckState::ok, at(0ms), at(100ms)), absences, of_checks));
}

TEST(Absence, KnowsNothingWhileTheNodeWasAway)
{
  EXPECT_EQ(
      strip_with({}, {of_node(20ms, "node_gone"), of_node(40ms, "node_back")}),
      "0-20 OK, 20-40 ?, 40-100 OK");
  EXPECT_EQ(strip_with({}, {of_node(40ms, "node_back")}), "0-40 ?, 40-100 OK") << "it went before";
  EXPECT_EQ(strip_with({}, {of_node(70ms, "node_gone")}, at(70ms)), "0-70 OK, 70-100 ?") << "it is away";
  EXPECT_EQ(strip_with({}, {}, at(60ms)), "0-60 OK, 60-100 ?") << "of which no event tells yet";
  EXPECT_EQ(strip_with({}, {}, at(-60ms)), "0-100 ?") << "for long";
}

TEST(Absence, KnowsOfAbsencesOfManyWhetherThisNodeIsMeant)
{
  EXPECT_EQ(
      strip_with({}, {of_node(20ms, "nodes_lost", {"db1", "web1"}), of_node(40ms, "nodes_back", {"web1"})}),
      "0-20 OK, 20-40 ?, 40-100 OK");
  EXPECT_EQ(
      strip_with({}, {of_node(20ms, "nodes_lost", {"db1"}), of_node(40ms, "nodes_back", {"db1"})}),
      "0-100 OK");
}

TEST(Absence, KnowsAgainWhatAResultSaysOfTheTimeThatTheNodeWasAway)
{
  EXPECT_EQ(
      strip_with(
          {change(-50ms, std::nullopt, CheckState::ok), change(30ms, CheckState::ok, CheckState::critical)},
          {of_node(20ms, "node_gone"), of_node(40ms, "node_back")}),
      "0-20 OK, 20-30 ?, 30-100 CRITICAL");
}

}  // namespace
}  // namespace muster::collector
