// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/facts.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace muster {

namespace {

using Array = FactValue::Array;
using Map = FactValue::Map;

FactValue text(const char* value)
{
  return {std::string{value}};
}

Facts debian()
{
  Facts facts;
  facts.set("kernel", text("Linux"));
  facts.set("os", {Map{{"family", text("Debian")}, {"release", {Map{{"major", text("12")}}}}}});
  facts.set("roles", {Array{text("web"), {Map{{"name", text("db")}}}}});
  facts.set("interfaces", {Map{{"eth0", text("plain")}, {"eth0.100", {Map{{"ip", text("10.0.0.1")}}}}}});
  return facts;
}

std::string found(const Facts& facts, std::string_view path)
{
  const auto* value = facts.find(path);
  return value == nullptr ? "(none)" : scalar_text(*value);
}

}  // namespace

TEST(Facts, FindsATopLevelNameIgnoringCase)
{
  EXPECT_EQ(found(debian(), "KERNEL"), "Linux");
}

TEST(Facts, WalksMapsByDottedPathIgnoringCase)
{
  EXPECT_EQ(found(debian(), "os.family"), "Debian");
  EXPECT_EQ(found(debian(), "OS.Release.MAJOR"), "12");
}

TEST(Facts, WalksArraysByNumberFromZero)
{
  EXPECT_EQ(found(debian(), "roles.0"), "web");
  EXPECT_EQ(found(debian(), "roles.1.name"), "db");
}

TEST(Facts, FindsNothingOutsideAnArrayOrBelowAScalar)
{
  for (const auto* path :
       {"roles.2",
        "roles.-1",
        "roles.x",
        "roles.",
        "roles.0x",
        "roles.99999999999999999999",
        "kernel.0",
        "os.nothing",
        "",
        ".",
        "os.",
        ".os",
        "os..family"}) {
    EXPECT_EQ(debian().find(path), nullptr) << path;
  }
}

TEST(Facts, PrefersAFactWhoseOwnNameHasTheDots)
{
  auto facts = debian();
  facts.set("os.family", text("from a flat file"));
  EXPECT_EQ(found(facts, "os.family"), "from a flat file");
}

TEST(Facts, ReachesBehindAKeyThatHasADotOfItsOwn)
{
  EXPECT_EQ(found(debian(), "interfaces.eth0.100.ip"), "10.0.0.1");
}

TEST(Facts, ReplaceAsAWholeWhatWasSetBefore)
{
  auto facts = debian();
  Facts later;
  later.set("OS", {Map{{"name", text("Ubuntu")}}});
  facts.merge(later);
  EXPECT_EQ(found(facts, "os.name"), "Ubuntu");
  EXPECT_EQ(facts.find("os.family"), nullptr);
  EXPECT_EQ(facts.size(), debian().size());
}

TEST(Facts, DoNotLookDeeperThanTheirLimit)
{
  FactValue value = text("bottom");
  std::string path;
  for (std::size_t depth = 0; depth < Facts::max_depth + 2; ++depth) {
    value = {Map{{"a", value}}};
    path += path.empty() ? "a" : ".a";
  }
  Facts facts;
  facts.set("top", value);
  EXPECT_EQ(facts.find("top." + path), nullptr);
}

TEST(Facts, SelectsThePathsThatExistUnderTheirPathAsName)
{
  const auto selected = debian().selected({"os.family", "nothing", "kernel"});
  EXPECT_EQ(selected.size(), 2U);
  EXPECT_EQ(found(selected, "os.family"), "Debian");
}

TEST(Facts, ScalarsReadAsAnOperatorWouldTypeThem)
{
  EXPECT_EQ(scalar_text({true}), "true");
  EXPECT_EQ(scalar_text({false}), "false");
  EXPECT_EQ(scalar_text({std::int64_t{-42}}), "-42");
  EXPECT_EQ(scalar_text({2.5}), "2.5");
  EXPECT_EQ(scalar_text({2.0}), "2.0");
  EXPECT_EQ(scalar_text(text("x")), "x");
  EXPECT_EQ(scalar_text({Array{text("x")}}), "");
}

}  // namespace muster
