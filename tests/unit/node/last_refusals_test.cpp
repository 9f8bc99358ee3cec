// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/last_refusals.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/unit/node/request_gate_rig.hpp"

namespace muster::node {

namespace {

// What the gate of web1 decides, and what is kept of it.
class LastRefusalsOf : public RequestGateOf {
protected:
  void arrives(const std::string& payload) { refusals_.decided(receive(payload), payload, now_); }

  [[nodiscard]] std::string changing_request() const
  {
    auto asked = request("a1");
    asked.agent = "rpcutil";
    asked.action = "purge";
    return alice_.seal(asked);
  }

  LastRefusals refusals_;
};

}  // namespace

TEST_F(LastRefusalsOf, AreNoneBeforeAnythingIsRefused)
{
  arrives(alice_.seal(request("a1")));

  EXPECT_FALSE(refusals_.verified());
  EXPECT_FALSE(refusals_.unverified());
}

TEST_F(LastRefusalsOf, KeepWhoAskedForWhatAndWhyNot)
{
  gate_.set_changing_actions({"rpcutil.purge"});
  arrives(changing_request());

  ASSERT_TRUE(refusals_.verified());
  const auto& refusal = *refusals_.verified();
  EXPECT_EQ(refusal.caller, alice_.request("a", now_).caller);
  EXPECT_EQ(refusal.agent + "." + refusal.action, "rpcutil.purge");
  EXPECT_EQ(refusal.reason, Refusal::policy);
  EXPECT_EQ(refusal.at, now_);
  EXPECT_FALSE(refusal.message.empty());
}

TEST_F(LastRefusalsOf, ReadNoBodyOfAStrangerAndDoNotLetHimHideAnything)
{
  gate_.set_changing_actions({"rpcutil.purge"});
  arrives(changing_request());
  auto forged = changing_request();
  forged.back() = ' ';
  arrives(forged);

  ASSERT_TRUE(refusals_.unverified());
  EXPECT_EQ(refusals_.unverified()->reason, Refusal::bad_signature);
  EXPECT_EQ(refusals_.unverified()->agent, "");
  EXPECT_TRUE(refusals_.verified());
}

TEST_F(LastRefusalsOf, KeepOnlyTheLastOneAndNoMoreOfItThanIsWorthReading)
{
  refusals_.refused(request("a1"), Refusal::busy, "first", now_);
  refusals_.refused(request("a2"), Refusal::busy, std::string(100'000, 'x') + "\xff", now_ + 1s);

  EXPECT_EQ(refusals_.verified()->at, now_ + 1s);
  EXPECT_LT(boost::json::serialize(to_json(*refusals_.verified())).size(), 2000U);
}

}  // namespace muster::node
