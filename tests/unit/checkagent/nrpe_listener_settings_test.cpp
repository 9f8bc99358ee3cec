// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_listener_settings.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/settings.hpp"

namespace muster::checkagent {
namespace {

using namespace std::chrono_literals;
using nrpe_server::ClientCertificates;
using nrpe_server::TlsVersions;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Directives = std::map<std::string, std::string>;

ExpectedOrErrors<Settings> parse(const std::string& listener)
{
  return parse_settings(
      "/etc/muster/checkagent.yaml",
      "brokers: [mqtts://mon1]\ntls: {ca: ca.pem, certificate: node.pem, key: node.key}\n" + listener,
      "web1",
      8);
}

std::string error_of(const std::string& listener)
{
  const auto settings = parse(listener);
  return settings ? "taken" : settings.error().front().message;
}

NrpeListenerSettings of(const std::string& listener)
{
  const auto settings = parse(listener);
  EXPECT_TRUE(settings) << error_of(listener);
  return settings && settings->nrpe_listener ? *settings->nrpe_listener : NrpeListenerSettings{};
}

Expected<ListenerPlan> plan(const std::string& listener, const Directives& directives)
{
  return plan_listener(of(listener), directives, "web1.example.net");
}

std::string refusal(const std::string& listener, const Directives& directives)
{
  const auto planned = plan(listener, directives);
  return planned ? "planned" : planned.error().message;
}

bool allows(const ListenerPlan& planned, const std::string& address)
{
  return planned.options.allowed_hosts.allows(nrpe::parse_address(address).value());
}

constexpr const char* on = "nrpe_listener: true";

TEST(NrpeListenerSettings, AreOffUnlessAskedFor)
{
  EXPECT_FALSE(parse("")->nrpe_listener);
  EXPECT_FALSE(parse("nrpe_listener: false")->nrpe_listener);
  EXPECT_TRUE(parse(on)->nrpe_listener);
  EXPECT_TRUE(parse("nrpe_listener: {port: 5667}")->nrpe_listener);
}

TEST(NrpeListenerSettings, AreRefusedWhereTheyMakeNoSense)
{
  EXPECT_THAT(error_of("nrpe_listener: {port: 0}"), HasSubstr("port"));
  EXPECT_THAT(error_of("nrpe_listener: {allowed_hosts: [10.0.0.300]}"), HasSubstr("expected an address"));
  EXPECT_THAT(error_of("nrpe_listener: {allowed_hosts: [0.0.0.0/0]}"), HasSubstr("expected an address"));
  EXPECT_THAT(error_of("nrpe_listener: {tls: {certificate: a.pem}}"), HasSubstr("certificate and key"));
  EXPECT_THAT(error_of("nrpe_listener: {plain: true, tls: {adh: true}}"), HasSubstr("no tls"));
  EXPECT_THAT(
      error_of("nrpe_listener: {tls: {client_certificates: maybe}}"), HasSubstr("none, asked or required"));
  EXPECT_THAT(error_of("nrpe_listener: {adress: 127.0.0.1}"), HasSubstr("adress"));
}

TEST(NrpeListenerPlan, TakesWhatNrpeCfgSays)
{
  const auto planned = plan(
      on,
      {{"server_port", "5777"},
       {"server_address", "10.0.0.5"},
       {"allowed_hosts", "127.0.0.1,10.1.0.0/16,mon1.example.net"},
       {"connection_timeout", "7"},
       {"ssl_cert_file", "/etc/nagios/ssl/cert.pem"},
       {"ssl_privatekey_file", "/etc/nagios/ssl/key.pem"},
       {"ssl_cacert_file", "/etc/nagios/ssl/ca.pem"},
       {"ssl_client_certs", "2"},
       {"ssl_version", "TLSv1.2"},
       {"ssl_cipher_list", "HIGH"}});
  ASSERT_TRUE(planned) << planned.error().message;
  const auto& options = planned->options;
  EXPECT_EQ(options.port, 5777);
  EXPECT_THAT(options.addresses, ElementsAre("10.0.0.5"));
  EXPECT_TRUE(allows(*planned, "10.1.2.3"));
  EXPECT_FALSE(allows(*planned, "10.2.2.3"));
  EXPECT_THAT(options.allowed_hosts.names(), ElementsAre("mon1.example.net"));
  EXPECT_EQ(options.limits.question, 7s);
  EXPECT_EQ(options.tls->certificate, "/etc/nagios/ssl/cert.pem");
  EXPECT_EQ(options.tls->key, "/etc/nagios/ssl/key.pem");
  EXPECT_EQ(options.tls->client_ca, "/etc/nagios/ssl/ca.pem");
  EXPECT_EQ(options.tls->client_certificates, ClientCertificates::required);
  EXPECT_EQ(options.tls->versions, TlsVersions::only_1_2);
  EXPECT_EQ(options.tls->ciphers, "HIGH");
  EXPECT_FALSE(options.tls->adh);
  EXPECT_THAT(planned->warnings, IsEmpty());
}

TEST(NrpeListenerPlan, HasDefaultsThatNeedNoCertificate)
{
  const auto planned = plan(on, {{"allowed_hosts", "127.0.0.1"}, {"connection_timeout", "300"}});
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->options.port, 5666);
  EXPECT_THAT(planned->options.addresses, IsEmpty());
  EXPECT_EQ(planned->options.limits.question, 30s);
  EXPECT_EQ(planned->options.tls->certificate, "");
  EXPECT_EQ(planned->options.tls->common_name, "web1.example.net");
  EXPECT_EQ(planned->options.tls->versions, TlsVersions::from_1_2);
  EXPECT_GE(nrpe_server::Listener::backlog, 1024);
}

TEST(NrpeListenerPlan, LetsCheckagentYamlComeFirst)
{
  const auto planned = plan(
      "nrpe_listener: {address: ['127.0.0.1', '::1'], port: 6000, allowed_hosts: '127.0.0.1,::1', "
      "tls: {certificate: a.pem, key: /k.pem, client_ca: ca.pem, client_certificates: asked, adh: false}}",
      {{"server_port", "1"},
       {"server_address", "10.0.0.5"},
       {"allowed_hosts", "10.0.0.0/8"},
       {"ssl_cert_file", "/no.pem"},
       {"ssl_client_certs", "9"},
       {"ssl_use_adh", "1"}});
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->options.port, 6000);
  EXPECT_THAT(planned->options.addresses, ElementsAre("127.0.0.1", "::1"));
  EXPECT_TRUE(allows(*planned, "::1"));
  EXPECT_FALSE(allows(*planned, "10.0.0.1"));
  EXPECT_EQ(planned->options.tls->certificate, "/etc/muster/a.pem");
  EXPECT_EQ(planned->options.tls->key, "/k.pem");
  EXPECT_EQ(planned->options.tls->client_certificates, ClientCertificates::asked_for);
  EXPECT_FALSE(planned->options.tls->adh);
}

TEST(NrpeListenerPlan, IsInTheClearOnlyWhenAskedFor)
{
  const auto planned =
      plan("nrpe_listener: {plain: true}", {{"allowed_hosts", "127.0.0.1"}, {"ssl_use_adh", "7"}});
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_FALSE(planned->options.tls);
}

TEST(NrpeListenerPlan, HasAnonymousDiffieHellmanOnlyWhenAskedFor)
{
  const auto adh = [](const std::string& listener, Directives directives) {
    directives["allowed_hosts"] = "127.0.0.1";
    return plan(listener, directives)->options.tls->adh;
  };
  EXPECT_FALSE(adh(on, {}));
  EXPECT_TRUE(adh(on, {{"ssl_use_adh", "1"}}));
  EXPECT_TRUE(adh(on, {{"ssl_use_adh", "2"}}));
  EXPECT_FALSE(adh(on, {{"ssl_use_adh", "0"}}));
  EXPECT_TRUE(adh("nrpe_listener: {tls: {adh: true}}", {}));
  EXPECT_FALSE(adh(on, {{"ssl_use_adh", "1"}, {"ssl_client_certs", "2"}, {"ssl_cacert_file", "/ca.pem"}}));
}

TEST(NrpeListenerPlan, NeedsSomebodyToLetIn)
{
  EXPECT_THAT(refusal(on, {}), HasSubstr("nobody is let in"));
  EXPECT_THAT(refusal(on, {{"allowed_hosts", "0.0.0.0/0, 10.0.0.300"}}), HasSubstr("nobody is let in"));
  const auto planned = plan(on, {{"allowed_hosts", "127.0.0.1,10.0.0.300"}});
  ASSERT_TRUE(planned);
  EXPECT_THAT(planned->warnings, ElementsAre(HasSubstr("\"10.0.0.300\" lets nobody in")));
}

TEST(NrpeListenerPlan, FailsWhereNrpeWouldNotStart)
{
  const auto with = [](const std::string& key, const std::string& value) {
    return refusal(on, {{"allowed_hosts", "127.0.0.1"}, {key, value}});
  };
  EXPECT_THAT(with("server_port", "80"), HasSubstr("server_port of nrpe.cfg is \"80\""));
  EXPECT_THAT(with("server_port", "70000"), HasSubstr("1024 to 65535"));
  EXPECT_THAT(with("ssl_client_certs", "3"), HasSubstr("0, 1 or 2"));
  EXPECT_THAT(with("ssl_client_certs", "2"), HasSubstr("ssl_cacert_file"));
  EXPECT_THAT(with("ssl_use_adh", "-1"), HasSubstr("0, 1 or 2"));
  EXPECT_THAT(with("ssl_cert_file", "/a.pem"), HasSubstr("expected both or neither"));
}

TEST(NrpeListenerPlan, SpeaksNothingOlderThanTls12)
{
  const auto planned = plan(on, {{"allowed_hosts", "127.0.0.1"}, {"ssl_version", "TLSv1"}});
  EXPECT_EQ(planned->options.tls->versions, TlsVersions::from_1_2);
  EXPECT_THAT(planned->warnings, ElementsAre(HasSubstr("ssl_version=TLSv1")));
  EXPECT_THAT(plan(on, {{"allowed_hosts", "127.0.0.1"}, {"ssl_version", "SSLv2+"}})->warnings, IsEmpty());
  EXPECT_EQ(
      plan(on, {{"allowed_hosts", "127.0.0.1"}, {"ssl_version", "TLSv1.3"}})->options.tls->versions,
      TlsVersions::from_1_3);
}

}  // namespace
}  // namespace muster::checkagent
