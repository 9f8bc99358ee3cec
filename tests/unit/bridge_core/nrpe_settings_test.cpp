// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/settings.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using nrpe_server::ClientCertificates;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ExpectedOrErrors<Settings> parse(const std::string& listeners)
{
  return parse_settings(
      "/etc/muster/nagios-bridge.yaml",
      "identity: nagios-bridge@mon1\nbrokers: [mqtt://127.0.0.1]\nsinks: [{kind: file, path: told.jsonl}]\n"
      "nrpe_listeners: " +
          listeners + "\n");
}

std::vector<NrpeDoorSettings> of(const std::string& listeners)
{
  const auto settings = parse(listeners);
  EXPECT_TRUE(settings) << settings.error().front().message;
  return settings ? settings->nrpe_listeners : std::vector<NrpeDoorSettings>{};
}

std::string complaint(const std::string& listeners)
{
  const auto settings = parse(listeners);
  return settings ? "taken" : settings.error().front().message;
}

TEST(NrpeListenersOfTheBridge, AreNoneUnlessAskedFor)
{
  EXPECT_THAT(of("[]"), IsEmpty());
}

TEST(NrpeListenersOfTheBridge, NeedNothingButWhoIsLetIn)
{
  const auto doors = of("[{allowed_hosts: [127.0.0.1]}]");
  ASSERT_EQ(doors.size(), 1U);
  EXPECT_THAT(doors[0].options.addresses, IsEmpty());
  EXPECT_EQ(doors[0].options.port, 5666);
  EXPECT_EQ(doors[0].rules.node, "");
  EXPECT_FALSE(doors[0].rules.arguments);
  EXPECT_EQ(doors[0].timeout, 9s);
  ASSERT_TRUE(doors[0].options.tls);
  EXPECT_EQ(doors[0].options.tls->common_name, "mon1");
  EXPECT_EQ(doors[0].options.tls->client_certificates, ClientCertificates::not_asked_for);
  EXPECT_FALSE(doors[0].options.allowed_hosts.allows(nrpe::parse_address("127.0.0.2").value()));
}

TEST(NrpeListenersOfTheBridge, ReadEveryKey)
{
  const auto doors =
      of("\n  - {address: [10.0.0.1, 10.0.0.2], port: 5667, node: web1, allowed_hosts: [10.0.0.0/24, mon2], "
         "arguments: true, timeout: 55s,\n     tls: {certificate: a.pem, key: a.key, client_ca: ca.pem, "
         "client_certificates: required}}\n  - {port: 5668, plain: true, allowed_hosts: 127.0.0.1}");
  ASSERT_EQ(doors.size(), 2U);
  EXPECT_THAT(doors[0].options.addresses, ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_EQ(doors[0].rules.node, "web1");
  EXPECT_TRUE(doors[0].rules.arguments);
  EXPECT_EQ(doors[0].timeout, 55s);
  EXPECT_THAT(doors[0].options.allowed_hosts.names(), ElementsAre("mon2"));
  EXPECT_EQ(doors[0].options.tls->client_ca, "/etc/muster/ca.pem");
  EXPECT_EQ(doors[0].options.tls->client_certificates, ClientCertificates::required);
  EXPECT_FALSE(doors[1].options.tls);
  EXPECT_EQ(place_of(doors[0]), "10.0.0.1, 10.0.0.2 port 5667");
  EXPECT_EQ(place_of(doors[1]), "port 5668");
}

TEST(NrpeListenersOfTheBridge, AreRefusedWhereTheyMakeNoSense)
{
  EXPECT_THAT(complaint("{port: 5666}"), HasSubstr("expected a list"));
  EXPECT_THAT(complaint("[5666]"), HasSubstr("expected a port"));
  EXPECT_THAT(complaint("[{port: 5667}]"), HasSubstr("expected who is let in"));
  EXPECT_THAT(complaint("[{allowed_hosts: []}]"), HasSubstr("expected who is let in"));
  EXPECT_THAT(complaint("[{allowed_hosts: [0.0.0.0/0]}]"), HasSubstr("expected an address"));
  EXPECT_THAT(complaint("[{allowed_hosts: mon1, node: Web1}]"), HasSubstr("expected the name of a node"));
  EXPECT_THAT(complaint("[{allowed_hosts: mon1, timeout: 1s}]"), HasSubstr("timeout"));
  EXPECT_THAT(complaint("[{allowed_hosts: mon1, plain: true, tls: {adh: true}}]"), HasSubstr("no tls"));
  EXPECT_THAT(complaint("[{allowed_hosts: mon1, tls: {key: a}}]"), HasSubstr("certificate and key"));
  EXPECT_THAT(
      complaint("[{allowed_hosts: mon1, tls: {client_certificates: required}}]"), HasSubstr("client_ca"));
  EXPECT_THAT(
      complaint("[{allowed_hosts: mon1, tls: {client_certificates: maybe}}]"), HasSubstr("none, asked"));
  EXPECT_THAT(complaint("[{allowed_hosts: mon1, nodes: web1}]"), HasSubstr("nodes"));
}

TEST(NrpeListenersOfTheBridge, HaveOnePlaceEach)
{
  const std::string one = "{allowed_hosts: mon1, address: 10.0.0.1, node: a}";
  EXPECT_THAT(complaint("[" + one + ", " + one + "]"), HasSubstr("another address or port"));
  EXPECT_THAT(complaint("[" + one + ", {allowed_hosts: mon1}]"), HasSubstr("another address or port"));
  EXPECT_EQ(of("[" + one + ", {allowed_hosts: mon1, address: 10.0.0.2}]").size(), 2U);
  EXPECT_EQ(of("[" + one + ", {allowed_hosts: mon1, port: 5667}]").size(), 2U);
}

}  // namespace
}  // namespace muster::bridge
