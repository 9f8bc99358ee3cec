// SPDX-License-Identifier: Apache-2.0
#include "cli/broker_files.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BrokerFiles, ListenOnEveryAddressUnlessToldOtherwise)
{
  EXPECT_THAT(mosquitto_conf({"/etc/muster/ca/broker", "", 8883}), HasSubstr("\nlistener 8883\n"));
  EXPECT_THAT(
      mosquitto_conf({"/etc/muster/ca/broker", "127.0.0.1", 18883}),
      HasSubstr("\nlistener 18883 127.0.0.1\n"));
}

TEST(BrokerFiles, LetNobodyInWithoutACertificateAndDropNothing)
{
  const auto conf = mosquitto_conf({"/b", "", 8883});
  for (const auto* line :
       {"allow_anonymous false",
        "require_certificate true",
        "use_identity_as_username true",
        "acl_file /b/acl",
        "keyfile /b/server.key",
        "max_queued_messages 0",
        "max_inflight_messages 1000"}) {
    EXPECT_THAT(conf, HasSubstr("\n" + std::string{line} + "\n"));
  }
}

TEST(BrokerFiles, LetAMemberPublishOnlyUnderItsOwnName)
{
  const auto acl = acl_for_members();
  EXPECT_THAT(acl, HasSubstr("pattern readwrite muster/1/presence/%u\n"));
  EXPECT_THAT(acl, HasSubstr("pattern write muster/1/reply/+/+/%u\n"));
  EXPECT_THAT(acl, Not(HasSubstr("write muster/1/request")));
  EXPECT_THAT(acl, Not(HasSubstr("#\n")));
}

TEST(BrokerFiles, LetACallerAskAndOnlyOnRequestForget)
{
  EXPECT_THAT(acl_for_caller("alice@ops1", {}), Not(HasSubstr("muster/1/result/")));
  EXPECT_THAT(acl_for_caller("collector@mon1", {false, true}), HasSubstr("\ntopic read muster/1/result/+\n"));
  EXPECT_THAT(acl_for_caller("alice@ops1", {false, false}), HasSubstr("\ntopic read muster/1/presence/+\n"));
  EXPECT_THAT(acl_for_caller("alice@ops1", {}), HasSubstr("\ntopic readwrite muster/1/presence/+\n"));
}

TEST(BrokerFiles, KnowACallerByItsWholeName)
{
  const auto acl = acl_for_members() + acl_for_caller("alice@ops12", {});
  EXPECT_TRUE(acl_names(acl, "alice@ops12"));
  EXPECT_FALSE(acl_names(acl, "alice@ops1"));
  EXPECT_FALSE(acl_names("", "alice@ops1"));
}

}  // namespace
}  // namespace muster::cli
