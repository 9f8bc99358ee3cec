// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facts_source.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "checkagent/facter.hpp"
#include "checkagent/facts_worker.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {

namespace {

class FactsFiles : public testing::Test {
protected:
  FactsFiles() { std::filesystem::create_directory(folder_.path() / "facts.d"); }

  void write(const std::string& name, std::string_view text) const
  {
    ASSERT_TRUE(runtime::write_file_atomically(folder_.path(name), text, 0600));
  }

  void remove(const std::string& name) const { std::filesystem::remove(folder_.path(name)); }

  [[nodiscard]] FactsSource::Places places(bool with_facts_file = false) const
  {
    return {
        folder_.path() / "facts.d",
        with_facts_file ? folder_.path() / "facts.yaml" : std::filesystem::path{}};
  }

  [[nodiscard]] FactsSource source() const { return {places(), {}, {}}; }

private:
  const test::TemporaryDirectory folder_;
};

std::string value(const Facts& facts, std::string_view path)
{
  const auto* found = facts.find(path);
  return found == nullptr ? "(none)" : scalar_text(*found);
}

Facts one_fact(const std::string& name, const std::string& text)
{
  Facts facts;
  facts.set(name, {text});
  return facts;
}

}  // namespace

TEST(FactsParser, ReadsStructuredYamlAndJson)
{
  const auto yaml = parse_facts("f.yaml", "os: {family: Debian}\nroles: [web, db]\n");
  ASSERT_TRUE(yaml) << yaml.error().message;
  EXPECT_EQ(value(*yaml, "os.family"), "Debian");
  EXPECT_EQ(value(*yaml, "roles.1"), "db");
  const auto json = parse_facts("f.json", R"({"os": {"family": "Debian"}, "roles": ["web", "db"]})");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(*json, *yaml);
}

TEST(FactsParser, ReadsLinesOfNameAndValueAsWords)
{
  const auto facts =
      parse_facts("f.txt", "# comment\n\n role = web \nlocation=uk=london\nrelease=12.10\r\nempty=\n");
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(value(*facts, "role"), "web");
  EXPECT_EQ(value(*facts, "location"), "uk=london");
  EXPECT_EQ(value(*facts, "release"), "12.10");
  EXPECT_EQ(value(*facts, "empty"), "");
  EXPECT_EQ(facts->size(), 4U);
}

TEST(FactsParser, KeepsTheTextOfWhatOnlyLooksLikeANumber)
{
  const auto facts = parse_facts(
      "f.yaml", "release: 12.10\nid: 007\nbig: 1e5\nquoted: '5'\nplus: +5\nwhole: 5\nhalf: 2.5\nno: no\n");
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(value(*facts, "release"), "12.10");
  EXPECT_EQ(value(*facts, "id"), "007");
  EXPECT_EQ(value(*facts, "big"), "1e5");
  EXPECT_EQ(*facts->find("quoted"), (FactValue{std::string{"5"}}));
  EXPECT_EQ(*facts->find("plus"), (FactValue{std::string{"+5"}}));
  EXPECT_EQ(*facts->find("whole"), (FactValue{std::int64_t{5}}));
  EXPECT_EQ(*facts->find("half"), (FactValue{2.5}));
  EXPECT_EQ(*facts->find("no"), (FactValue{std::string{"no"}}));
}

TEST(FactsParser, LeavesOutFactsWithoutAValue)
{
  const auto facts = parse_facts("f.yaml", "a:\nb: ~\nc: 1\n");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->size(), 1U);
}

TEST(FactsParser, SaysWhereAFileIsBroken)
{
  EXPECT_EQ(parse_facts("f.yaml", "- a\n").error().message, "f.yaml:1:1: expected facts as NAME: VALUE");
  EXPECT_EQ(parse_facts("f.txt", "a=b\nnothing\n").error().message, "f.txt:2:1: expected NAME=VALUE");
  EXPECT_EQ(parse_facts("f.txt", "a=\xff\n").error().message, "f.txt:1:3: expected UTF-8 text");
  EXPECT_EQ(
      parse_facts("f.yaml", "a: 1\nb: {" + std::string(300, 'x') + ": 1}\n").error().message,
      "f.yaml:2:5: expected a name of 1 to 256 bytes");
  EXPECT_FALSE(parse_facts("f.yaml", "a: " + std::string(9000, 'x')));
  EXPECT_FALSE(parse_facts("f.txt", "a=" + std::string(9000, 'x')));
  EXPECT_TRUE(parse_facts("f.yaml", ""));
}

TEST_F(FactsFiles, OverrideEachOtherInTheOrderOfTheirNamesAndWhatWeKnowOurselves)
{
  write("facts.d/10-base.yaml", "role: base\nsite: a\n");
  write("facts.d/20-site.txt", "role=web\n");
  write("facts.d/ignored.bak", "role=bak\n");
  write("facts.d/.hidden.yaml", "role: hidden\n");
  write("facts.yaml", "role: flat\nfrom_file: 1\nkernel: ours\n");
  FactsSource source{
      places(true),
      [] { return one_fact("kernel", "Linux"); },
      [] { return Expected<std::string>{R"({"kernel": "facter", "from_facter": true})"}; }};
  const auto gathered = source.gather();
  EXPECT_EQ(gathered.problems, std::vector<std::string>{});
  EXPECT_EQ(value(gathered.facts, "role"), "web");
  EXPECT_EQ(value(gathered.facts, "site"), "a");
  EXPECT_EQ(value(gathered.facts, "kernel"), "ours");
  EXPECT_EQ(value(gathered.facts, "from_file"), "1");
  EXPECT_EQ(value(gathered.facts, "from_facter"), "true");
}

TEST_F(FactsFiles, KeepTheirLastGoodFactsWhenTheyBreakAndSaySo)
{
  write("facts.d/a.yaml", "role: web\n");
  auto facts = source();
  facts.gather();
  write("facts.d/a.yaml", "role: [\n");
  for (int i = 0; i < 2; ++i) {
    const auto gathered = facts.gather();
    EXPECT_EQ(value(gathered.facts, "role"), "web");
    ASSERT_EQ(gathered.problems.size(), 1U);
    EXPECT_NE(gathered.problems[0].find("a.yaml:2:1: expected YAML"), std::string::npos)
        << gathered.problems[0];
    EXPECT_NE(gathered.problems[0].find("the last good facts of it stay"), std::string::npos);
  }
  write("facts.d/a.yaml", "role: db\n");
  const auto repaired = facts.gather();
  EXPECT_EQ(value(repaired.facts, "role"), "db");
  EXPECT_TRUE(repaired.problems.empty());
}

TEST_F(FactsFiles, AreSkippedAndBlamedWhenTheyWereNeverGood)
{
  write("facts.d/a.yaml", "role: [\n");
  write("facts.d/b.yaml", "site: b\n");
  const auto gathered = source().gather();
  EXPECT_EQ(gathered.facts.size(), 1U);
  ASSERT_EQ(gathered.problems.size(), 1U);
  EXPECT_EQ(gathered.problems[0].find("last good"), std::string::npos);
}

TEST_F(FactsFiles, AreForgottenWhenTheyAreRemoved)
{
  write("facts.d/a.yaml", "role: web\n");
  auto facts = source();
  facts.gather();
  remove("facts.d/a.yaml");
  const auto gathered = facts.gather();
  EXPECT_TRUE(gathered.facts.empty());
  EXPECT_TRUE(gathered.problems.empty());
}

TEST_F(FactsFiles, NeedNoFolderButTheFileThatIsNamed)
{
  FactsSource no_folder{{"/nonexistent/facts.d", {}}, {}, {}};
  EXPECT_TRUE(no_folder.gather().problems.empty());
  FactsSource no_file{{{}, "/nonexistent/facts.yaml"}, {}, {}};
  EXPECT_EQ(no_file.gather().problems.size(), 1U);
}

TEST_F(FactsFiles, TogetherHaveALimit)
{
  std::string many;
  for (int i = 0; i < 3000; ++i) {
    many += "fact" + std::to_string(i) + "=x\n";
  }
  write("facts.d/a.txt", many);
  write("facts.d/b.txt", many + "more=x\n");
  const auto gathered = source().gather();
  EXPECT_EQ(gathered.facts.size(), 3000U);
  EXPECT_EQ(gathered.problems.size(), 1U);
}

TEST(FactsSource, KeepsFactersLastAnswerWhenItFails)
{
  int calls = 0;
  FactsSource source{{}, {}, [&calls]() -> Expected<std::string> {
                       if (++calls == 1) {
                         return std::string{R"({"from_facter": 1})"};
                       }
                       return failure(ErrorCode::timed_out, "it hangs");
                     }};
  source.gather();
  const auto gathered = source.gather();
  EXPECT_EQ(value(gathered.facts, "from_facter"), "1");
  ASSERT_EQ(gathered.problems.size(), 1U);
  EXPECT_EQ(gathered.problems[0], "facter --json: it hangs; the last good facts of it stay");
}

TEST(FactsSource, IsNotTroubledByAFacterThatIsNotThere)
{
  FactsSource source{
      {}, [] { return one_fact("a", "b"); }, make_facter({}, facter_deadline, {"/nonexistent"})};
  const auto gathered = source.gather();
  EXPECT_EQ(value(gathered.facts, "a"), "b");
  EXPECT_TRUE(gathered.problems.empty());
}

// A source of facts that waits in its first gathering, behind what it has read, until it is let go.
class HeldUp {
public:
  FactsSource source()
  {
    return FactsSource{
        {},
        [this] {
          const auto now = ++gatherings_;
          if (now == 1) {
            began_.set_value();
            released_.get_future().wait();
          }
          return one_fact("gathering", std::to_string(now));
        },
        {}};
  }

  void wait_for_its_begin() { began_.get_future().wait(); }

  void let_go() { released_.set_value(); }

private:
  int gatherings_ = 0;
  std::promise<void> began_;
  std::promise<void> released_;
};

TEST(FactsWorker, GathersOnceMoreHoweverOftenItIsAskedMeanwhile)
{
  HeldUp held_up;
  std::vector<std::string> told;
  std::promise<void> told_twice;
  {
    FactsWorker worker{held_up.source()};
    const auto done = [&](const GatheredFacts& gathered) {
      told.push_back(value(gathered.facts, "gathering"));
      if (told.size() == 2) {
        told_twice.set_value();
      }
    };
    worker.start(done);
    held_up.wait_for_its_begin();
    worker.start(done);
    worker.start(done);
    held_up.let_go();
    ASSERT_EQ(told_twice.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"1", "2"}));
}

TEST(FactsWorker, GathersAgainAfterItsEnd)
{
  std::promise<void> told;
  FactsWorker worker{FactsSource{{}, [] { return Facts{}; }, {}}};
  const auto done = [&told](const GatheredFacts&) { told.set_value(); };
  worker.start(done);
  told.get_future().wait();
  told = {};
  worker.start(done);
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
}

TEST(FactsWorker, WaitsAtItsEndForTheGatheringUnderWay)
{
  HeldUp held_up;
  int told = 0;
  {
    FactsWorker worker{held_up.source()};
    worker.start([&told](const GatheredFacts&) { ++told; });
    held_up.wait_for_its_begin();
    held_up.let_go();
  }
  EXPECT_EQ(told, 1);
}

}  // namespace muster::checkagent
