// SPDX-License-Identifier: Apache-2.0
#include "tests/support_web/made_up_fleet.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include <fmt/format.h>

namespace muster::test {

using namespace collector;
using namespace std::chrono_literals;

namespace {

struct Check {
  const char* name;
  const char* fine;
  const char* perfdata;
};

constexpr std::array<Check, 7> checks{{
    {"check_load",
     "OK - load average: 0.42, 0.51, 0.38",
     "load1=0.42;15;30;0; load5=0.51;10;25;0; load15=0.38;5;20;0;"},
    {"check_disk",
     "DISK OK - free space: / 21408 MB (54%); /srv 190 GB (61%)",
     "/=18041MB;31560;35505;0;39450 /srv=121GB;250;280;0;311"},
    {"check_ntp", "NTP OK: Offset 0.0004 secs", "offset=0.0004s;0.5;1"},
    {"check_apache",
     "HTTP OK: HTTP/1.1 200 OK - 4213 bytes in 0.031 second response time",
     "time=0.031s;1;5;0;10 size=4213B;;;0"},
    {"check_memory", "OK - 61% of 32 GB used", "used=61%;80;90;0;100"},
    {"check_certificate", "OK - expires in 63 days", "days=63;14:;7:"},
    {"check_backup", "OK - last backup 4 h ago, 31 GB", "age=14400s;90000;180000 size=31GB"},
}};

void add_node(FakeBoard& board, const std::string& name, Time now)
{
  board.nodes_held.push_back(shown_node(name, "up", now));
  board.known[name].facts.set("location", {name.substr(name.find('.') + 1, 2)});
  board.known[name].classes = {name.substr(0, name.find('-')) == "web" ? "apache" : "database"};
  for (const auto& check : checks) {
    auto service = shown_service(name, check.name, CheckState::ok, now);
    service.since = now - 36h - std::chrono::minutes{board.services_held.size()};
    service.summary = check.fine;
    service.perfdata = check.perfdata;
    board.services_held.push_back(service);
  }
}

void trouble(
    FakeBoard& board,
    const std::string& node,
    const std::string& check,
    CheckState state,
    const std::string& summary)
{
  auto& service = board.service(node, check);
  service.state = state;
  service.summary = summary;
}

void add_troubles(FakeBoard& board, Time now)
{
  trouble(
      board,
      "db-1.uk.example.net",
      "check_disk",
      CheckState::critical,
      "DISK CRITICAL - free space: /srv 2 GB (0.7%); / 21408 MB (54%)");
  board.service("db-1.uk.example.net", "check_disk").since = now - 12min;
  board.service("db-1.uk.example.net", "check_disk").details =
      "/dev/mapper/vg0-srv 311G 309G 2.0G 100% /srv\nlargest: /srv/postgresql/14/main/pg_wal 188G";
  board.service("db-1.uk.example.net", "check_disk").perfdata =
      "/=18041MB;31560;35505;0;39450 /srv=309GB;250;280;0;311";
  trouble(
      board,
      "web-2.de.example.net",
      "check_apache",
      CheckState::warning,
      "HTTP WARNING: HTTP/1.1 200 OK - 4213 bytes in 3.871 second response time");
  board.service("web-2.de.example.net", "check_apache").hard = false;
  board.service("web-2.de.example.net", "check_apache").attempt = 2;
  board.service("web-2.de.example.net", "check_apache").since = now - 95s;
  trouble(
      board,
      "db-2.us.example.net",
      "check_backup",
      CheckState::unknown,
      "no result since 2026-11-23 02:10:00 UTC");
  board.service("db-2.us.example.net", "check_backup").stale = true;
  board.service("db-2.us.example.net", "check_backup").since = now - 26h;
  trouble(board, "web-5.uk.example.net", "check_memory", CheckState::warning, "WARNING - 84% of 32 GB used");
  board.service("web-5.uk.example.net", "check_memory").flapping = true;
  board.service("web-5.uk.example.net", "check_memory").since = now - 4h;
  for (int number = 1; number <= 9; ++number) {
    const auto node = fmt::format("web-{}.us.example.net", number);
    trouble(
        board, node, "check_ntp", CheckState::critical, "NTP CRITICAL: No response from NTP server ntp1.us");
    board.service(node, "check_ntp").since = now - 7min - std::chrono::seconds{number};
  }
}

void add_care(FakeBoard& board, Time now)
{
  trouble(
      board, "db-3.de.example.net", "check_certificate", CheckState::warning, "WARNING - expires in 9 days");
  board.service("db-3.de.example.net", "check_certificate").acknowledgement =
      ShownAcknowledgement{"alice", "the new one is ordered, CHG-4711", now - 2h, true, now + 22h};
  board.service("db-3.de.example.net", "check_certificate").since = now - 5h;
  trouble(
      board,
      "db-4.de.example.net",
      "check_load",
      CheckState::critical,
      "CRITICAL - load average: 44.1, 40.0, 31.9");
  const ShownDowntime reindex{
      "d1", "bob", "reindexing", now - 1h, now + 3h, std::nullopt, {"db-4.de.example.net"}, "", {}, {}, true};
  board.service("db-4.de.example.net", "check_load").downtime = reindex;
  board.downtimes_held = {
      reindex,
      {"d2",
       "alice",
       "kernel updates",
       now + 20h,
       now + 24h,
       30min,
       {},
       "location=uk /apache/",
       {},
       {"check_load", "check_apache"},
       false}};
}

void add_hostile(FakeBoard& board)
{
  trouble(
      board,
      "web-4.de.example.net",
      "check_apache",
      CheckState::critical,
      "<script>alert('pwned')</script> \x1b[31mred\x1b[0m \"quoted\" & \xe2\x80\xae reversed");
  board.service("web-4.de.example.net", "check_apache").perfdata =
      "'<img src=x onerror=alert(1)>'=5s;1;2;0;10";
}

void add_lost(FakeBoard& board, Time now)
{
  auto gone = shown_node("db-9.us.example.net", "gone", now);
  gone.since = now - 49h;
  auto vanished = shown_node("web-12.uk.example.net", "vanished", now);
  vanished.since = now - 25min;
  board.nodes_held.push_back(gone);
  board.nodes_held.push_back(vanished);
  board.nodes_held.push_back(shown_node("lab-1.uk.example.net", "stopped", now));
  board.nodes_held[1].health = {"/etc/nagios/nrpe.cfg:12: command[check_x] has no command line"};
}

void count_checks(FakeBoard& board)
{
  for (auto& node : board.nodes_held) {
    for (const auto& service : board.services_held) {
      if (service.node == node.name) {
        ++node.counts.at(static_cast<std::size_t>(service.state));
      }
    }
  }
}

void add_events(FakeBoard& board, Time now)
{
  std::int64_t id = 1000;
  for (const auto& service : board.services_held) {
    if (service.state != CheckState::ok) {
      board.events_held.push_back(
          {id--,
           service.since,
           "state",
           service.node,
           service.check,
           CheckState::ok,
           service.state,
           false,
           service.summary});
    }
  }
  board.events_held.push_back(
      {1, now - 25min, "node", "web-12.uk.example.net", "", {}, {}, false, "vanished: it was up"});
  std::sort(board.events_held.begin(), board.events_held.end(), [](const auto& left, const auto& right) {
    return left.time > right.time;
  });
}

std::vector<StripPart> restless_week(Time now)
{
  std::vector<StripPart> parts{{now - 24h * 7, now - 24h * 5, std::nullopt}};
  std::mt19937 random{7};
  auto at = now - 24h * 5;
  while (at < now) {
    const auto fine = std::min(now, at + std::chrono::minutes{200 + static_cast<int>(random() % 900)});
    const auto bad = std::min(now, fine + std::chrono::minutes{3 + static_cast<int>(random() % 90)});
    parts.push_back({at, fine, CheckState::ok});
    parts.push_back({fine, bad, static_cast<CheckState>(1 + random() % 3)});
    at = bad;
  }
  return parts;
}

// Something like what librrd draws.
std::string drawing()
{
  std::string path;
  for (int x = 0; x <= 660; x += 4) {
    const double y = 110 - 40 * std::sin(x / 60.0) - 18 * std::sin(x / 13.0);
    path += fmt::format("{}{},{:.1f}", x == 0 ? "M" : " L", 50 + x, y);
  }
  std::string grid;
  for (int y = 20; y <= 170; y += 30) {
    grid += fmt::format(
        "<path d=\"M50 {0}H710\" stroke=\"#8886\" stroke-width=\".5\"/><text x=\"44\" y=\"{0}\" "
        "text-anchor=\"end\" font-size=\"10\" fill=\"#888\">{1}</text>",
        y,
        170 - y);
  }
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"200\" viewBox=\"0 0 720 200\" "
         "font-family=\"sans-serif\">" +
         grid + "<path d=\"" + path + " L710,170 L50,170 Z\" fill=\"#3b82c433\"/><path d=\"" + path +
         "\" fill=\"none\" stroke=\"#3b82c4\" stroke-width=\"1.5\"/><path d=\"M50 40H710\" "
         "stroke=\"#e5484d\" "
         "stroke-dasharray=\"4 3\"/></svg>";
}

}  // namespace

void make_up_fleet(FakeBoard& board, Time now)
{
  for (const auto* site : {"uk", "de", "us"}) {
    for (int number = 1; number <= 9; ++number) {
      add_node(board, fmt::format("web-{}.{}.example.net", number, site), now);
    }
    for (int number = 1; number <= 4; ++number) {
      add_node(board, fmt::format("db-{}.{}.example.net", number, site), now);
    }
  }
  add_troubles(board, now);
  add_care(board, now);
  add_hostile(board);
  add_lost(board, now);
  count_checks(board);
  add_events(board, now);
  board.strip_held = restless_week(now);
  board.picture = drawing();
  board.health_held.connected = true;
  board.health_held.started = now - 30h;
  board.health_held.results_taken = 4'711'023;
}

}  // namespace muster::test
