// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/output/json_report.hpp"
#include "cli/output/json_text.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;
namespace json = boost::json;

JsonContext context(int exit_status)
{
  return {"k3x9", exit_status, Zone::utc};
}

}  // namespace

TEST(JsonOutput, OfNrpeHasTheFateOfEveryNodeOnALineOfItsOwn)
{
  auto report = report_of(
      {done("web1", {run("check_disks", CheckState::critical, "DISK CRITICAL")}),
       lost("web2"),
       refused("web3", protocol::Refusal::busy, "64 checks are waiting"),
       gone("web7", 50h)});

  EXPECT_EQ(nrpe_json(report, make_nrpe_view(report, {"check_disks"}), context(2)), R"({
  "command": "nrpe",
  "request_id": "k3x9",
  "exit_status": 2,
  "stats": {"started": "2026-11-22T19:16:31.000+00:00", "discovery_ms": 12.34, "total_ms": 439.98, "known": 4, "gone": 1, "asked": 3, "done": 1, "not_meant": 0, "refused": 1, "late": 0, "lost": 1, "expected": 3, "interrupted": false, "duplicates": 0, "rejected": 0},
  "no_response": [
    "web2",
    "web7"
  ],
  "counts": {"OK": 0, "WARNING": 0, "CRITICAL": 1, "UNKNOWN": 2},
  "checks": [
    {"check": "check_disks", "counts": {"OK": 0, "WARNING": 0, "CRITICAL": 1, "UNKNOWN": 2}}
  ],
  "nodes": [
    {"name": "web1", "fate": "done", "round_trip_ms": 85.28, "clock_offset_ms": 0, "status": 0, "results": [{"check": "check_disks", "state": "CRITICAL", "exit_code": 2, "summary": "DISK CRITICAL", "details": "", "perfdata": "", "started": "2026-11-22T19:16:31.000+00:00", "finished": "2026-11-22T19:16:31.012+00:00", "run_time_ms": 12}]},
    {"name": "web2", "fate": "lost", "note": "silent", "last_seen_seconds": 200},
    {"name": "web3", "fate": "refused", "round_trip_ms": 85.28, "clock_offset_ms": 0, "reason": "busy", "message": "64 checks are waiting"},
    {"name": "web7", "fate": "gone", "last_seen_seconds": 180000}
  ]
}
)");
}

TEST(JsonOutput, OfPingHasTheTimes)
{
  EXPECT_EQ(ping_json(report_of({answered("web1")}), context(0)), R"({
  "command": "ping",
  "request_id": "k3x9",
  "exit_status": 0,
  "stats": {"started": "2026-11-22T19:16:31.000+00:00", "discovery_ms": 12.34, "total_ms": 439.98, "known": 1, "gone": 0, "asked": 1, "done": 1, "not_meant": 0, "refused": 0, "late": 0, "lost": 0, "expected": 1, "interrupted": false, "duplicates": 0, "rejected": 0},
  "no_response": [],
  "nodes": [
    {"name": "web1", "fate": "done", "round_trip_ms": 85.28, "clock_offset_ms": 0, "status": 0}
  ]
}
)");
}

TEST(JsonOutput, OfFindHasTheNames)
{
  const auto parsed =
      json::parse(find_json(report_of({lost("web1"), answered("web2")}), FoundBy::presence, context(0)));

  EXPECT_EQ(parsed.at("found"), (json::array{"web1", "web2"}));
  EXPECT_EQ(parsed.at("no_response"), json::array{});
  EXPECT_EQ(parsed.at("nodes").at(0).at("fate"), "up") << "nobody asked it";
  EXPECT_EQ(parsed.at("stats").at("up"), 1);
  EXPECT_EQ(parsed.at("stats").at("asked"), 1);
  EXPECT_EQ(parsed.at("stats").at("lost"), 0);
}

TEST(JsonOutput, HasNoExpectedNumberWhenTheBrokerDoesNotTell)
{
  auto report = report_of({answered("web1")});
  report.roll_call_complete = false;

  EXPECT_TRUE(json::parse(ping_json(report, context(0))).at("stats").at("expected").is_null());
}

TEST(JsonText, EscapesWhatATerminalWouldObey)
{
  const json::value hostile(
      "\x1b[2J\x7f \r\b \xC2\x9B"
      "31m \xE2\x80\xAE \xE2\x80\xAC \xE2\x81\xA6 \xE2\x81\xA9 \xE2\x80\xA8 \xF3\xA0\x81\x81 \xEF\xBB\xBF");
  const auto text = json_text(hostile);

  EXPECT_EQ(
      text,
      "\"\\u001b[2J\\u007f \\u000d\\u0008 \\u009b31m \\u202e \\u202c \\u2066 \\u2069 \\u2028 \\udb40\\udc41 "
      "\\ufeff\""
      "\n");
  EXPECT_EQ(json::parse(text), hostile);
}

TEST(JsonText, KeepsQuotesLinesAndOtherScripts)
{
  const json::value value("\"a\\b\"\n\t\xC3\xA9 \xE6\x97\xA5");
  const auto text = json_text(value);

  EXPECT_EQ(text, "\"\\\"a\\\\b\\\"\\n\\t\xC3\xA9 \xE6\x97\xA5\"\n");
  EXPECT_EQ(json::parse(text), value);
}

TEST(JsonText, ReplacesBytesThatAreNoText)
{
  EXPECT_EQ(json_text(json::value("a\xFFz")), "\"a\xEF\xBF\xBDz\"\n");
}

TEST(JsonText, EscapesNamesOfMembersToo)
{
  json::object object;
  object["\x1b[0m"] = true;

  EXPECT_EQ(json_text(object), "{\n  \"\\u001b[0m\": true\n}\n");
}

TEST(JsonText, WritesEveryKindOfValue)
{
  const json::value value{nullptr, false, -1, 18446744073709551615U, 0.5, json::object{}, json::array{}};
  EXPECT_EQ(
      json_text(value), "[\n  null,\n  false,\n  -1,\n  18446744073709551615,\n  0.5,\n  {},\n  []\n]\n");
}

}  // namespace muster::cli
