// SPDX-License-Identifier: Apache-2.0
#include "libmuster/client/client_settings.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::client {

namespace {

using Paths = std::vector<std::filesystem::path>;

constexpr const char* smallest = "brokers: [mqtt://localhost]\ncaller: alice@ops1\n";

Environment with(std::map<std::string, std::string> variables)
{
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  };
}

std::string errors_of(const ExpectedOrErrors<ClientSettings>& settings)
{
  std::string result;
  if (!settings) {
    for (const auto& error : settings.error()) {
      result += error.message + "\n";
    }
  }
  return result;
}

}  // namespace

TEST(ClientSettings, AreLookedForUnderHomeAndThenForTheWholeMachine)
{
  EXPECT_EQ(
      client_settings_candidates(std::nullopt, with({{"HOME", "/home/a"}})),
      (Paths{"/home/a/.config/muster/client.yaml", "/etc/muster/client.yaml"}));
}

TEST(ClientSettings, AreFoundWithoutAHome)
{
  EXPECT_EQ(client_settings_candidates(std::nullopt, with({})), (Paths{"/etc/muster/client.yaml"}));
}

TEST(ClientSettings, AreLookedForNowhereElseWhenTheyAreNamed)
{
  const auto environment = with({{"HOME", "/home/a"}, {"MUSTER_CONFIG", "/e.yaml"}});
  EXPECT_EQ(client_settings_candidates(std::nullopt, environment), (Paths{"/e.yaml"}));
  EXPECT_EQ(client_settings_candidates("/o.yaml", environment), (Paths{"/o.yaml"}));
}

TEST(ClientSettings, HaveDefaultsForAllButBrokersAndCaller)
{
  const auto settings = parse_client_settings("/home/a/.config/muster/client.yaml", smallest);
  ASSERT_TRUE(settings) << errors_of(settings);
  EXPECT_EQ(settings->file, "/home/a/.config/muster/client.yaml");
  EXPECT_EQ(settings->caller, "alice@ops1");
  EXPECT_EQ(settings->key, "/home/a/.config/muster/keys/alice@ops1.key");
  EXPECT_EQ(settings->collective, "main");
  EXPECT_EQ(settings->wait, std::chrono::seconds{10});
  EXPECT_EQ(settings->connect_timeout, std::chrono::seconds{5});
  EXPECT_EQ(settings->connection.brokers, (std::vector<std::string>{"mqtt://localhost:1883"}));
}

TEST(ClientSettings, TakeEveryKeyFromTheFile)
{
  const auto settings = parse_client_settings(
      "/x/client.yaml",
      std::string{smallest} +
          "key: my.key\ncollective: uk\nwait: 20s\nconnect_timeout: 500ms\ntopic_dots_as_underscores: yes\n"
          "tls: {ca: ca.pem}\n");
  ASSERT_TRUE(settings) << errors_of(settings);
  EXPECT_EQ(settings->key, "/x/my.key");
  EXPECT_EQ(settings->collective, "uk");
  EXPECT_EQ(settings->wait, std::chrono::seconds{20});
  EXPECT_EQ(settings->connect_timeout, std::chrono::milliseconds{500});
  EXPECT_EQ(settings->connection.ca, "/x/ca.pem");
  EXPECT_TRUE(settings->topic_dots_as_underscores);
}

TEST(ClientSettings, TellEveryErrorAtOnce)
{
  EXPECT_EQ(
      errors_of(parse_client_settings("c.yaml", "caller: alice\ncolective: uk\nwait: soon\n")),
      "c.yaml:1:1: brokers: missing; expected a broker such as mqtts://mon1.example.net:8883\n"
      "c.yaml:1:9: caller: expected NAME@PLACE of [A-Za-z0-9._-], such as alice@ops1\n"
      "c.yaml:2:1: unknown key 'colective'; did you mean 'collective'?\n"
      "c.yaml:3:7: wait: expected a time such as 500ms, 10s or 2m, from 100 ms to 3600 s\n");
}

TEST(ClientSettings, SayHowToGetACallerWhenThereIsNone)
{
  EXPECT_NE(
      errors_of(parse_client_settings("c.yaml", "brokers: [mqtt://localhost]\n")).find("mco key generate"),
      std::string::npos);
}

TEST(ClientSettings, NameEveryPlaceThatWasLookedAt)
{
  const auto settings = read_client_settings("/nonexistent/client.yaml", with({}));
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().front().code, ErrorCode::not_found);
  EXPECT_NE(settings.error().front().message.find("/nonexistent/client.yaml"), std::string::npos);
}

TEST(ClientSettings, AreReadFromTheFirstPlaceThatHasThem)
{
  const test::TemporaryDirectory home;
  const auto folder = home.path() / ".config/muster";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(runtime::write_file_atomically(folder / "client.yaml", smallest, 0600));
  const auto settings = read_client_settings(std::nullopt, with({{"HOME", home.path()}}));
  ASSERT_TRUE(settings) << errors_of(settings);
  EXPECT_EQ(settings->file, folder / "client.yaml");
}

TEST(ProcessEnvironment, TakesAnEmptyVariableForNone)
{
  const auto environment = process_environment();
  EXPECT_TRUE(environment("PATH"));
  EXPECT_FALSE(environment("MUSTER_NO_SUCH_VARIABLE"));
}

TEST(ClientSettings, HaveBatchesForActionsIfTheySaySo)
{
  const auto settings =
      parse_client_settings("/c.yaml", std::string{smallest} + "batch: 10%\nbatch_sleep: 2s\n");
  ASSERT_TRUE(settings) << errors_of(settings);
  EXPECT_EQ(settings->batch, "10%");
  EXPECT_EQ(settings->batch_sleep, std::chrono::seconds{2});
  for (const auto* wrong : {"0", "0%", "ten", "-1", "1000000", "%"}) {
    const auto refused = parse_client_settings("/c.yaml", std::string{smallest} + "batch: '" + wrong + "'\n");
    EXPECT_NE(errors_of(refused).find("expected how many nodes at a time"), std::string::npos) << wrong;
  }
}

}  // namespace muster::client
