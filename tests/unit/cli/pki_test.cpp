// SPDX-License-Identifier: Apache-2.0
#include "cli/pki.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// 2026-01-01T00:00:00Z: certificates take the time from whoever asks, so nothing here depends on the clock.
constexpr std::chrono::system_clock::time_point new_year{std::chrono::seconds{1'767'225'600}};

CertificateAuthority new_authority()
{
  auto authority = CertificateAuthority::create("Muster CA of mon1", new_year);
  EXPECT_TRUE(authority) << authority.error().message;
  return std::move(authority.value());
}

TEST(CertificateAuthority, IsTheSameAfterARoundTripThroughItsFiles)
{
  const auto pem = new_authority().as_pem();
  ASSERT_TRUE(pem);
  const auto again = CertificateAuthority::from_pem(*pem);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->as_pem()->certificate, pem->certificate);
}

TEST(CertificateAuthority, IssuesAKeyAndACertificateInPem)
{
  const auto issued = new_authority().issue({"web1", CertificateUse::member, {}, new_year});
  ASSERT_TRUE(issued) << issued.error().message;
  EXPECT_THAT(issued->key, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(issued->certificate, StartsWith("-----BEGIN CERTIFICATE-----\n"));
}

TEST(CertificateAuthority, GivesNoTwoCertificatesTheSameKey)
{
  const auto authority = new_authority();
  const CertificateOrder order{"web1", CertificateUse::member, {}, new_year};
  EXPECT_NE(authority.issue(order)->key, authority.issue(order)->key);
}

TEST(CertificateAuthority, RefusesANameThatNoCertificateCanHold)
{
  const auto issued = new_authority().issue({std::string(65, 'a'), CertificateUse::member, {}, new_year});
  ASSERT_FALSE(issued);
  EXPECT_THAT(issued.error().message, HasSubstr("has 65"));
}

TEST(CertificateAuthority, LetsNoHostNameSmuggleInASecondOne)
{
  const auto issued =
      new_authority().issue({"mon1", CertificateUse::broker, {"mon1,DNS:bank.example"}, new_year});
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().code, ErrorCode::invalid_input);
}

TEST(CertificateAuthority, RefusesKeysThatDoNotBelongTogetherAndCertificatesOfMembers)
{
  const auto authority = new_authority();
  const auto own = authority.as_pem();
  const auto other = new_authority().as_pem();
  EXPECT_FALSE(CertificateAuthority::from_pem({own->key, other->certificate}));
  const auto member = authority.issue({"web1", CertificateUse::member, {}, new_year});
  const auto as_authority = CertificateAuthority::from_pem(*member);
  ASSERT_FALSE(as_authority);
  EXPECT_THAT(as_authority.error().message, HasSubstr("not the certificate of an authority"));
  EXPECT_FALSE(CertificateAuthority::from_pem({"no key", own->certificate}));
}

}  // namespace
}  // namespace muster::cli
