// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/ca.hpp"
#include "cli/commands/key.hpp"
#include "cli/commands/node_add.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

// Runs the three commands in a folder of their own, which goes with the test.
class KeyCommands : public ::testing::Test {
protected:
  int make_authority()
  {
    return ca_init({ca(), {"mon1.example.net", "10.0.0.1"}, 8883, "", {}}, no_environment(), out_, err_);
  }

  int make_key(const std::string& name)
  {
    return key_generate({name, client(), ca(), true}, no_environment(), out_, err_);
  }

  int make_node(const std::string& name)
  {
    return node_add({name, ca(), std::nullopt, std::nullopt}, no_environment(), out_, err_);
  }

  [[nodiscard]] fs::path ca() const { return folder_.path() / "ca"; }

  [[nodiscard]] fs::path client() const { return folder_.path() / "client"; }

  static client::Environment no_environment()
  {
    return [](const std::string&) { return std::optional<std::string>{}; };
  }

  static std::string text_of(const fs::path& path)
  {
    std::ifstream stream{path};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }

  static bool only_owner_reads(const fs::path& path)
  {
    return fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write);
  }

  const test::TemporaryDirectory folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(KeyCommands, MakeAnAuthorityWhoseSecretsOnlyItsOwnerReads)
{
  ASSERT_EQ(make_authority(), 0) << err_.str();
  EXPECT_TRUE(only_owner_reads(ca() / "ca.key"));
  EXPECT_TRUE(only_owner_reads(ca() / "broker" / "server.key"));
  EXPECT_EQ(text_of(ca() / "brokers"), "mqtts://mon1.example.net:8883\nmqtts://10.0.0.1:8883\n");
  EXPECT_THAT(text_of(ca() / "broker" / "mosquitto.conf"), HasSubstr((ca() / "broker" / "acl").string()));
}

TEST_F(KeyCommands, LeaveAnAuthorityThatExistsAsItIs)
{
  ASSERT_EQ(make_authority(), 0);
  const auto before = text_of(ca() / "ca.key");
  EXPECT_EQ(make_authority(), 64);
  EXPECT_THAT(err_.str(), HasSubstr("ca.key exists already"));
  EXPECT_EQ(text_of(ca() / "ca.key"), before);
}

TEST_F(KeyCommands, GiveAnOperatorAKeyACertificateRightsAndSettings)
{
  ASSERT_EQ(make_authority(), 0);
  ASSERT_EQ(make_key("alice@ops1"), 0) << err_.str();
  EXPECT_TRUE(only_owner_reads(client() / "keys" / "alice@ops1.key"));
  EXPECT_TRUE(only_owner_reads(client() / "tls" / "alice@ops1.key"));
  EXPECT_THAT(text_of(client() / "keys" / "alice@ops1.pub"), HasSubstr("muster-ed25519 "));
  EXPECT_THAT(text_of(ca() / "broker" / "acl"), HasSubstr("\nuser alice@ops1\n"));
  EXPECT_THAT(text_of(client() / "client.yaml"), HasSubstr("caller: alice@ops1\n"));
}

TEST_F(KeyCommands, LeaveTheSettingsOfAFirstKeyWhenASecondIsMade)
{
  ASSERT_EQ(make_authority(), 0);
  ASSERT_EQ(make_key("alice@ops1"), 0);
  const auto before = text_of(client() / "client.yaml");
  ASSERT_EQ(make_key("bob@ops1"), 0) << err_.str();
  EXPECT_EQ(text_of(client() / "client.yaml"), before);
  EXPECT_EQ(make_key("bob@ops1"), 64);
  EXPECT_THAT(err_.str(), HasSubstr("bob@ops1.key exists already"));
}

TEST_F(KeyCommands, MakeAKeyWithoutAnAuthorityAndSayWhatIsMissing)
{
  EXPECT_EQ(key_generate({"alice@ops1", client(), std::nullopt, true}, no_environment(), out_, err_), 0);
  EXPECT_TRUE(fs::exists(client() / "keys" / "alice@ops1.key"));
  EXPECT_FALSE(fs::exists(client() / "client.yaml"));
  EXPECT_THAT(out_.str(), HasSubstr("no TLS certificate yet"));
}

TEST_F(KeyCommands, GiveANodeItsFilesAndTheCallersThatAreKnown)
{
  ASSERT_EQ(make_authority(), 0);
  ASSERT_EQ(make_key("alice@ops1"), 0);
  out_.str("");
  ASSERT_EQ(make_node("web1.example.net"), 0) << err_.str();
  const auto node = ca() / "nodes" / "web1.example.net";
  EXPECT_TRUE(only_owner_reads(node / "tls" / "node.key"));
  EXPECT_EQ(text_of(node / "callers.d" / "alice@ops1.pub"), text_of(client() / "keys" / "alice@ops1.pub"));
  EXPECT_THAT(text_of(node / "checkagent.yaml"), HasSubstr("identity: web1.example.net\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("believe nobody")));
}

TEST_F(KeyCommands, WarnOfANodeThatWouldBelieveNobody)
{
  ASSERT_EQ(make_authority(), 0);
  ASSERT_EQ(make_node("web1"), 0);
  EXPECT_THAT(out_.str(), HasSubstr("believe nobody"));
}

TEST_F(KeyCommands, RefuseNamesThatAreNone)
{
  ASSERT_EQ(make_authority(), 0);
  EXPECT_EQ(make_node("Web1"), 64);
  EXPECT_EQ(make_node("../web1"), 64);
  EXPECT_EQ(make_key("web1"), 64);
  EXPECT_FALSE(fs::exists(ca() / "nodes"));
}

TEST_F(KeyCommands, TellProgramsOneObjectWhateverCameOfIt)
{
  KeyGenerateOptions options{"alice@ops1", client(), std::nullopt, true, true};
  EXPECT_EQ(key_generate(options, no_environment(), out_, err_), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\"caller\": \"alice@ops1\""));
  EXPECT_THAT(out_.str(), Not(HasSubstr("copy ")));
  out_.str("");
  EXPECT_EQ(key_generate(options, no_environment(), out_, err_), 64);
  EXPECT_THAT(out_.str(), HasSubstr("\"exit_status\": 64"));
  EXPECT_THAT(err_.str(), HasSubstr("exists already"));
}

TEST_F(KeyCommands, SayHowToMakeAnAuthorityWhereThereIsNone)
{
  EXPECT_EQ(make_node("web1"), 64);
  EXPECT_THAT(err_.str(), HasSubstr("`mco ca init` makes an authority"));
}

}  // namespace
}  // namespace muster::cli
