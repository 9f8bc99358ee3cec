// SPDX-License-Identifier: Apache-2.0
// What is said to Icinga's API, and what its answers mean. The answers are those of Icinga 2.13.6, but for
// those that name a later version.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/icinga/icinga_answer.hpp"
#include "nagios-bridge/icinga/icinga_request.hpp"
#include "tests/unit/bridge_icinga/made_up_result.hpp"

namespace muster::bridge {
namespace {

using http::HttpAnswer;
using test::at;
using test::made_up_result;
using testing::ElementsAre;
using testing::HasSubstr;

HttpAnswer answer(unsigned status, std::string body)
{
  return {status, std::move(body), "", true};
}

boost::json::object body_of(const http::HttpRequest& request)
{
  return boost::json::parse(request.body).as_object();
}

TEST(IcingaRequest, EncodesNamesSoThatTheyCanBeNothingElse)
{
  auto result = made_up_result(1, 1, "C:\\ disk/ü?&='\"");
  EXPECT_EQ(
      tell(result, {}).path,
      "/v1/actions/process-check-result?service=web1%21C%3A%5C%20disk%2F%C3%BC%3F%26%3D%27%22");
  EXPECT_EQ(
      ask_for_last_result(result).path,
      "/v1/objects/services/web1%21C%3A%5C%20disk%2F%C3%BC%3F%26%3D%27%22?attrs=last_check_result");
}

TEST(IcingaRequest, HoldsTheWholeResult)
{
  auto result = made_up_result(1, 1);
  result.state = 2;
  result.summary = "CRIT - full";
  result.details = "/var 99 %\n/tmp 3 %";
  result.perfdata = "/var=99%;80;90 'a b'=1";
  result.lifetime = std::chrono::seconds{90};
  const auto body =
      body_of(tell(result, {Time{std::chrono::milliseconds{1'795'376'550'950}}, at(1'795'376'551)}));
  EXPECT_EQ(body.at("exit_status"), 2);
  EXPECT_EQ(body.at("plugin_output"), "CRIT - full\n/var 99 %\n/tmp 3 %");
  EXPECT_EQ(body.at("performance_data"), (boost::json::array{"/var=99%;80;90", "'a b'=1"}));
  EXPECT_EQ(body.at("check_source"), "web1");
  EXPECT_DOUBLE_EQ(body.at("execution_start").as_double(), 1'795'376'550.95);
  EXPECT_DOUBLE_EQ(body.at("execution_end").as_double(), 1'795'376'551.0);
  EXPECT_EQ(body.at("ttl"), 90);
}

TEST(IcingaRequest, HasNoLifetimeIfNobodyAskedForOne)
{
  EXPECT_FALSE(body_of(tell(made_up_result(1, 1), {})).contains("ttl"));
}

TEST(IcingaRequest, TellsOfAHostOnlyUpOrDown)
{
  auto result = made_up_result(1, 1, "");
  for (const auto& [state, told] : {std::pair{0, 0}, {1, 1}, {2, 1}, {3, 1}}) {
    result.state = state;
    EXPECT_EQ(body_of(tell(result, {})).at("exit_status"), told) << state;
  }
  EXPECT_EQ(tell(result, {}).path, "/v1/actions/process-check-result?host=web1");
  EXPECT_EQ(ask_for_last_result(result).path, "/v1/objects/hosts/web1?attrs=last_check_result");
}

TEST(IcingaRequest, IsValidUtf8WhateverAPluginPrinted)
{
  auto result = made_up_result(1, 1);
  result.summary = "caf\xe9";
  EXPECT_EQ(body_of(tell(result, {})).at("plugin_output"), "caf\xef\xbf\xbd");
}

TEST(IcingaRequest, CreatesWithTemplatesOnly)
{
  const auto host = create_host(made_up_result(1, 1), {"muster-host"});
  EXPECT_EQ(host.path, "/v1/objects/hosts/web1");
  EXPECT_EQ(body_of(host).at("templates"), boost::json::array{"muster-host"});
  const auto service = create_service(made_up_result(1, 1), {"a", "b"});
  EXPECT_EQ(service.path, "/v1/objects/services/web1%21disk");
  EXPECT_EQ(service.method, http::HttpMethod::put);
  EXPECT_EQ(body_of(service).at("templates"), (boost::json::array{"a", "b"}));
}

TEST(IcingaRequest, EncodesPasswordsOfEveryLength)  // the vectors of RFC 4648
{
  EXPECT_EQ(basic_authorization("", ""), "Basic Og==");
  EXPECT_EQ(basic_authorization("f", "o"), "Basic Zjpv");
  EXPECT_EQ(basic_authorization("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("a", "\xff\xfe"), "Basic YTr//g==");
}

struct Case {
  unsigned status;
  const char* body;
  Meaning meaning;
  const char* reason;
};

TEST(IcingaAnswer, MeansWhatItsStatusSays)
{
  constexpr auto no_object = R"({"error":404,"status":"No objects found."})";
  for (const auto& [status, body, meaning, reason] : {
           Case{200, R"({"results":[{"code":200,"status":"Successfully processed …"}]})", Meaning::done, ""},
           Case{
               409,
               R"({"results":[{"code":409,"status":"Newer check result already present."}]})",
               Meaning::done,
               ""},
           Case{404, no_object, Meaning::unknown, "HTTP 404: No objects found."},
           Case{404, "<html>nginx</html>", Meaning::denied, "HTTP 404"},
           Case{
               400,
               R"({"results":[{"code":400,"status":"Invalid 'exit_status' for Host h1."}]})",
               Meaning::refused,
               "HTTP 400: Invalid 'exit_status' for Host h1."},
           Case{400, "<h1>Accept header is missing</h1>", Meaning::denied, "HTTP 400"},
           Case{
               401,
               R"({"error":401,"status":"Unauthorized. Please check your user credentials."})",
               Meaning::denied,
               "HTTP 401: Unauthorized. Please check your user credentials."},
           Case{403, R"({"error":403,"status":"Forbidden."})", Meaning::denied, "HTTP 403: Forbidden."},
           Case{302, "", Meaning::denied, "HTTP 302"},
           Case{429, "", Meaning::later, "HTTP 429"},
           Case{500, R"({"results":[]})", Meaning::later, "HTTP 500"},
           Case{
               503,
               R"({"results":[{"code":503,"status":"Object is inactive."}]})",
               Meaning::later,
               "HTTP 503: Object is inactive."},
       }) {
    const auto verdict = meaning_of(answer(status, body));
    EXPECT_EQ(verdict.meaning, meaning) << status << body;
    EXPECT_EQ(verdict.reason, reason) << status << body;
  }
}

TEST(IcingaAnswer, IsMadePrintableAndCut)
{
  const auto verdict = meaning_of(answer(500, R"({"status":"\u001b[31m)" + std::string(5000, 'x') + "\"}"));
  EXPECT_THAT(verdict.reason, HasSubstr("HTTP 500: \\x1b[31mxxx"));
  EXPECT_LT(verdict.reason.size(), 400U);
}

TEST(IcingaAnswer, TakesAnObjectThatIsThereForCreated)
{
  EXPECT_EQ(
      meaning_of_creation(
          answer(
              500,
              R"({"results":[{"code":500,"errors":["Configuration file '…' already exists."],)"
              R"("status":"Object could not be created."}]})"))
          .meaning,
      Meaning::done);
  const auto verdict = meaning_of_creation(answer(
      500,
      R"({"results":[{"code":500,"errors":["Error: Import references unknown template: 'x'"],)"
      R"("status":"Object could not be created."}]})"));
  EXPECT_EQ(verdict.meaning, Meaning::later);
  EXPECT_EQ(
      verdict.reason,
      "HTTP 500: Object could not be created. Error: Import references unknown template: 'x'");
}

TEST(IcingaAnswer, TellsWhatWeMay)
{
  const auto rights = rights_in(answer(
      200,
      R"_({"results":[{"info":"…","permissions":["actions/*","STATUS/QUERY","objects/query/Host (filtered)"],)_"
      R"("user":"bridge","version":"r2.13.6-1"}]})"));
  ASSERT_TRUE(rights);
  EXPECT_EQ(rights->version, "r2.13.6-1");
  EXPECT_EQ(missing_rights(*rights, false), "objects/query/Service");
  EXPECT_EQ(
      missing_rights(*rights, true), "objects/query/Service, objects/create/Host, objects/create/Service");
  EXPECT_EQ(missing_rights({"", {"*"}}, true), "");
  EXPECT_EQ(
      missing_rights({"", {"actions/*", "objects/*/?ost", "objects/query/*", "status/query*"}}, false), "");
}

TEST(IcingaAnswer, OfSomethingElseIsNoIcinga)
{
  for (const auto* body :
       {"", "<html>", "{}", "[]", R"({"results":[]})", R"({"results":[{"permissions":1}]})"}) {
    EXPECT_FALSE(rights_in(answer(200, body))) << body;
    EXPECT_FALSE(start_in(answer(200, body))) << body;
    EXPECT_FALSE(last_result_in(answer(200, body))) << body;
  }
  EXPECT_THAT(
      rights_in(answer(401, R"({"error":401,"status":"Unauthorized."})")).error().message, HasSubstr("401"));
}

TEST(IcingaAnswer, TellsSinceWhenIcingaRuns)
{
  const auto start = start_in(answer(
      200,
      R"({"results":[{"name":"IcingaApplication","status":{"icingaapplication":{"app":{"program_start":)"
      R"(1795952695.890407,"version":"r2.13.6-1"}}}}]})"));
  ASSERT_TRUE(start);
  EXPECT_EQ(*start, 1'795'952'695'891);
}

TEST(IcingaAnswer, GivesOurTimesBackAndRoundsIcingasUp)
{
  const auto started = [](const std::string& number) {
    const auto last = last_result_in(answer(
        200,
        R"({"results":[{"attrs":{"last_check_result":{"execution_end":0,"execution_start":)" + number +
            "}}}]}"));
    return last->times.started.time_since_epoch().count();
  };
  for (const auto milliseconds :
       {1'795'952'696'001, 1'795'952'696'002, 1'795'952'696'499, 1'795'952'696'999}) {
    auto text = std::to_string(milliseconds);
    text.insert(text.size() - 3, ".");
    EXPECT_EQ(started(text), milliseconds);
  }
  EXPECT_EQ(started("1795952696.000264"), 1'795'952'696'001);
}

TEST(IcingaAnswer, TellsWhatIcingaHasOfAnObject)
{
  const auto last = last_result_in(answer(
      200,
      R"({"results":[{"attrs":{"last_check_result":{"active":true,"check_source":"h005","execution_end":1795952696.063,)"
      R"("execution_start":1795952696.001,"output":"fine"}},"name":"h005!svc2","type":"Service"}]})"));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->source, "h005");
  EXPECT_TRUE(last->active);
  EXPECT_EQ(last->times.started, Time{std::chrono::milliseconds{1'795'952'696'001}});
  EXPECT_EQ(last->times.finished, Time{std::chrono::milliseconds{1'795'952'696'063}});
  EXPECT_EQ(last->text, text_mark("fine"));
  EXPECT_FALSE(last_result_in(answer(200, R"({"results":[{"attrs":{"last_check_result":null}}]})")));
  EXPECT_FALSE(last_result_in(answer(
      200,
      R"({"results":[{"attrs":{"last_check_result":{"execution_start":1e300,"execution_end":1e300}}}]})")));
}

}  // namespace
}  // namespace muster::bridge
