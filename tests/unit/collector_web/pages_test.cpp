// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support_web/made_up_fleet.hpp"
#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> every_page{
    "/",
    "/?all=1",
    "/?filter=location%3Duk%20%2Fapache%2F",
    "/?filter=%2F%28%2F",
    "/?state=nonsense",
    "/nodes",
    "/nodes?status=gone",
    "/nodes/db-1.uk.example.net",
    "/nodes/nobody",
    "/nodes/db-1.uk.example.net/check_disk",
    "/nodes/db-1.uk.example.net/nothing",
    "/checks",
    "/checks/check_disk",
    "/checks/nothing",
    "/events",
    "/downtimes",
    "/login",
    "/nowhere",
    "/healthz",
    "/metrics",
    "/icon.svg?state=critical",
    "/favicon.ico",
    "/strip.svg?node=db-1.uk.example.net&check=check_disk",
    "/graph.svg?node=db-1.uk.example.net&check=check_disk",
    "/assets/muster.css",
    "/assets/nothing",
    "/events/stream",
    "/api/v1/status",
    "/api/v1/nothing"};

// Everything that a node can say, with something in it that a browser, a terminal or an eye could take for
// more.
const std::string evil =
    "<script>window.__owned=1</script>\"' onmouseover='x()' <img src=x onerror=\"x()\"> "
    "\x1b[31mred\x1b]0;t\x07 \xe2\x80\xae reversed \xe2\x80\x8b & {} ";

void poison(test::FakeBoard& board)
{
  auto service = test::shown_service(evil + "node", evil + "check", CheckState::critical, noon);
  service.summary = evil + std::string(5000, 'w');
  service.details = evil + "\n" + evil;
  service.perfdata = "'<b onclick=\"x()\">'=5s;1;2;0;10 'b\x1b[2J'=1";
  service.acknowledgement = ShownAcknowledgement{evil, evil, noon, false, noon + std::chrono::hours{1}};
  service.downtime = ShownDowntime{
      evil, evil, evil, noon, noon + std::chrono::hours{1}, std::nullopt, {evil}, evil, {}, {evil}, true};
  service.downtime->select.classes = {evil};
  board.services_held = {service, service, service, service, service, service};
  auto node = test::shown_node(evil + "node", evil, noon);
  node.version = evil;
  node.health = {evil};
  auto gone = test::shown_node(evil + "gone", "gone", noon);
  gone.acknowledgement = service.acknowledgement;
  board.nodes_held = {node, gone};
  board.downtimes_held = {*service.downtime};
  board.health_held.problems = {evil};
  board.events_held = {{1, noon, evil, node.name, service.check, {}, CheckState::critical, true, evil}};
}

// What stands between '<' and '>', without the quoted values of attributes.
std::vector<std::string> tags_of(const std::string& page)
{
  std::vector<std::string> tags;
  for (auto at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    std::string tag;
    bool quoted = false;
    for (; at < page.size() && (quoted || page[at] != '>'); ++at) {
      quoted = page[at] == '"' ? !quoted : quoted;
      tag += quoted ? '"' : page[at];
    }
    tags.push_back(tag);
  }
  return tags;
}

// Neither an attribute nor an element is there that we have not written.
void expect_harmless(const std::string& where, const std::string& page)
{
  for (const auto& tag : tags_of(page)) {
    for (const auto* attribute : {" onmouseover", " onerror", " onclick", " style"}) {
      EXPECT_THAT(tag, Not(HasSubstr(attribute))) << where;
    }
    EXPECT_FALSE(tag.starts_with("<b ") || tag.starts_with("<img src=x")) << where << tag;
    EXPECT_TRUE(tag.starts_with("<script src=\"") || !tag.starts_with("<script")) << where << tag;
  }
}

}  // namespace

TEST(Pages, answer_at_every_address_with_the_status_that_fits)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  const std::map<std::string, int> others{
      {"/?filter=%2F%28%2F", 400},
      {"/?state=nonsense", 400},
      {"/nodes/nobody", 404},
      {"/nodes/db-1.uk.example.net/nothing", 404},
      {"/nowhere", 404},
      {"/assets/nothing", 404},
      {"/api/v1/nothing", 404}};
  for (const auto& address : every_page) {
    const auto other = others.find(address);
    EXPECT_EQ(other == others.end() ? 200 : other->second, rig.get(address).status) << address;
  }
}

TEST(Pages, are_for_our_own_parts_alone_and_nobody_keeps_or_frames_them)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  for (const auto& address : every_page) {
    const auto answer = rig.get(address);
    const auto policy = header(answer, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << address;
    EXPECT_THAT(policy, Not(HasSubstr("script-src 'unsafe"))) << address;
    EXPECT_THAT(policy, Not(HasSubstr("http"))) << address;
    EXPECT_EQ("nosniff", header(answer, "X-Content-Type-Options")) << address;
    EXPECT_NE("", header(answer, "Cache-Control")) << address;
    if (answer.content_type.starts_with("text/html")) {
      EXPECT_EQ("no-store", header(answer, "Cache-Control")) << address;
      EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << address;
    }
  }
}

TEST(Pages, set_no_cookie_that_scripts_or_other_sites_could_use)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  for (const auto& address : every_page) {
    for (const auto& [name, value] : rig.get(address).headers) {
      if (name == "Set-Cookie") {
        EXPECT_THAT(value, HasSubstr("; HttpOnly; SameSite=Strict")) << address;
      }
    }
  }
}

TEST(Pages, show_nothing_of_the_fleet_to_somebody_without_a_token)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  for (const auto& address : every_page) {
    const auto answer = rig.get(address, "");
    EXPECT_THAT(answer.body, Not(HasSubstr("db-1"))) << address;
    EXPECT_FALSE(answer.stream) << address;
  }
  EXPECT_EQ(303, rig.get("/", "").status);
  EXPECT_EQ(
      "/login?back=%2Fnodes%2Fweb1%2Fa%2Fb%3Fx%3Dy",
      header(rig.get("/nodes/web1/a%2Fb?x=y", ""), "Location"));
}

TEST(Pages, carry_whatever_a_node_says_as_text)
{
  SiteRig rig;
  poison(rig.board);
  const auto session = rig.sign_in();
  const auto node = percent_encoded(rig.board.nodes_held[0].name);
  const auto check = percent_encoded(rig.board.services_held[0].check);
  auto addresses = every_page;
  addresses.insert(
      addresses.end(),
      {"/nodes/" + node,
       "/nodes/" + node + "/" + check,
       "/checks/" + check,
       "/strip.svg?node=" + node + "&check=" + check,
       "/?filter=" + percent_encoded(evil),
       "/?node=" + percent_encoded(evil) + "&check=" + percent_encoded(evil),
       "/nodes?status=" + percent_encoded(evil),
       "/" + percent_encoded(evil),
       "/graph.svg?kind=" + percent_encoded(evil),
       "/login?back=" + percent_encoded(evil)});
  for (const auto& address : addresses) {
    auto request = SiteRig::request(HttpMethod::get, address);
    request.headers["cookie"] = session;
    const auto answer = rig.ask(request);
    if (answer.content_type.starts_with("text/html") || answer.content_type.starts_with("image/svg")) {
      expect_harmless(address, answer.body);
    }
    for (const auto* bytes : {"\x1b", "\x07", "\xe2\x80\xae", "\xe2\x80\x8b"}) {
      EXPECT_THAT(answer.body, Not(HasSubstr(bytes))) << address;
    }
    for (const auto& [name, value] : answer.headers) {
      EXPECT_EQ(std::string::npos, value.find_first_of("\r\n<\"\x1b")) << name;
    }
  }
}

TEST(Pages, tell_what_a_node_said_so_that_a_person_sees_it)
{
  SiteRig rig;
  poison(rig.board);
  const auto page = rig.get("/?all=1").body;
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;window.__owned=1&lt;/script&gt;&quot;&#39;"));
  EXPECT_THAT(page, HasSubstr("\\x1b[31mred"));
}

TEST(Pages, count_the_fleet_once_for_a_request)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  for (const auto* address : {"/", "/nodes", "/checks", "/metrics", "/api/v1/status", "/?node=nobody"}) {
    rig.board.times_counted = 0;
    rig.get(address);
    EXPECT_EQ(1, rig.board.times_counted) << address;
  }
}

TEST(Pages, say_once_what_is_wrong_with_the_collector)
{
  SiteRig rig;
  rig.board.health_held.connected = false;
  rig.board.health_held.problems = {"there is no connection to a broker"};
  const auto page = rig.get("/").body;
  const auto first = page.find("connection to");
  ASSERT_NE(std::string::npos, first);
  EXPECT_EQ(std::string::npos, page.find("connection to", first + 1));
  const auto health = rig.get("/healthz");
  EXPECT_EQ(503, health.status);
  EXPECT_EQ("not well\nthere is no connection to a broker\n", health.body);
  EXPECT_EQ("not well\n", rig.get("/healthz", "").body);
}

TEST(Pages, put_what_needs_somebody_first)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  const auto page = rig.get("/").body;
  EXPECT_LT(page.find("check_disk"), page.find("taken care of, or expected"));
  EXPECT_LT(page.find("taken care of, or expected"), page.find("CHG-4711"));
  EXPECT_THAT(page, HasSubstr("<title>(17) Problems")) << "14 checks, 3 nodes that are not up";
}

TEST(Pages, count_a_lost_node_as_critical_until_somebody_takes_care)
{
  SiteRig rig;
  rig.board.nodes_held.push_back(test::shown_node("web1", "gone", noon));
  auto page = rig.get("/").body;
  EXPECT_THAT(page, HasSubstr("<title>(1) Problems"));
  EXPECT_THAT(page, HasSubstr("/icon.svg?state=critical"));
  EXPECT_THAT(page, HasSubstr("1 node not up"));
  rig.board.nodes_held[0].acknowledgement = ShownAcknowledgement{};
  page = rig.get("/").body;
  EXPECT_THAT(page, HasSubstr("<title>Problems"));
  EXPECT_THAT(page, HasSubstr("/icon.svg?state=ok"));
}

TEST(Pages, show_the_band_of_each_value_over_the_fleet_and_of_the_run_time)
{
  SiteRig rig;
  test::make_up_fleet(rig.board, noon);
  const auto page = rig.get("/checks/check_load").body;
  for (const auto* part :
       {"<figcaption>states of all nodes</figcaption>",
        "<figcaption>load1: median, 95 of 100, highest</figcaption>",
        "kind=fleet_values&amp;check=check_load&amp;label=load15",
        "<figcaption>how long it took: median, 95 of 100, longest</figcaption>",
        "kind=fleet_band&amp;check=check_load"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Graphs, are_asked_of_the_board_as_the_address_says)
{
  SiteRig rig;
  EXPECT_EQ(200, rig.get("/graph.svg?kind=fleet_values&check=c&label=load1&span=7d&dark=1&width=300").status);
  ASSERT_EQ(1U, rig.board.drawn.size());
  EXPECT_EQ(GraphQuery::Kind::fleet_values, rig.board.drawn[0].kind);
  EXPECT_EQ("load1", rig.board.drawn[0].label);
  EXPECT_EQ(std::chrono::hours{7 * 24}, rig.board.drawn[0].span);
  EXPECT_TRUE(rig.board.drawn[0].dark);
  EXPECT_EQ(400, rig.get("/graph.svg?kind=fleet_values&check=c").status);
  EXPECT_EQ(400, rig.get("/graph.svg?check=c").status);
  EXPECT_EQ(400, rig.get("/graph.svg?check=c&node=n&width=1000000").status);
  EXPECT_EQ(1U, rig.board.drawn.size());
}

TEST(Graphs, have_a_picture_that_says_so_while_there_is_nothing)
{
  SiteRig rig;
  rig.board.picture = "";
  const auto on_a_page = rig.get("/graph.svg?node=n&check=c");
  EXPECT_EQ(200, on_a_page.status);
  EXPECT_EQ("image/svg+xml", on_a_page.content_type);
  EXPECT_THAT(on_a_page.body, HasSubstr("Nothing is recorded yet."));
  EXPECT_EQ(404, rig.get("/api/v1/graph?node=n&check=c").status);
}

TEST(Graphs, wait_in_a_queue_that_has_an_end)
{
  SiteRig rig;
  rig.board.draws_later = true;
  std::vector<int> statuses;
  for (int number = 0; number <= Graphs::most_drawings; ++number) {
    rig.site.handle(
        SiteRig::request(HttpMethod::get, "/graph.svg?node=n&check=c", rays_token),
        [&](const HttpResponse& answer) { statuses.push_back(answer.status); });
  }
  EXPECT_EQ(std::vector<int>{504}, statuses);
  for (auto& drawing : rig.board.drawings) {
    drawing(std::string{"<svg/>"});
  }
  EXPECT_EQ(static_cast<std::size_t>(Graphs::most_drawings) + 1, statuses.size());
  EXPECT_EQ(200, statuses.back());
}

TEST(Assets, are_kept_by_browsers_for_good_under_an_address_that_changes_with_them)
{
  SiteRig rig;
  const auto page = rig.get("/").body;
  const auto at = page.find("/assets/muster.js?");
  ASSERT_NE(std::string::npos, at);
  const auto script = rig.get(page.substr(at, page.find('"', at) - at), "");
  EXPECT_EQ(200, script.status);
  EXPECT_EQ("public, max-age=31536000, immutable", header(script, "Cache-Control"));
  EXPECT_EQ("text/javascript; charset=utf-8", script.content_type);
  EXPECT_THAT(script.body, HasSubstr("\"use strict\""));
}

}  // namespace muster::collector::web
