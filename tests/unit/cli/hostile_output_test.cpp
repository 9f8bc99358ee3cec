// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "cli/output/find_report.hpp"
#include "cli/output/json_report.hpp"
#include "cli/output/nrpe_report.hpp"
#include "cli/output/ping_report.hpp"
#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

// A title of the window, a CSI in one byte of C1, an override of direction, a return to the start of the
// line, a backspace, a line separator, half a character.
const std::string hostile =
    "\x1b]0;pwned\x07 \xC2\x9B"
    "2J \xE2\x80\xAE \r\b \xE2\x80\xA8 \xC3";

// Every place that a node can put text into.
FleetReport hostile_fleet()
{
  auto bad_run = run(hostile, CheckState::critical, hostile);
  bad_run.details = hostile + "\n" + hostile;
  bad_run.perfdata = hostile;
  auto bad = done("a" + hostile, {bad_run});
  bad.presence->health = {hostile};
  bad.clock_offset = 1h;
  auto failed = answered("b" + hostile);
  failed.answer->status = 5;
  failed.answer->message = hostile;
  auto silent = lost("c" + hostile);
  silent.note = hostile;
  auto late = node("d" + hostile, Fate::late);
  auto report = report_of(
      {bad,
       failed,
       silent,
       late,
       refused("e" + hostile, protocol::Refusal::policy, hostile),
       gone("f" + hostile, 1h)});
  report.rejected = 1;
  report.rejections = {hostile};
  return report;
}

// The same from so many nodes that they stand together.
FleetReport hostile_crowd()
{
  std::vector<NodeAccount> nodes;
  for (const auto* name : {"a", "b", "c"}) {
    auto bad_run = run("check", CheckState::critical, hostile);
    bad_run.details = hostile;
    nodes.push_back(done(name + hostile, {bad_run}));
    nodes.push_back(refused(name + hostile, protocol::Refusal::policy, hostile));
  }
  return report_of(nodes);
}

void expect_harmless(std::string_view text)
{
  ASSERT_FALSE(text.empty());
  for (auto rest = text; !rest.empty();) {
    const auto step = next_code_point(rest);
    ASSERT_TRUE(step.valid);
    ASSERT_TRUE(step.code_point == '\n' || !is_treacherous(step.code_point))
        << static_cast<unsigned>(step.code_point) << " in " << printable(text, true);
    rest.remove_prefix(step.bytes);
  }
}

void expect_no_trailing_blanks(const std::string& text)
{
  EXPECT_EQ(text.find(" \n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\t\n"), std::string::npos) << text;
}

}  // namespace

TEST(HostileOutput, CannotReachTheTerminalThroughNrpe)
{
  const std::vector<std::string> some{"check", hostile};
  for (const auto& report : {hostile_fleet(), hostile_crowd()}) {
    for (const auto& checks : {std::vector<std::string>{}, some, {hostile}}) {
      for (const auto& options : {plain(), verbose()}) {
        const auto text = nrpe_text(report, make_nrpe_view(report, checks), options);
        expect_harmless(text);
        expect_no_trailing_blanks(text);
      }
    }
  }
}

TEST(HostileOutput, CannotReachTheTerminalThroughPingAndFind)
{
  for (const auto& options : {plain(), verbose()}) {
    const auto report = hostile_fleet();
    expect_harmless(ping_text(report, options));
    expect_harmless(find_text(report, FoundBy::presence));
    expect_harmless(find_remarks(report, FoundBy::presence, verbose()));
  }
}

TEST(HostileOutput, CannotReachTheTerminalThroughJson)
{
  const auto report = hostile_fleet();
  expect_harmless(nrpe_json(report, make_nrpe_view(report, {}), {"id", 2, Zone::utc}));
  expect_harmless(ping_json(report, {"id", 2, Zone::utc}));
  expect_harmless(find_json(report, FoundBy::presence, {"id", 2, Zone::utc}));
}

TEST(HostileOutput, IsShownAsItsEscapes)
{
  const auto report = hostile_fleet();
  const auto text = nrpe_text(report, make_nrpe_view(report, {hostile}), plain());

  EXPECT_NE(text.find(R"(\x1b]0;pwned\x07 \x9b2J \u202e \r\x08 \u2028)"), std::string::npos) << text;
}

}  // namespace muster::cli
