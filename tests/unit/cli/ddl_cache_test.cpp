// SPDX-License-Identifier: Apache-2.0
#include "cli/ddl_cache.hpp"

#include <array>
#include <filesystem>
#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using testing::ElementsAre;

class DdlCacheIn : public testing::Test {
protected:
  void SetUp() override
  {
    std::array<char, 32> name{"/tmp/muster-ddl-cache-XXXXXX"};
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name.data();
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] DdlCache cache() const
  {
    return {{}, [folder = folder_](const std::string& name) {
              return name == "XDG_CACHE_HOME" ? std::optional<std::string>{folder} : std::nullopt;
            }};
  }

  static ddl::Document document()
  {
    return ddl::read_document(R"({"metadata": {"name": "sample", "version": "1.0"}, "actions": []})").value();
  }

  const DdlCache::Time then{std::chrono::hours{24}};

private:
  std::string folder_;
};

TEST_F(DdlCacheIn, KeepsADdlWithWhatWasRemarked)
{
  cache().keep(document(), "1 node has another DDL\n", then);
  const auto kept = cache().find("sample", then + std::chrono::seconds{5});
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->document.fingerprint, document().fingerprint);
  EXPECT_EQ(kept->remarks, "1 node has another DDL\n");
  EXPECT_EQ(kept->age, std::chrono::seconds{5});
  EXPECT_FALSE(cache().find("other", then));
}

TEST_F(DdlCacheIn, FindsADdlOfAnyAgeAndTheNamesOfAgentsOnlyWhileTheyAreFresh)
{
  cache().keep(document(), "", then);
  cache().keep_agents({"nrpe", "sample"}, then);
  const auto later = then + DdlCache::fresh + std::chrono::seconds{1};
  EXPECT_GT(cache().find("sample", later)->age, DdlCache::fresh);
  EXPECT_THAT(cache().agents(then).value(), ElementsAre("nrpe", "sample"));
  EXPECT_FALSE(cache().agents(later));
  EXPECT_FALSE(cache().find("sample", then - std::chrono::seconds{1})) << "from the future";
}

TEST_F(DdlCacheIn, KeepsNoMoreRemarksThanItReads)
{
  cache().keep(document(), std::string(100'000, '\\'), then);
  const auto kept = cache().find("sample", then);
  ASSERT_TRUE(kept);
  EXPECT_LT(kept->remarks.size(), 20'000U);
}

}  // namespace
}  // namespace muster::cli
