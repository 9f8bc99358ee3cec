// SPDX-License-Identifier: Apache-2.0
#include "collector/board/status_answer.hpp"

#include <tuple>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/support_web/fake_board.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using protocol::json::object;

class StatusAnswer : public testing::Test {
protected:
  StatusAnswer()
  {
    add("web1");
    add("web2");
  }

  void add(const std::string& node)
  {
    ShownService service;
    service.node = node;
    service.check = "disk";
    service.state = CheckState::critical;
    service.summary = std::string(300, 'x');
    board_.services_held.push_back(service);
  }

  object ask(const object& data = {})
  {
    const auto told = status_answer(board_, data);
    EXPECT_TRUE(told) << told.error().message;
    return told.value_or(object{});
  }

  // Whether who knows the answer so far is told that there is nothing new.
  bool is_unchanged(const std::string& token) { return ask({{"known", token}}).contains("unchanged"); }

  std::string token() { return std::string{ask().at("token").as_string()}; }

  test::FakeBoard board_;
};

TEST_F(StatusAnswer, TellsWhoKnowsItAlreadyOnlyThat)
{
  EXPECT_EQ(ask({{"known", "nonsense"}}).at("services").as_array().size(), 2U);
  const auto short_answer = ask({{"known", token()}});
  EXPECT_EQ(short_answer.size(), 2U);
  EXPECT_TRUE(short_answer.at("unchanged").as_bool());
}

TEST_F(StatusAnswer, IsAnotherWhenSomethingToBeSeenHasChanged)
{
  auto before = token();
  const auto changes = [&] {
    const bool changed = !is_unchanged(before);
    before = token();
    return changed;
  };
  board_.services_held[0].summary = "y";
  EXPECT_TRUE(changes());
  board_.services_held[1].acknowledgement = ShownAcknowledgement{};
  EXPECT_TRUE(changes());
  board_.nodes_held.push_back({"db1", "gone", {}, "", {}, {}, {}, {}});
  EXPECT_TRUE(changes());
  board_.health_held.problems.emplace_back("the disk is full");
  EXPECT_TRUE(changes());
  board_.services_held.pop_back();
  EXPECT_TRUE(changes());
}

TEST_F(StatusAnswer, IsTheSameWhenAResultSaysTheSameAgain)
{
  const auto before = token();
  board_.services_held[0].last_result = Time{5s};
  board_.services_held[0].run_time = 5ms;
  board_.health_held.results_taken = 7;
  EXPECT_TRUE(is_unchanged(before));
}

TEST_F(StatusAnswer, HasOneTokenOnAllItsPages)
{
  for (int i = 0; i < 600; ++i) {
    add("node" + std::to_string(i));
  }
  const auto first = ask();
  const auto listed = first.at("services").as_array().size();
  ASSERT_LT(listed, 602U);
  const auto second = ask({{"from", listed}});
  EXPECT_EQ(first.at("token"), second.at("token"));
  EXPECT_EQ(first.at("left_out").to_number<std::size_t>(), 602U - listed);
}

TEST_F(StatusAnswer, CountsOnlyWhatWasAskedFor)
{
  board_.nodes_held.push_back({"web1", "up", {}, "", {}, {}, {}, {}});
  board_.nodes_held.push_back({"web2", "gone", {}, "", {}, {}, {}, {}});
  board_.services_held[1].check = "load";
  const auto counted = [&](const object& data) {
    const auto told = ask(data);
    const auto& counts = told.at("counts").as_object();
    return std::tuple{
        counts.at("need_somebody").at("critical").to_number<int>(),
        counts.at("nodes").at("gone").to_number<int>()};
  };
  EXPECT_EQ(counted({}), std::tuple(2, 1));
  EXPECT_EQ(counted({{"check", "disk"}}), std::tuple(1, 1));
  EXPECT_EQ(counted({{"check", "nosuch"}}), std::tuple(0, 1));
  EXPECT_EQ(counted({{"node", "web1"}}), std::tuple(1, 0));
  EXPECT_EQ(counted({{"select", object{{"identity", {"web1"}}}}}), std::tuple(1, 0));
}

ShownNode lost(const std::string& name)
{
  ShownNode node;
  node.name = name;
  node.status = "gone";
  return node;
}

int nodes_that_need_somebody(const object& told)
{
  return told.at("counts").as_object().at("need_somebody").as_object().at("nodes").to_number<int>();
}

TEST_F(StatusAnswer, CountsLostNodesThatNobodyLooksAfter)
{
  board_.nodes_held = {lost("web1"), lost("web2"), lost("web3"), lost("web4")};
  board_.nodes_held[1].acknowledgement = ShownAcknowledgement{};
  board_.nodes_held[2].downtime = ShownDowntime{};
  board_.nodes_held[3].unreachable = true;
  EXPECT_EQ(nodes_that_need_somebody(ask()), 1);
  EXPECT_EQ(nodes_that_need_somebody(ask({{"node", "web2"}})), 0);
  EXPECT_EQ(nodes_that_need_somebody(ask({{"select", object{{"identity", {"web1"}}}}})), 1);
}

TEST_F(StatusAnswer, OfACheckLeavesOutLostNodesThatNeverHadIt)
{
  board_.nodes_held = {lost("web1"), lost("db1")};
  const auto told = ask({{"check", "disk"}});
  EXPECT_EQ(nodes_that_need_somebody(told), 1);
  EXPECT_EQ(told.at("nodes").as_array().size(), 1U);
}

TEST_F(StatusAnswer, SaysHowManyLostNodesItDoesNotListAndListsThoseThatNeedSomebody)
{
  for (int i = 0; i < 1000; ++i) {
    board_.nodes_held.push_back(lost("node" + std::to_string(i)));
    if (i != 999) {
      board_.nodes_held.back().acknowledgement = ShownAcknowledgement{};
    }
  }
  const auto told = ask();
  const auto& listed = told.at("nodes").as_array();
  EXPECT_LE(listed.size(), 200U);
  EXPECT_EQ(told.at("nodes_left_out").to_number<std::size_t>(), 1000U - listed.size());
  EXPECT_EQ(listed.at(0).at("name").as_string(), "node999");
  const auto before = token();
  board_.nodes_held.push_back(lost("zz"));
  board_.nodes_held.back().acknowledgement = ShownAcknowledgement{};
  EXPECT_FALSE(is_unchanged(before));
}

TEST_F(StatusAnswer, FitsIntoOneMessageThoughEveryLostNodeHasALongComment)
{
  for (int i = 0; i < 400; ++i) {
    add("node" + std::to_string(i));
    board_.nodes_held.push_back(lost("node" + std::to_string(i)));
    board_.nodes_held.back().acknowledgement = ShownAcknowledgement{};
    board_.nodes_held.back().acknowledgement->comment = std::string(1000, 'c');
  }
  EXPECT_LT(boost::json::serialize(ask()).size(), std::size_t{115} << 10U);
}

TEST_F(StatusAnswer, SaysWhatIsWrongWithAFilter)
{
  EXPECT_FALSE(status_answer(board_, {{"filter", "a=~/(/"}}));
}

}  // namespace
}  // namespace muster::collector
