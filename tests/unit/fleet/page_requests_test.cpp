// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/page_requests.hpp"

#include <gtest/gtest.h>

namespace muster::fleet {
namespace {

using namespace std::chrono_literals;

constexpr protocol::Time noon{std::chrono::milliseconds{1'790'000'000'000}};
constexpr PageRequests::Clock::time_point start{};

class PageRequestsTest : public testing::Test {
protected:
  protocol::Answer answer_to(const mqtt::Message& request)
  {
    protocol::Answer answer;
    answer.id = protocol::open_header(request.payload)->id;
    answer.node = "web1";
    answer.now = noon;
    answer.data = protocol::to_json(protocol::RecorderPage{{}, false, true, {7, 9}});
    return answer;
  }

  PageRequests requests_{{protocol::generate_secret_key("collector@mon1"), protocol::Topics{}, "session1"}};
};

TEST_F(PageRequestsTest, AskTheRecorderForWhatIsBehindAPlace)
{
  const auto message = requests_.ask({"web1", {7, 3}}, noon, start);
  EXPECT_EQ(message.topic, "muster/1/node/web1");
  EXPECT_EQ(message.expiry, PageRequests::page_wait);
  const auto sealed = protocol::open_header(message.payload);
  ASSERT_TRUE(sealed);
  const auto request = protocol::parse_body(*sealed);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->agent, "recorder");
  EXPECT_EQ(request->action, "since");
  EXPECT_EQ(request->data.at("seq"), 3);
}

TEST_F(PageRequestsTest, KnowTheirAnswersOnce)
{
  const auto answer = answer_to(requests_.ask({"web1", {7, 3}}, noon, start));
  EXPECT_FALSE(requests_.on_answer("web2", answer)) << "another speaks for it";
  const auto page = requests_.on_answer("web1", answer);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->node, "web1");
  ASSERT_TRUE(page->page);
  EXPECT_TRUE(page->page->gap);
  EXPECT_EQ(page->now, noon);
  EXPECT_FALSE(requests_.on_answer("web1", answer));
}

TEST_F(PageRequestsTest, ARefusalIsAnAnswerWithoutAPageAndRunningIsNone)
{
  auto answer = answer_to(requests_.ask({"web1", {7, 3}}, noon, start));
  answer.outcome = protocol::Outcome::running;
  EXPECT_FALSE(requests_.on_answer("web1", answer));
  answer.outcome = protocol::Outcome::refused;
  answer.message = "a policy";
  const auto page = requests_.on_answer("web1", answer);
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->page);
  EXPECT_EQ(page->page.error().message, "a policy");
}

TEST_F(PageRequestsTest, WhatDoesNotComeInTimeIsToldAsLate)
{
  const auto message = requests_.ask({"web1", {7, 3}}, noon, start);
  EXPECT_TRUE(requests_.take_late(start + PageRequests::page_wait - 1ms).empty());
  const auto late = requests_.take_late(start + PageRequests::page_wait);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].page.error().code, ErrorCode::timed_out);
  EXPECT_FALSE(requests_.on_answer("web1", answer_to(message)));
}

}  // namespace
}  // namespace muster::fleet
