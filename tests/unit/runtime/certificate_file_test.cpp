// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/certificate_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::runtime {

namespace {

// openssl req -x509 -newkey ed25519 -nodes -subj "/O=Test/CN=web1.example.net" -days 1
constexpr const char* certificate = R"(-----BEGIN CERTIFICATE-----
MIIBaTCCARugAwIBAgIUMxx1tlbnYFTd32AcUadCuAhUcw0wBQYDK2VwMCoxDTAL
BgNVBAoMBFRlc3QxGTAXBgNVBAMMEHdlYjEuZXhhbXBsZS5uZXQwHhcNMjYxMTIz
MDMyMzIzWhcNMjYxMTI0MDMyMzIzWjAqMQ0wCwYDVQQKDARUZXN0MRkwFwYDVQQD
DBB3ZWIxLmV4YW1wbGUubmV0MCowBQYDK2VwAyEAcuean54Xqqtb8ubrQkHTtd6K
oqWqirsXCGm5i51fdqGjUzBRMB0GA1UdDgQWBBRGhIlF8sde3RmZPwrTq+fnQlUJ
XDAfBgNVHSMEGDAWgBRGhIlF8sde3RmZPwrTq+fnQlUJXDAPBgNVHRMBAf8EBTAD
AQH/MAUGAytlcANBAMSp4n/XXSC+ycibMDI/gvcvS8Adhhg/w0I2z2rIwDMNtb2a
OErKItFWGjbQYn9OFr7eB7R09asWH+ZNBdYx4Q0=
-----END CERTIFICATE-----
)";

class CertificateFile : public testing::Test {
protected:
  [[nodiscard]] Expected<Certificate> read(const std::string& text) const
  {
    EXPECT_TRUE(write_file_atomically(folder_.path("node.pem"), text, 0600));
    return read_certificate(folder_.path("node.pem"));
  }

private:
  const test::TemporaryDirectory folder_;
};

}  // namespace

TEST_F(CertificateFile, SaysWhoseItIsAndHowLongItIsValid)
{
  const auto read_back = read(certificate);
  ASSERT_TRUE(read_back) << read_back.error().message;
  EXPECT_EQ(read_back->common_name, "web1.example.net");
  EXPECT_EQ(read_back->valid_from.time_since_epoch().count(), 1'795'404'203);
  EXPECT_EQ(read_back->valid_until.time_since_epoch().count(), 1'795'490'603);
}

TEST_F(CertificateFile, IsNamedWhenItHoldsNone)
{
  const auto read_back = read("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  ASSERT_FALSE(read_back);
  EXPECT_NE(read_back.error().message.find("node.pem holds no certificate"), std::string::npos);
  EXPECT_FALSE(read(""));
}

TEST_F(CertificateFile, IsNamedWhenItIsMissing)
{
  const auto read_back = read_certificate("/nonexistent/node.pem");
  ASSERT_FALSE(read_back);
  EXPECT_EQ(read_back.error().code, ErrorCode::not_found);
}

}  // namespace muster::runtime
