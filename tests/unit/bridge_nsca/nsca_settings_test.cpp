// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Read {
  NscaSettings settings;
  std::string complaints;
};

Read read(const std::string& text)
{
  const auto document = runtime::read_yaml("nagios-bridge.yaml", text);
  EXPECT_TRUE(document) << document.error().message;
  runtime::Complaints complaints{"nagios-bridge.yaml"};
  runtime::SettingsReader reader{complaints, document->root};
  Read result;
  result.settings = read_nsca_settings(reader, "/etc/muster");
  reader.refuse_unknown_keys();
  for (const auto& error : complaints.in_order()) {
    result.complaints += error.message + "\n";
  }
  return result;
}

TEST(NscaSettings, AreThoseOfADaemonAsItComes)
{
  const auto [settings, complaints] = read("host: mon1\n");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(place_of(settings), "mon1:5667");
  EXPECT_EQ(settings.encryption, 1U);
  EXPECT_EQ(settings.timeout, 10s);
  EXPECT_TRUE(settings.password_file.empty());
}

TEST(NscaSettings, CanSayEverything)
{
  const auto [settings, complaints] =
      read("host: '::1'\nport: 5668\nencryption: 14\npassword_file: nsca.password\ntimeout: 3s\n");
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(place_of(settings), "[::1]:5668");
  EXPECT_EQ(settings.encryption, 14U);
  EXPECT_EQ(settings.password_file, "/etc/muster/nsca.password");
  EXPECT_EQ(settings.timeout, 3s);
}

TEST(NscaSettings, ThatCannotWorkAreRefusedWhereTheyStand)
{
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"port: 5667\n", "expected the name or the address"},
           {"host: http://mon1/\n", "expected the name or the address"},
           {"host: mon1\nport: 0\n", "nagios-bridge.yaml:2:7: port"},
           {"host: mon1\nencryption: 2\n", "2 (DES) is not among the methods that work here"},
           {"host: mon1\nencryption: 27\n", "encryption"},
           {"host: mon1\nencryption: 14\n", "expected the file that holds the password"},
           {"host: mon1\npasword: x\n", "pasword"},
       }) {
    EXPECT_THAT(read(text).complaints, HasSubstr(complaint)) << text;
  }
}

}  // namespace
}  // namespace muster::bridge
