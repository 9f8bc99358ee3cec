// SPDX-License-Identifier: Apache-2.0
#include "checkagent/host_name.hpp"

#include <gtest/gtest.h>

namespace muster::checkagent {

TEST(HostName, IsTakenApartWhenTheKernelKnowsItInFull)
{
  const auto name = host_name_from("Web1.Example.NET", "", "search other\n");
  EXPECT_EQ(name.host, "web1");
  EXPECT_EQ(name.domain, "example.net");
  EXPECT_EQ(name.full(), "web1.example.net");
}

TEST(HostName, GetsItsDomainFromTheHostsFileFirst)
{
  const auto* hosts =
      "127.0.0.1 localhost\n# 1.2.3.4 web1.comment.net\n127.0.1.1\tweb11.no.net web1.Example.net web1\n";
  EXPECT_EQ(host_name_from("web1", hosts, "search other\n").full(), "web1.example.net");
}

TEST(HostName, GetsItsDomainFromTheResolverElse)
{
  EXPECT_EQ(
      host_name_from("web1", "", "domain first.net\nsearch second.net third.net\n").full(),
      "web1.second.net");
  EXPECT_EQ(host_name_from("web1", "", "search example.net.\n").full(), "web1.example.net");
}

TEST(HostName, StandsAloneWhenNobodyKnowsADomain)
{
  EXPECT_EQ(
      host_name_from("web1", "127.0.0.1 localhost\n", "nameserver 10.0.0.1\nsearch .\n").full(), "web1");
}

}  // namespace muster::checkagent
