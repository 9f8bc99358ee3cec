// SPDX-License-Identifier: Apache-2.0
// Floods of requests that are signed well: who has no room any more, and who still has.
#include "tests/unit/node/request_gate_rig.hpp"

namespace muster::node {
namespace {

class RequestGateOfTwo : public RequestGateOf {
protected:
  RequestGateOfTwo()
  {
    auto ring = alice_.trusted();
    ring.add(bob_.key().public_key());
    gate_.trust(ring);
  }

  // With an id of its own and `bytes` of data.
  [[nodiscard]] Request splayed(std::size_t number, std::size_t bytes) const
  {
    auto request = alice_.request("s" + std::to_string(number), now_);
    request.splay = 24h;
    request.data["text"] = std::string(bytes, 'x');
    return request;
  }

  // Sends such requests until one is decided otherwise; returns that decision.
  Decision flood(std::size_t bytes)
  {
    for (std::size_t number = 0;; ++number) {
      auto decision = receive(splayed(number, bytes));
      if (!std::holds_alternative<Postponed>(decision)) {
        return decision;
      }
      postponed_.push_back(std::get<Postponed>(std::move(decision)));
    }
  }

  Operator bob_{"bob@ops1"};
  std::vector<Postponed> postponed_;
};

TEST_F(RequestGateOfTwo, AFloodOfIdsIsBusyUntilSomeExpireAndLocksNobodyElseOut)
{
  const auto first = request("first");
  ASSERT_EQ(decided(first), "accepted");
  gate_.answered(first, "x");
  for (std::size_t i = 1; i < ReplyCache::max_ids_of_one_caller; ++i) {
    const auto next = request("n" + std::to_string(i));
    ASSERT_EQ(decided(next), "accepted");
    gate_.answered(next, "x");
  }
  const auto decision = receive(request("more"));
  ASSERT_EQ(word(decision), "busy");
  EXPECT_TRUE(std::get<Refused>(decision).verified);
  EXPECT_NE(std::get<Refused>(decision).message.find("4096 requests of alice@ops1"), std::string::npos);
  EXPECT_EQ(word(receive(bob_.seal(bob_.request("b1", now_)))), "accepted");
  EXPECT_EQ(decided(first), "replayed") << "the known ones stay known";
  now_ += 2min;
  EXPECT_EQ(decided(request("later")), "accepted");
}

TEST_F(RequestGateOfTwo, AFloodOfSplayedRequestsIsBusyAndLocksNobodyElseOut)
{
  const auto decision = flood(1);
  ASSERT_EQ(word(decision), "busy");
  EXPECT_TRUE(std::get<Refused>(decision).verified);
  EXPECT_NE(std::get<Refused>(decision).message.find("in their splay"), std::string::npos);
  EXPECT_EQ(postponed_.size(), SplayRoom::most_requests_of_one_caller);
  EXPECT_EQ(decided(request("atonce")), "accepted") << "what need not wait takes no room";
  auto of_bob = bob_.request("b1", now_);
  of_bob.splay = 24h;
  EXPECT_EQ(word(receive(bob_.seal(of_bob))), "postponed");
}

TEST_F(RequestGateOfTwo, AFloodOfLargeSplayedRequestsIsBusyBeforeItFillsTheMemory)
{
  constexpr std::size_t large = 100'000;
  EXPECT_EQ(word(flood(large)), "busy");
  EXPECT_LE(postponed_.size() * large, SplayRoom::most_bytes_of_one_caller);
  EXPECT_GT(postponed_.size() * large, SplayRoom::most_bytes_of_one_caller / 2);
}

TEST_F(RequestGateOfTwo, ARefusalForWantOfRoomLetsTheSameIdInLater)
{
  const auto refused = splayed(SplayRoom::most_requests_of_one_caller, 1);
  EXPECT_EQ(word(flood(1)), "busy");
  const auto request = gate_.take_out_of_splay(postponed_.front().payload);
  EXPECT_EQ(request.id, "s0");
  EXPECT_EQ(request.data.at("text").as_string(), "x");
  EXPECT_EQ(decided(refused), "postponed");
  EXPECT_EQ(decided(refused), "running");
}

TEST_F(RequestGateOfTwo, ARequestWithoutAPlaceForItsIdTakesNoneInTheSplay)
{
  for (std::size_t i = 0; i < ReplyCache::max_ids_of_one_caller; ++i) {
    ASSERT_EQ(decided(request("n" + std::to_string(i))), "accepted");
  }
  for (std::size_t i = 0; i <= SplayRoom::most_requests_of_one_caller; ++i) {
    const auto decision = receive(splayed(i, 1));
    ASSERT_EQ(word(decision), "busy");
    ASSERT_EQ(std::get<Refused>(decision).message.find("splay"), std::string::npos) << i;
  }
}

TEST_F(RequestGateOfTwo, ASplayGivesEveryNodeItsOwnMomentWithin)
{
  const auto delay_at = [this](const std::string& node, const std::string& id) {
    name_ = node;
    auto request = alice_.request(id, now_);
    request.splay = 24h;
    const auto decision = receive(request);
    return std::holds_alternative<Postponed>(decision) ? std::get<Postponed>(decision).delay : -1ms;
  };
  const auto first = delay_at("web1", "a1");
  EXPECT_GE(first, 0ms);
  EXPECT_LT(first, 24h);
  EXPECT_EQ(delay_at("web1", "a2"), first) << "the same in every interval";
  EXPECT_NE(delay_at("web2", "a3"), first);
}

}  // namespace
}  // namespace muster::node
