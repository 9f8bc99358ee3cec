// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Read {
  NrdpSettings settings;
  std::string complaints;
};

Read read(const std::string& text)
{
  const auto document = runtime::read_yaml("nagios-bridge.yaml", text);
  EXPECT_TRUE(document) << document.error().message;
  runtime::Complaints complaints{"nagios-bridge.yaml"};
  runtime::SettingsReader reader{complaints, document->root};
  Read result;
  result.settings = read_nrdp_settings(reader, "/etc/muster");
  reader.refuse_unknown_keys();
  for (const auto& error : complaints.in_order()) {
    result.complaints += error.message + "\n";
  }
  return result;
}

TEST(NrdpSettings, AreAUrlAndAToken)
{
  const auto [settings, complaints] = read("url: https://mon1/nrdp/\ntoken_file: nrdp.token\n");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(settings.server.path, "/nrdp/");
  EXPECT_EQ(settings.token_file, "/etc/muster/nrdp.token");
  EXPECT_EQ(settings.batch, 100U);
  EXPECT_EQ(settings.apart, 12s);
}

TEST(NrdpSettings, CanSayEverything)
{
  const auto [settings, complaints] = read(
      "url: https://10.0.0.7/nrdp/\ntoken_file: t\nca: ca.crt\nserver_name: mon1\nbatch: 5\napart: 0s\n"
      "timeout: 3s\n");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(settings.tls.ca, "/etc/muster/ca.crt");
  EXPECT_EQ(settings.tls.name, "mon1");
  EXPECT_EQ(settings.apart, 0s);
}

TEST(NrdpSettings, ThatCannotWorkAreRefusedWhereTheyStand)
{
  const std::string good = "url: http://mon1/nrdp/\ntoken_file: t\n";
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"token_file: t\n", "expected where NRDP is"},
           {"url: https://a:b@mon1/\ntoken_file: t\n", "without a user"},
           {"url: https://mon1/nrdp/\n", "expected the file that holds a token"},
           {good + "ca: ca.crt\n", "expected an https:// url"},
           {good + "batch: 0\n", "batch"},
           {good + "tokn: x\n", "tokn"},
       }) {
    EXPECT_THAT(read(text).complaints, HasSubstr(complaint)) << text;
  }
}

}  // namespace
}  // namespace muster::bridge
