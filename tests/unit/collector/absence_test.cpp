// SPDX-License-Identifier: Apache-2.0
#include "collector/board/absence.hpp"

#include <gtest/gtest.h>

#include "collector/board/presence.hpp"
#include "collector/board/state_strip.hpp"
#include "tests/unit/collector/strip_text.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::change;
using test::shown;

StoredEvent of_node(std::chrono::milliseconds time, const std::string& kind)
{
  StoredEvent event;
  event.time = at(time);
  event.kind = kind;
  return event;
}

std::string strip_with(
    const std::vector<StoredEvent>& of_checks,
    const std::vector<StoredEvent>& of_nodes,
    const PresenceNow& now = {"up", at(-60ms)})
{
  const auto absences = absences_of(presences_of(of_nodes, now, at(0ms), at(100ms)));
  return shown(
      without_absences(strip_of(of_checks, CheckState::ok, at(0ms), at(100ms)), absences, of_checks));
}

TEST(Absence, KnowsNothingWhileTheNodeWasAway)
{
  EXPECT_EQ(
      strip_with({}, {of_node(20ms, "node_gone"), of_node(40ms, "node_back")}),
      "0-20 OK, 20-40 ?, 40-100 OK");
  EXPECT_EQ(strip_with({}, {of_node(40ms, "node_back")}), "0-40 ?, 40-100 OK") << "it went before";
  EXPECT_EQ(strip_with({}, {of_node(70ms, "node_gone")}, {"gone", at(70ms)}), "0-70 OK, 70-100 ?")
      << "it is away";
  EXPECT_EQ(strip_with({}, {}, {"gone", at(60ms)}), "0-60 OK, 60-100 ?") << "of which no event tells yet";
  EXPECT_EQ(strip_with({}, {of_node(30ms, "node_gone")}, {"up", at(60ms)}), "0-30 OK, 30-60 ?, 60-100 OK")
      << "nor that it is back";
  EXPECT_EQ(strip_with({}, {}, {"gone", at(-60ms)}), "0-100 ?") << "for long";
}

TEST(Absence, HidesWhateverTheStripOfTheNodeCallsAway)
{
  struct Case {
    const char* left;
    const char* back;
  };

  for (const auto& [left, back] :
       {Case{"nodes_lost", "nodes_back"},
        Case{"nodes_stopped", "node_back"},
        Case{"node_stopped", "nodes_back"}}) {
    EXPECT_EQ(strip_with({}, {of_node(20ms, left), of_node(40ms, back)}), "0-20 OK, 20-40 ?, 40-100 OK")
        << left;
  }
  EXPECT_EQ(
      strip_with({}, {of_node(20ms, "node_vanished"), of_node(40ms, "node_back")}), "0-40 ?, 40-100 OK");
  EXPECT_EQ(
      strip_with(
          {}, {of_node(20ms, "node_gone"), of_node(30ms, "node_forgotten"), of_node(50ms, "node_new")}),
      "0-20 OK, 20-30 ?, 30-100 OK")
      << "of one that is forgotten nobody says that it is away";
}

TEST(Absence, KnowsAgainWhatAResultSaysOfTheTimeThatTheNodeWasAway)
{
  EXPECT_EQ(
      strip_with(
          {change(-50ms, std::nullopt, CheckState::ok), change(30ms, CheckState::ok, CheckState::critical)},
          {of_node(20ms, "node_gone"), of_node(40ms, "node_back")}),
      "0-20 OK, 20-30 ?, 30-100 CRITICAL");
  EXPECT_EQ(
      strip_with(
          {change(-50ms, std::nullopt, CheckState::ok), change(30ms, CheckState::ok, CheckState::critical)},
          {of_node(20ms, "node_gone"), of_node(60ms, "node_vanished")},
          {"vanished", at(60ms)}),
      "0-20 OK, 20-30 ?, 30-100 CRITICAL")
      << "that it has vanished begins nothing anew";
  EXPECT_EQ(
      strip_with({change(-30ms, CheckState::ok, CheckState::critical)}, {}, {"gone", at(-60ms)}),
      "0-100 CRITICAL")
      << "of before what is asked about, too";
}

}  // namespace
}  // namespace muster::collector
