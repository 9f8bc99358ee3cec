// SPDX-License-Identifier: Apache-2.0
#include "collector/untold_care.hpp"

#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};
const CareKey of_disk{acknowledgement_kind, "web1 disk"};
const CareKey upgrade{downtime_kind, "q7z497tcqt"};

UntoldCare again(const UntoldCare& untold)
{
  UntoldCare read;
  for (const auto& care : untold.stored()) {
    EXPECT_TRUE(UntoldCare::is_kind(care.kind));
    EXPECT_TRUE(read.restore(care)) << care.text;
  }
  return read;
}

}  // namespace

TEST(UntoldCare, KeepsTheLastActOfEachUntilItWasTaken)
{
  UntoldCare untold;
  EXPECT_TRUE(untold.know("collector@mon2"));
  EXPECT_FALSE(untold.know("collector@mon2"));
  const CareAct set{"alice", noon};
  const CareAct removed{"bob", noon + 1min, true};
  EXPECT_TRUE(untold.note("collector@mon2", of_disk, set));
  EXPECT_TRUE(untold.note("collector@mon2", of_disk, removed));
  EXPECT_TRUE(untold.note("collector@mon2", upgrade, set));
  EXPECT_EQ(untold.all().at("collector@mon2"), (UntoldCare::Acts{{of_disk, removed}, {upgrade, set}}));
  untold.told("collector@mon2", of_disk, set);
  EXPECT_EQ(untold.all().at("collector@mon2").size(), 2U) << "another act has followed the one that it took";
  untold.told("collector@mon2", of_disk, removed);
  EXPECT_EQ(untold.all().at("collector@mon2"), (UntoldCare::Acts{{upgrade, set}}));
}

TEST(UntoldCare, OutlivesARestartWithThoseWhoKnowAll)
{
  UntoldCare untold;
  untold.know("collector@mon2");
  untold.note("collector@mon3", of_disk, {"alice", noon, true});
  EXPECT_EQ(again(untold).all(), untold.all());
  EXPECT_TRUE(untold.forget("collector@mon3"));
  EXPECT_EQ(again(untold).all().size(), 1U);
}

TEST(UntoldCare, LetsTheOldestGoWhenTooManyWaitAndSaysSo)
{
  UntoldCare untold;
  for (std::size_t count = 0; count < UntoldCare::most; ++count) {
    const CareAct act{"alice", noon + std::chrono::seconds{count}};
    EXPECT_TRUE(untold.note("collector@mon2", {acknowledgement_kind, std::to_string(count) + " disk"}, act));
  }
  EXPECT_TRUE(untold.note("collector@mon2", {acknowledgement_kind, "7 disk"}, {"bob", noon + 1min, true}));
  EXPECT_FALSE(untold.note("collector@mon2", of_disk, {"alice", noon + 24h}));
  const auto& acts = untold.all().at("collector@mon2");
  EXPECT_EQ(acts.size(), UntoldCare::most);
  EXPECT_TRUE(acts.contains(of_disk));
  EXPECT_FALSE(acts.contains({acknowledgement_kind, "0 disk"}));
}

TEST(UntoldCare, SaysWhatItCannotRead)
{
  UntoldCare untold;
  EXPECT_FALSE(untold.restore({"untold", "1", "{"}));
  EXPECT_FALSE(untold.restore({"untold", "1", R"({"peer": "collector@mon2", "kind": "downtime"})"}));
  EXPECT_TRUE(untold.all().empty());
}

TEST(ToldCare, TravelsAsJson)
{
  const ToldCare set{of_disk, {"alice", noon}, R"({"node":"web1"})"};
  const auto read = told_care_from_json(to_json(set));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, of_disk);
  EXPECT_EQ(read->act, set.act);
  EXPECT_EQ(read->text, set.text);
  const auto removed = told_care_from_json(to_json(ToldCare{upgrade, {"bob", noon, true}, ""}));
  ASSERT_TRUE(removed);
  EXPECT_TRUE(removed->act.removed);
  EXPECT_FALSE(told_care_from_json({{"kind", "downtime"}}));
  EXPECT_EQ(spoken(of_disk), "disk of web1");
  EXPECT_EQ(spoken({acknowledgement_kind, "web1 "}), "web1");
  EXPECT_EQ(spoken(upgrade), "downtime q7z497tcqt");
}

}  // namespace muster::collector
