// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/nrpe_server/self_signed.hpp"
#include "libmuster/nrpe_server/tls.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::test {
namespace {

using nrpe_server::make_self_signed;
using nrpe_server::Tls;
using nrpe_server::TlsOptions;
using testing::HasSubstr;

class NrpeTlsTest : public testing::Test {
protected:
  static std::string error_of(const TlsOptions& options)
  {
    const auto made = Tls::make(options);
    return made ? "made" : made.error().message;
  }

  static TlsOptions unsigned_options()
  {
    TlsOptions options;
    options.common_name = "web1.example.net";
    return options;
  }

  const TemporaryDirectory folder_;
};

TEST_F(NrpeTlsTest, NeedsNoFileAtAll)
{
  EXPECT_EQ(error_of(unsigned_options()), "made");
  auto options = unsigned_options();
  options.adh = true;
  EXPECT_EQ(error_of(options), "made");
}

TEST_F(NrpeTlsTest, TakesACertificateWithItsKey)
{
  const auto one = make_self_signed("web1", std::chrono::system_clock::now()).value();
  const auto other = make_self_signed("web2", std::chrono::system_clock::now()).value();
  TlsOptions options;
  options.certificate = folder_.write("one.pem", one.certificate);
  options.key = folder_.write("one.key", one.key);
  EXPECT_EQ(error_of(options), "made");
  options.key = folder_.write("other.key", other.key);
  EXPECT_THAT(error_of(options), HasSubstr("other.key"));
}

TEST_F(NrpeTlsTest, NamesTheFileThatCannotBeUsed)
{
  TlsOptions options;
  options.certificate = folder_.path() / "none.pem";
  options.key = folder_.path() / "none.key";
  EXPECT_THAT(error_of(options), HasSubstr("none.pem"));
  options = unsigned_options();
  options.client_certificates = nrpe_server::ClientCertificates::required;
  options.client_ca = folder_.write("ca.pem", "no certificate");
  EXPECT_THAT(error_of(options), HasSubstr("ca.pem"));
}

TEST_F(NrpeTlsTest, NamesCiphersThatOpensslDoesNotKnow)
{
  auto options = unsigned_options();
  options.ciphers = "NONE-OF-THESE";
  EXPECT_THAT(error_of(options), HasSubstr("NONE-OF-THESE"));
  options.ciphers = "ALL:!MD5:@STRENGTH:@SECLEVEL=0";
  EXPECT_EQ(error_of(options), "made");
}

TEST_F(NrpeTlsTest, MakesACertificateForNamesOfEveryLengthThatOneMayHave)
{
  EXPECT_TRUE(make_self_signed(std::string(64, 'x'), std::chrono::system_clock::now()));
  EXPECT_FALSE(make_self_signed(std::string(65, 'x'), std::chrono::system_clock::now()));
}

}  // namespace
}  // namespace muster::test
