// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support_web/made_up_fleet.hpp"
#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string acknowledging = R"({"node":"web1","check":"check_load","comment":"on it"})";

struct Api : testing::Test {
  Api()
  {
    rig.board.services_held = {test::shown_service("web1", "check_load", CheckState::critical, noon)};
    rig.board.nodes_held = {test::shown_node("web1", "up", noon)};
  }

  std::string code_of(const HttpResponse& answer)
  {
    return std::string{boost::json::parse(answer.body).at("error").at("code").as_string()};
  }

  SiteRig rig;
};

}  // namespace

TEST_F(Api, sets_a_downtime_by_statements)
{
  const auto* by_statements = R"({"select":"not location=uk","comment":"kernel","length":3600})";
  ASSERT_EQ(200, rig.post("/api/v1/downtimes", by_statements, alices_token).status);
  EXPECT_EQ("not location=uk", rig.board.downtimes_held.front().select.compound);
}

TEST_F(Api, acknowledges_sets_downtimes_and_takes_both_back)
{
  EXPECT_EQ(200, rig.post("/api/v1/acknowledge", acknowledging, alices_token).status);
  EXPECT_EQ(200, rig.post("/api/v1/unacknowledge", acknowledging, alices_token).status);
  const auto set =
      rig.post("/api/v1/downtimes", R"({"nodes":["web1"],"comment":"kernel","length":3600})", alices_token);
  EXPECT_EQ("{\"id\":\"d1\"}\n", set.body);
  EXPECT_EQ(200, rig.post("/api/v1/downtimes/d1/remove", "", alices_token).status);
  EXPECT_THAT(
      rig.board.done,
      ElementsAre(
          "acknowledge web1 check_load alice: on it",
          "unacknowledge web1 check_load alice",
          "downtime d1 alice: kernel",
          "remove d1 alice"));
  EXPECT_EQ(8U, rig.acts.size()) << "each is on record, its beginning and its end";
  EXPECT_THAT(rig.board.told, ElementsAre(Tell::all, Tell::all, Tell::all, Tell::all));
}

TEST_F(Api, says_which_collector_has_not_taken_what_was_done)
{
  rig.board.not_told = {"collector@mon2 is not up: it is told when it is back"};
  const auto done = rig.post("/api/v1/acknowledge", acknowledging, alices_token);
  EXPECT_EQ(200, done.status) << "it is done here";
  EXPECT_EQ(
      "{\"done\":true,\"not_told\":[\"collector@mon2 is not up: it is told when it is back\"]}\n", done.body);
}

TEST_F(Api, writes_for_a_token_that_may_operate_alone)
{
  for (const auto* path :
       {"/api/v1/acknowledge", "/api/v1/unacknowledge", "/api/v1/downtimes", "/api/v1/downtimes/d1/remove"}) {
    EXPECT_EQ(403, rig.post(path, acknowledging, rays_token).status) << path;
    EXPECT_EQ(Act::Stage::refused, rig.acts.back().stage) << path;
    EXPECT_EQ(401, rig.post(path, acknowledging, "guessed").status) << path;
    EXPECT_EQ(401, rig.post(path, acknowledging, "").status) << path;
  }
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Api, does_nothing_for_the_cookie_of_a_browser)
{
  auto posted = SiteRig::request(HttpMethod::post, "/api/v1/acknowledge");
  posted.headers["cookie"] = rig.sign_in();
  posted.headers["content-type"] = "application/json";
  posted.body = acknowledging;
  EXPECT_EQ(403, rig.ask(posted).status);
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Api, does_nothing_when_it_is_only_asked)
{
  EXPECT_EQ(404, rig.get("/api/v1/acknowledge", alices_token).status);
  EXPECT_EQ(404, rig.get("/api/v1/downtimes/d1/remove", alices_token).status);
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Api, names_what_is_wrong_with_a_request)
{
  const auto refused = [&](const std::string& path, const std::string& body) {
    return rig.post(path, body, alices_token);
  };
  EXPECT_THAT(refused("/api/v1/acknowledge", "{\"node\":7}").body, HasSubstr("node"));
  EXPECT_EQ("invalid_input", code_of(refused("/api/v1/acknowledge", "no JSON")));
  EXPECT_EQ(
      "not_found", code_of(refused("/api/v1/acknowledge", R"({"node":"x","check":"y","comment":"z"})")));
  EXPECT_EQ("invalid_input", code_of(refused("/api/v1/downtimes", R"({"comment":"x","length":60})")));
  EXPECT_EQ("not_found", code_of(refused("/api/v1/downtimes/d9/remove", "")));
  auto form = SiteRig::request(HttpMethod::post, "/api/v1/acknowledge", alices_token);
  form.headers["content-type"] = "application/x-www-form-urlencoded";
  EXPECT_EQ(415, rig.ask(form).status);
  EXPECT_EQ(400, rig.get("/api/v1/services?colour=1").status);
  EXPECT_EQ(400, rig.get("/api/v1/services?most=0").status);
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Api, is_json_whatever_a_node_says)
{
  auto& service = rig.board.services_held[0];
  service.summary = "</script><script>x\x1b[31m\xe2\x80\xae";
  service.details = "\"}]}\n\t";
  service.perfdata = "'a\"b'=1";
  for (const auto* address :
       {"/api/v1/services", "/api/v1/nodes/web1", "/api/v1/events", "/api/v1/nodes", "/api/v1/downtimes"}) {
    const auto answer = rig.get(address);
    EXPECT_EQ("application/json", answer.content_type) << address;
    boost::system::error_code broken;
    boost::json::parse(answer.body, broken);
    EXPECT_FALSE(broken) << address << answer.body;
    EXPECT_EQ(std::string::npos, answer.body.find('\x1b')) << address;
  }
}

}  // namespace muster::collector::web
