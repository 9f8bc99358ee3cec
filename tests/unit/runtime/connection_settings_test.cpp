// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/connection_settings.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster::runtime {

namespace {

// The complaints about a file, a line each; what was read goes to `settings`.
std::string read(const std::string& text, ConnectionSettings& settings)
{
  const auto document = read_yaml("f", text);
  EXPECT_TRUE(document) << text;
  Complaints complaints{"f"};
  SettingsReader reader{complaints, document->root};
  settings = read_connection(reader, "/etc/muster");
  std::string result;
  for (const auto& error : complaints.in_order()) {
    result += (result.empty() ? "" : "\n") + error.message;
  }
  return result;
}

}  // namespace

TEST(BrokerUrl, GetsItsUsualPort)
{
  EXPECT_EQ(normal_broker_url("mqtts://mon1.example.net").value_or(""), "mqtts://mon1.example.net:8883");
  EXPECT_EQ(normal_broker_url("mqtts://mon1:8884").value_or(""), "mqtts://mon1:8884");
  EXPECT_EQ(normal_broker_url("mqtts://[2001:db8::1]").value_or(""), "mqtts://[2001:db8::1]:8883");
  EXPECT_EQ(normal_broker_url("mqtts://[2001:db8::1]:99").value_or(""), "mqtts://[2001:db8::1]:99");
}

TEST(BrokerUrl, MayBePlainOnLoopbackOnly)
{
  EXPECT_EQ(normal_broker_url("mqtt://127.0.0.1").value_or(""), "mqtt://127.0.0.1:1883");
  EXPECT_EQ(normal_broker_url("mqtt://localhost:1884").value_or(""), "mqtt://localhost:1884");
  EXPECT_EQ(normal_broker_url("mqtt://[::1]").value_or(""), "mqtt://[::1]:1883");
  for (const auto* url : {"mqtt://mon1", "mqtt://10.0.0.1:1883", "mqtt://127.evil.example", "mqtt://[::2]"}) {
    const auto result = normal_broker_url(url);
    ASSERT_FALSE(result) << url;
    EXPECT_NE(result.error().message.find("use mqtts://"), std::string::npos) << result.error().message;
  }
}

TEST(BrokerUrl, IsNothingElse)
{
  for (const auto* url :
       {"",
        "mon1",
        "mqtts://",
        "mqtts://:8883",
        "http://mon1",
        "mqtts://a b",
        "mqtts://a:0",
        "mqtts://a:",
        "mqtts://a:65536",
        "mqtts://a:x",
        "mqtts://a/b",
        "mqtts://u@a",
        "mqtts://[::1",
        "mqtts://[]",
        "MQTTS://a"}) {
    EXPECT_FALSE(normal_broker_url(url)) << url;
  }
}

TEST(ConnectionSettings, AreReadWithPathsFromTheFilesFolder)
{
  ConnectionSettings settings;
  EXPECT_EQ(
      read(
          "brokers: [mqtts://a, mqtts://b:1]\ntls:\n  ca: ca.pem\n  certificate: /x/c.pem\n  key: k.pem\n",
          settings),
      "");
  EXPECT_EQ(settings.brokers, (std::vector<std::string>{"mqtts://a:8883", "mqtts://b:1"}));
  EXPECT_EQ(settings.ca, "/etc/muster/ca.pem");
  EXPECT_EQ(settings.certificate, "/x/c.pem");
  EXPECT_EQ(settings.key, "/etc/muster/k.pem");
}

TEST(ConnectionSettings, NeedTlsFilesForAnEncryptedBrokerOnly)
{
  ConnectionSettings settings;
  EXPECT_EQ(read("brokers: [mqtt://127.0.0.1]\n", settings), "");
  const auto complaints = read("brokers: [mqtts://a]\ntls: {ca: ca.pem}\n", settings);
  EXPECT_EQ(
      complaints,
      "f:2:6: tls: certificate is missing, and a broker is mqtts://: expected the path of a PEM file\n"
      "f:2:6: tls: key is missing, and a broker is mqtts://: expected the path of a PEM file");
}

TEST(ConnectionSettings, NeedABroker)
{
  ConnectionSettings settings;
  EXPECT_NE(read("tls: {}\n", settings).find("brokers: missing"), std::string::npos);
  EXPECT_NE(read("brokers: []\n", settings).find("expected at least one"), std::string::npos);
}

TEST(ConnectionSettings, PointAtTheBrokerThatIsWrong)
{
  ConnectionSettings settings;
  EXPECT_EQ(
      read("brokers:\n  - mqtt://localhost\n  - mqtt://mon1\n", settings).substr(0, 14), "f:3:5: brokers");
}

}  // namespace muster::runtime
