// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"

namespace muster::test {

namespace {

void run(const std::string& command)
{
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): our own words, and no other thread runs yet
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) {
    output += part.data();
  }
  if (::pclose(pipe) != 0) {
    throw std::runtime_error{command + ": " + output};
  }
}

// An authority of elliptic curves with the certificates that a test asks for.
class Authority {
public:
  explicit Authority(const std::string& name) : name_{name}
  {
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name_ +
        " -keyout " + path(name_ + ".key") + " -out " + path(name_ + ".pem"));
  }

  [[nodiscard]] std::string path(const std::string& file) const { return (folder_.path() / file).string(); }

  [[nodiscard]] std::string ca() const { return path(name_ + ".pem"); }

  // `alternative`: as in subjectAltName, "DNS:localhost,IP:127.0.0.1".
  void certify(const std::string& who, const std::string& alternative) const
  {
    const auto extensions = folder_.write(who + ".ext", "subjectAltName=" + alternative + "\n");
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + who + " -keyout " +
        path(who + ".key") + " -out " + path(who + ".csr"));
    run("openssl x509 -req -days 2 -in " + path(who + ".csr") + " -CA " + ca() + " -CAkey " +
        path(name_ + ".key") + " -CAcreateserial -extfile " + extensions + " -out " + path(who + ".pem"));
  }

private:
  TemporaryDirectory folder_;
  std::string name_;
};

std::string broker_settings(const Authority& authority)
{
  return "allow_anonymous false\nrequire_certificate true\nuse_identity_as_username true\ncafile " +
         authority.ca() + "\ncertfile " + authority.path("broker.pem") + "\nkeyfile " +
         authority.path("broker.key") + "\n";
}

class OverTls : public testing::Test {
protected:
  OverTls() : authority_{"authority"}
  {
    authority_.certify("broker", "DNS:localhost,IP:127.0.0.1");
    authority_.certify("web1", "DNS:web1");
  }

  [[nodiscard]] mqtt::ConnectionOptions options(const Mosquitto& broker, const std::string& host) const
  {
    auto made = Probe::options("mqtts://" + host + ":" + std::to_string(broker.port()), "web1");
    made.tls = {authority_.ca(), authority_.path("web1.pem"), authority_.path("web1.key")};
    return made;
  }

  Authority authority_;
};

// It must not get in, and must say why.
void expect_kept_out(const mqtt::ConnectionOptions& options, const std::string& why)
{
  Probe probe{options};
  probe.start();
  ASSERT_TRUE(probe.run_until([&] { return !probe.disconnected.empty() || !probe.connected.empty(); }));
  EXPECT_TRUE(probe.connected.empty());
  ASSERT_FALSE(probe.disconnected.empty());
  EXPECT_NE(probe.disconnected[0].message.find(why), std::string::npos) << probe.disconnected[0].message;
}

}  // namespace

TEST_F(OverTls, CarriesMessagesBetweenCertificatesOfOneAuthority)
{
  Mosquitto broker{broker_settings(authority_)};
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    Probe probe{options(broker, host)};
    probe.subscriptions = {{"a"}};
    ASSERT_TRUE(probe.connect()) << host;
    probe.publish("a", "secret");
    ASSERT_TRUE(probe.receives(1));
    probe.client->close(std::chrono::seconds{1});
  }
}

TEST_F(OverTls, DoesNotTrustABrokerOfAnotherAuthority)
{
  const Authority other{"other"};
  Mosquitto broker{broker_settings(authority_)};
  auto wrong = options(broker, "localhost");
  wrong.tls.ca = other.ca();
  expect_kept_out(wrong, "TLS: the broker's certificate: self-signed");
}

TEST_F(OverTls, DoesNotTrustABrokerWhoseCertificateNamesAnotherHost)
{
  authority_.certify("broker", "DNS:elsewhere.example");
  Mosquitto broker{broker_settings(authority_)};
  expect_kept_out(options(broker, "localhost"), "TLS: the broker's certificate: hostname mismatch");
}

TEST_F(OverTls, IsKeptOutWithACertificateOfAnotherAuthority)
{
  const Authority other{"other"};
  other.certify("web1", "DNS:web1");
  Mosquitto broker{broker_settings(authority_)};
  auto wrong = options(broker, "localhost");
  wrong.tls.certificate = other.path("web1.pem");
  wrong.tls.key = other.path("web1.key");
  Probe probe{wrong};
  probe.start();
  ASSERT_TRUE(probe.run_until([&] { return !probe.disconnected.empty(); }));
  EXPECT_TRUE(probe.connected.empty());
}

TEST_F(OverTls, SaysSoWhenItsFilesAreMissing)
{
  Mosquitto broker{broker_settings(authority_)};
  auto wrong = options(broker, "localhost");
  wrong.tls.key = authority_.path("no-such.key");
  expect_kept_out(wrong, "no-such.key: No such file or directory");
}

}  // namespace muster::test
