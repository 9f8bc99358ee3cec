// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  IcingaSettings settings;
  std::string complaints;
};

Read read(const std::string& text)
{
  const auto document = runtime::read_yaml("nagios-bridge.yaml", text);
  EXPECT_TRUE(document) << document.error().message;
  runtime::Complaints complaints{"nagios-bridge.yaml"};
  runtime::SettingsReader reader{complaints, document->root};
  Read result;
  result.settings = read_icinga_settings(reader, "/etc/muster");
  reader.refuse_unknown_keys();
  for (const auto& error : complaints.in_order()) {
    result.complaints += error.message + "\n";
  }
  return result;
}

constexpr auto smallest = "url: https://icinga1:5665\nuser: muster\npassword_file: icinga.password\n";

TEST(IcingaSettings, AreFewWithAPassword)
{
  const auto [settings, complaints] = read(smallest);
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(settings.api.host, "icinga1");
  EXPECT_EQ(settings.api.port, "5665");
  EXPECT_EQ(settings.password_file, "/etc/muster/icinga.password");
  EXPECT_EQ(settings.connections, 4U);
  EXPECT_EQ(settings.timeout, 10s);
  EXPECT_EQ(settings.safe_after, 6min);
  EXPECT_FALSE(settings.creates());
}

TEST(IcingaSettings, CanSayEverything)
{
  const auto [settings, complaints] = read(
      "url: https://10.0.0.7:5665\nca: ca.crt\nserver_name: icinga-master\ncertificate: a.crt\nkey: a.key\n"
      "connections: 2\ntimeout: 3s\nsafe_after: 20m\n"
      "create: {host_templates: muster-host, service_templates: [muster-service, quiet]}\n");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(settings.tls.ca, "/etc/muster/ca.crt");
  EXPECT_EQ(settings.tls.name, "icinga-master");
  EXPECT_EQ(settings.tls.certificate, "/etc/muster/a.crt");
  EXPECT_EQ(settings.tls.key, "/etc/muster/a.key");
  EXPECT_EQ(settings.connections, 2U);
  EXPECT_EQ(settings.safe_after, 20min);
  EXPECT_TRUE(settings.creates());
  EXPECT_THAT(settings.service_templates, ElementsAre("muster-service", "quiet"));
}

TEST(IcingaSettings, ThatCannotWorkAreRefusedWhereTheyStand)
{
  const std::string good = smallest;
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"user: a\npassword_file: b\n", "expected where Icinga's API is"},
           {"url: http://icinga1:5665\nuser: a\npassword_file: b\n",
            "nagios-bridge.yaml:1:6: url: expected https://"},
           {"url: https://a:b@icinga1\nuser: a\npassword_file: b\n", "without a user"},
           {"url: https://icinga1:5665\n", "expected either `user` and `password_file`"},
           {"url: https://icinga1:5665\nuser: a\n", "expected either `user` and `password_file`"},
           {good + "certificate: a\nkey: b\n", "expected either `user` and `password_file`"},
           {"url: https://icinga1:5665\ncertificate: a\n", "expected either `user` and `password_file`"},
           {"url: https://icinga1:5665\nuser: 'a:b'\npassword_file: b\n", "without a colon"},
           {good + "connections: 0\n", "connections"},
           {good + "create: {host_templates: a}\n", "expected both"},
           {good + "create: {host_templates: a, service_templates: b, zone: c}\n", "zone"},
           {good + "pasword: x\n", "pasword"},
       }) {
    EXPECT_THAT(read(text).complaints, HasSubstr(complaint)) << text;
  }
}

}  // namespace
}  // namespace muster::bridge
