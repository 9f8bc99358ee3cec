// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support_web/made_up_fleet.hpp"
#include "tests/unit/collector_web/site_rig.hpp"

namespace muster::collector::web {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Forms : testing::Test {
  Forms()
  {
    rig.board.services_held = {
        test::shown_service("web1", "check_load", CheckState::critical, noon),
        test::shown_service("web2", "check_load", CheckState::warning, noon)};
    rig.board.nodes_held = {test::shown_node("web1", "up", noon), test::shown_node("web2", "up", noon)};
    session = rig.sign_in();
  }

  int status_of(const HttpRequest& request) { return rig.ask(request).status; }

  HttpRequest acknowledgement(const std::string& more = "")
  {
    return rig.form("/do/acknowledge", "on=web1/check_load&comment=on+it&back=/nodes" + more, session);
  }

  SiteRig rig;
  std::string session;
};

std::vector<std::string> stages(const std::vector<Act>& acts)
{
  const std::vector<std::string> names{"begins", "done", "failed", "refused"};
  std::vector<std::string> texts;
  for (const auto& act : acts) {
    texts.push_back(names.at(static_cast<std::size_t>(act.stage)) + " " + act.caller + " " + act.action);
  }
  return texts;
}

}  // namespace

TEST_F(Forms, acknowledge_what_is_chosen_and_the_next_page_says_so_once)
{
  const auto answer = rig.ask(acknowledgement());
  EXPECT_EQ(303, answer.status);
  EXPECT_EQ("/nodes", header(answer, "Location"));
  EXPECT_THAT(rig.board.done, ElementsAre("acknowledge web1 check_load alice: on it"));
  EXPECT_THAT(rig.page("/nodes", session), HasSubstr("1 problem acknowledged."));
  EXPECT_THAT(rig.page("/nodes", session), Not(HasSubstr("acknowledged.")));
}

TEST_F(Forms, are_told_to_the_other_collectors_and_the_next_page_says_who_has_not_taken_it)
{
  rig.board.not_told = {"collector@mon2 refuses: <b>no</b>"};
  EXPECT_EQ(303, status_of(acknowledgement()));
  EXPECT_THAT(rig.board.told, ElementsAre(Tell::all));
  EXPECT_THAT(
      rig.page("/nodes", session),
      HasSubstr("1 problem acknowledged. collector@mon2 refuses: &lt;b&gt;no&lt;/b&gt;."));
}

TEST_F(Forms, wait_for_the_other_collectors_whatever_becomes_of_the_browser)
{
  rig.board.tells_later = true;
  std::optional<HttpResponse> answer;
  rig.site.handle(acknowledgement(), [&answer](HttpResponse response) { answer = std::move(response); });
  EXPECT_FALSE(answer);
  EXPECT_THAT(rig.board.done, ElementsAre("acknowledge web1 check_load alice: on it"))
      << "it is done here at once";
  rig.ask(rig.form("/logout", "", session));
  ASSERT_EQ(1U, rig.board.waiting.size());
  rig.board.waiting.front()({"collector@mon2 is not up: it is told when it is back"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(303, answer->status);
}

TEST_F(Forms, that_did_nothing_are_told_to_nobody)
{
  rig.board.tells_later = true;
  EXPECT_EQ(400, status_of(rig.form("/do/acknowledge", "on=web1/check_load", session)));
  EXPECT_THAT(rig.board.waiting, IsEmpty());
}

TEST_F(Forms, keep_what_they_did_for_a_person_and_not_for_a_page_that_looks_what_is_new)
{
  rig.ask(acknowledgement());
  auto look = SiteRig::request(HttpMethod::get, "/");
  look.headers["cookie"] = session;
  look.headers["sec-fetch-dest"] = "empty";
  EXPECT_THAT(rig.ask(look).body, Not(HasSubstr("1 problem acknowledged.")));
  EXPECT_THAT(rig.page("/", session), HasSubstr("1 problem acknowledged."));
}

TEST_F(Forms, are_put_on_record_before_and_after)
{
  rig.ask(acknowledgement("&sticky=1"));
  ASSERT_THAT(stages(rig.acts), ElementsAre("begins alice acknowledge", "done alice acknowledge"));
  EXPECT_EQ("web1", rig.acts[0].data["node"]);
  EXPECT_EQ("on it", rig.acts[0].data["comment"]);
  EXPECT_EQ(rig.acts[0].id, rig.acts[1].id);
  rig.ask(rig.form("/do/downtime/remove", "id=nothing", session));
  EXPECT_EQ("failed alice remove_downtime", stages(rig.acts).back());
}

TEST_F(Forms, do_all_that_is_chosen_at_once_with_a_record_of_each)
{
  const std::string chosen = "on=web2/check_load&on=web1/check_load&on=web2/check_load";
  EXPECT_EQ(303, status_of(rig.form("/do/acknowledge", chosen + "&comment=on+it", session)));
  EXPECT_THAT(rig.page("/", session), HasSubstr("2 problems acknowledged.")) << "one was named twice";
  EXPECT_EQ(1U, rig.board.stores);
  EXPECT_EQ(303, status_of(rig.form("/do/unacknowledge", chosen, session)));
  EXPECT_EQ(2U, rig.board.stores);
  EXPECT_THAT(
      rig.board.done,
      ElementsAre(
          "acknowledge web1 check_load alice: on it",
          "acknowledge web2 check_load alice: on it",
          "unacknowledge web1 check_load alice",
          "unacknowledge web2 check_load alice"));
  EXPECT_THAT(
      stages(rig.acts),
      ElementsAre(
          "begins alice acknowledge",
          "begins alice acknowledge",
          "done alice acknowledge",
          "done alice acknowledge",
          "begins alice unacknowledge",
          "begins alice unacknowledge",
          "done alice unacknowledge",
          "done alice unacknowledge"));
  EXPECT_EQ(rig.acts[1].id, rig.acts[3].id);
  EXPECT_EQ("web2", rig.acts[3].data["node"]);
}

TEST_F(Forms, do_nothing_of_all_that_is_chosen_if_one_is_not_known_and_name_it)
{
  const std::string chosen = "on=web1/check_load&on=web2/check_load&on=web1/nosuch";
  for (const auto* path : {"/do/acknowledge", "/do/unacknowledge"}) {
    rig.acts.clear();
    const auto answer = rig.ask(rig.form(path, chosen + "&comment=on+it", session));
    EXPECT_EQ(404, answer.status);
    const std::string why = "nothing is done of any of the 3: nothing is known of nosuch of web1";
    EXPECT_THAT(answer.body, HasSubstr(why));
    ASSERT_EQ(6U, rig.acts.size());
    for (std::size_t at = 3; at < rig.acts.size(); ++at) {
      EXPECT_EQ(Act::Stage::failed, rig.acts[at].stage) << "which is true of the two that are known, too";
      EXPECT_EQ(why, rig.acts[at].message);
    }
  }
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, that_cannot_be_stored_did_nothing_and_say_so)
{
  rig.board.can_store = failure(ErrorCode::io_failure, "it cannot be stored: the disk is full");
  rig.board.tells_later = true;
  const std::string chosen = "on=web1/check_load&on=web2/check_load&comment=on+it";
  const auto answer = rig.ask(rig.form("/do/acknowledge", chosen, session));
  EXPECT_EQ(http_status(ErrorCode::io_failure), answer.status);
  EXPECT_THAT(
      answer.body, HasSubstr("nothing is done of any of the 2: it cannot be stored: the disk is full"));
  EXPECT_THAT(
      stages(rig.acts),
      ElementsAre(
          "begins alice acknowledge",
          "begins alice acknowledge",
          "failed alice acknowledge",
          "failed alice acknowledge"));
  EXPECT_FALSE(rig.board.service("web1", "check_load").acknowledgement);
  EXPECT_THAT(rig.board.waiting, IsEmpty()) << "nobody is told of what was not done";
}

TEST_F(Forms, that_carry_no_key_or_a_foreign_one_do_nothing)
{
  auto without = acknowledgement();
  without.body = "on=web1/check_load&comment=x";
  EXPECT_EQ(403, status_of(without));
  auto guessed = acknowledgement();
  guessed.body = "form_key=guessed&on=web1/check_load&comment=x";
  EXPECT_EQ(403, status_of(guessed));
  const auto bobs = rig.sign_in();
  auto of_another = acknowledgement();
  of_another.headers["cookie"] = bobs;
  EXPECT_EQ(403, status_of(of_another));
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, of_another_page_do_nothing_whatever_they_carry)
{
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"origin", "https://evil.example"},
           {"origin", "null"},
           {"origin", "http://127.0.0.1:9"},
           {"sec-fetch-site", "cross-site"},
           {"sec-fetch-site", "same-site"}}) {
    auto foreign = acknowledgement();
    foreign.headers[name] = value;
    EXPECT_EQ(403, status_of(foreign)) << name << value;
  }
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, are_not_taken_as_anything_but_a_posted_form)
{
  auto fetched = acknowledgement();
  fetched.method = HttpMethod::get;
  EXPECT_EQ(404, status_of(fetched));
  fetched.method = HttpMethod::head;
  EXPECT_EQ(404, status_of(fetched));
  auto text = acknowledgement();
  text.headers["content-type"] = "text/plain";
  EXPECT_EQ(400, status_of(text));
  auto broken = acknowledgement();
  broken.body += "&x=%zz";
  EXPECT_EQ(400, status_of(broken));
  EXPECT_EQ(404, status_of(rig.form("/do/nothing", "", session)));
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, of_somebody_who_may_read_only_do_nothing_and_that_is_on_record)
{
  const auto rays = rig.sign_in(rays_token);
  const auto page = rig.page("/", rays);
  EXPECT_THAT(page, Not(HasSubstr("/do/acknowledge")));
  const auto key = input_value(page, "form_key");  // of the form that signs out
  ASSERT_NE("", key);
  for (const auto* path : {"/do/acknowledge", "/do/unacknowledge", "/do/downtime", "/do/downtime/remove"}) {
    auto form = rig.form(path, "on=web1/check_load&comment=x&id=d1&nodes=web1", rays);
    EXPECT_EQ(403, status_of(form)) << path;
  }
  EXPECT_THAT(rig.board.done, IsEmpty());
  EXPECT_THAT(
      stages(rig.acts),
      ElementsAre(
          "refused ray acknowledge",
          "refused ray unacknowledge",
          "refused ray downtime",
          "refused ray remove_downtime"));
}

TEST_F(Forms, of_nobody_do_nothing)
{
  for (const auto& cookie : {std::string{}, std::string{"muster_session=guessed"}}) {
    auto form = acknowledgement();
    form.headers["cookie"] = cookie;
    EXPECT_EQ(403, status_of(form));
  }
  auto by_token = acknowledgement();  // the API is for programs
  by_token.headers.erase("cookie");
  by_token.headers["authorization"] = "Bearer " + alices_token;
  EXPECT_EQ(403, status_of(by_token));
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, say_what_is_missing)
{
  EXPECT_EQ(400, status_of(rig.form("/do/acknowledge", "on=web1/check_load&comment=+", session)));
  EXPECT_EQ(400, status_of(rig.form("/do/acknowledge", "comment=x", session)));
  EXPECT_EQ(400, status_of(rig.form("/do/downtime", "comment=x&length=1h", session)));
  EXPECT_EQ(400, status_of(rig.form("/do/downtime", "nodes=web1&comment=x&length=soon", session)));
  EXPECT_EQ(404, status_of(rig.form("/do/acknowledge", "on=web9/check_load&comment=x", session)));
  EXPECT_THAT(rig.board.done, IsEmpty());
}

TEST_F(Forms, set_a_downtime_of_rows_of_names_and_of_a_filter)
{
  rig.ask(rig.form("/do/downtime", "on=web1/check_load&on=web2/check_load&comment=x&length=2h", session));
  rig.ask(rig.form("/do/downtime", "nodes=web1,+web2&checks=a+b&comment=y&length=1d", session));
  rig.ask(rig.form("/do/downtime", "filter=location%3Duk&comment=z&flexible=30m", session));
  rig.ask(rig.form("/do/downtime", "select=not+location%3Duk&nodes=web1&comment=z", session));
  ASSERT_EQ(4U, rig.board.downtimes_held.size());
  EXPECT_EQ("not location=uk", rig.board.downtimes_held[3].select.compound);
  EXPECT_THAT(rig.board.downtimes_held[0].nodes, ElementsAre("web1", "web2"));
  EXPECT_THAT(rig.board.downtimes_held[0].checks, ElementsAre("check_load"));
  EXPECT_EQ(noon + std::chrono::hours{2}, rig.board.downtimes_held[0].end);
  EXPECT_THAT(rig.board.downtimes_held[1].checks, ElementsAre("a", "b"));
  EXPECT_EQ("location=uk", rig.board.downtimes_held[2].filter);
  EXPECT_EQ(std::chrono::minutes{30}, rig.board.downtimes_held[2].duration);
  EXPECT_EQ("alice", rig.board.downtimes_held[2].caller);
}

TEST_F(Forms, expect_problems_of_rows_of_several_checks_at_once_or_none_of_them)
{
  rig.board.services_held.push_back(test::shown_service("web1", "check_disk", CheckState::critical, noon));
  const std::string chosen = "on=web1/check_load&on=web1/check_disk&comment=x&length=2h";
  rig.board.can_store = failure(ErrorCode::io_failure, "it cannot be stored: the disk is full");
  EXPECT_EQ(500, status_of(rig.form("/do/downtime", chosen, session)));
  EXPECT_THAT(rig.board.downtimes_held, IsEmpty());
  EXPECT_EQ("failed alice downtime", stages(rig.acts).back());
  rig.board.can_store = {};
  rig.acts.clear();
  EXPECT_EQ(303, status_of(rig.form("/do/downtime", chosen, session)));
  EXPECT_EQ(2U, rig.board.downtimes_held.size());
  EXPECT_EQ(2U, rig.board.stores) << "one for each form";
  EXPECT_EQ(4U, rig.acts.size()) << "each is on record, its beginning and its end";
}

TEST_F(Forms, go_back_to_a_page_of_ours_alone)
{
  for (const auto* back :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""}) {
    const auto answer = rig.ask(
        rig.form("/do/acknowledge", "on=web1/check_load&comment=x&back=" + percent_encoded(back), session));
    EXPECT_EQ("/", header(answer, "Location")) << back;
  }
}

TEST_F(Forms, sign_in_needs_the_word_of_the_form_and_a_token)
{
  const auto shown = rig.ask(SiteRig::request(HttpMethod::get, "/login"));
  auto posted = SiteRig::request(HttpMethod::post, "/login");
  posted.headers["content-type"] = "application/x-www-form-urlencoded";
  posted.body = "form_key=" + input_value(shown.body, "form_key") + "&token=" + alices_token;
  EXPECT_EQ(403, status_of(posted)) << "another page has no cookie to it";
  posted.headers["cookie"] = cookie_set(shown, login_cookie);
  posted.body = "form_key=" + input_value(shown.body, "form_key") + "&token=wrong";
  const auto wrong = rig.ask(posted);
  EXPECT_EQ(403, wrong.status);
  EXPECT_EQ("", cookie_set(wrong, session_cookie));
  EXPECT_THAT(wrong.body, Not(HasSubstr("value=\"wrong\"")));
}

TEST_F(Forms, signed_out_is_signed_out)
{
  EXPECT_EQ(303, status_of(rig.form("/logout", "", session)));
  auto asked = SiteRig::request(HttpMethod::get, "/");
  asked.headers["cookie"] = session;
  EXPECT_EQ("/login?back=%2F", header(rig.ask(asked), "Location"));
}

TEST_F(Forms, are_shown_to_those_alone_who_may)
{
  for (const auto* address : {"/", "/nodes/web1", "/nodes/web1/check_load", "/checks/check_load"}) {
    EXPECT_THAT(rig.page(address, session), HasSubstr("/do/acknowledge")) << address;
    EXPECT_THAT(rig.get(address).body, Not(HasSubstr("/do/"))) << address;
    EXPECT_THAT(rig.get(address, alices_token).body, Not(HasSubstr("/do/"))) << address;
  }
}

}  // namespace muster::collector::web
