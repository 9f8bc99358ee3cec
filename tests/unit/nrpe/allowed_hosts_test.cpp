// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe/allowed_hosts.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::nrpe {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool allows(const std::string& list, const std::string& address)
{
  return AllowedHosts::parse(list).allows(parse_address(address).value());
}

TEST(AllowedHosts, LetsInAnAddressThatStandsThere)
{
  EXPECT_TRUE(allows("127.0.0.1,::1", "127.0.0.1"));
  EXPECT_TRUE(allows("127.0.0.1,::1", "::1"));
  EXPECT_TRUE(allows(" 10.0.0.1 , 10.0.0.2", "10.0.0.2"));
  EXPECT_FALSE(allows("127.0.0.1,::1", "127.0.0.2"));
  EXPECT_FALSE(allows("127.0.0.1", "::1"));
  EXPECT_FALSE(allows("", "127.0.0.1"));
}

TEST(AllowedHosts, LetsInANetwork)
{
  EXPECT_TRUE(allows("192.168.1.0/24", "192.168.1.77"));
  EXPECT_FALSE(allows("192.168.1.0/24", "192.168.2.77"));
  EXPECT_TRUE(allows("10.0.0.0/7", "11.255.255.255"));
  EXPECT_FALSE(allows("10.0.0.0/7", "12.0.0.0"));
  EXPECT_TRUE(allows("10.1.2.3/32", "10.1.2.3"));
  EXPECT_TRUE(allows("2001:db8::/32", "2001:db8:ffff::7"));
  EXPECT_FALSE(allows("2001:db8::/32", "2001:db9::7"));
  EXPECT_TRUE(allows("::/0", "2001:db9::7"));
  EXPECT_FALSE(allows("::/0", "10.0.0.1"));
}

TEST(AllowedHosts, TakesBitsBehindAMaskAsNrpeDoes)
{
  EXPECT_TRUE(allows("2001:db8::5/32", "2001:db8::9"));
  EXPECT_TRUE(allows("2001:db8::5/", "2001:db8::5"));
  EXPECT_FALSE(allows("192.168.1.5/24", "192.168.1.5"));
  EXPECT_THAT(AllowedHosts::parse("192.168.1.5/24").unreadable(), ElementsAre("192.168.1.5/24"));
}

TEST(AllowedHosts, TakesAnIpv4AddressInAnIpv6SocketForTheAddress)
{
  EXPECT_TRUE(allows("10.0.0.0/8", "::ffff:10.2.3.4"));
}

TEST(AllowedHosts, LetNobodyInByAnItemThatIsNone)
{
  const auto hosts = AllowedHosts::parse(
      "10.0.0.300, 10.0.0.1/33,0.0.0.0/0,10.0.0.1/,::1/129,fe80::g,-a.example,a_b,*,1.2.3,a..b");
  EXPECT_TRUE(hosts.empty());
  EXPECT_THAT(hosts.names(), IsEmpty());
  EXPECT_EQ(hosts.unreadable().size(), 11U);
  EXPECT_FALSE(hosts.allows(parse_address("10.0.0.1").value()));
}

TEST(AllowedHosts, KeepNamesForWhoeverLooksThemUp)
{
  const auto hosts = AllowedHosts::parse("localhost,mon1.example.net\t(old),10.0.0.1,3com.example");
  EXPECT_THAT(hosts.names(), ElementsAre("localhost", "mon1.example.net", "3com.example"));
  EXPECT_THAT(hosts.unreadable(), IsEmpty());
  EXPECT_FALSE(hosts.empty());
  EXPECT_FALSE(hosts.allows(parse_address("127.0.0.1").value()));
}

TEST(AllowedHosts, EndAtTheirLimit)
{
  std::string many;
  for (int i = 0; i < 2000; ++i) {
    many += "10.0.0.1,";
  }
  const auto hosts = AllowedHosts::parse(many + "10.0.0.2");
  EXPECT_FALSE(hosts.allows(parse_address("10.0.0.2").value()));
  EXPECT_THAT(hosts.unreadable(), ElementsAre("what follows item 1024"));
}

TEST(AllowedHosts, KnowAnAddressWhenTheySeeOne)
{
  EXPECT_FALSE(parse_address("localhost"));
  EXPECT_FALSE(parse_address(""));
  EXPECT_FALSE(parse_address("10.0.0.1.5"));
  EXPECT_FALSE(parse_address(std::string(1000, '1')));
}

}  // namespace
}  // namespace muster::nrpe
