// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_file.hpp"

#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"
#include "tests/unit/collector_history/real_rrdcached.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::sys_seconds start{1'700'000'040s};  // a whole minute

DataSource gauge(const std::string& name)
{
  return {name, SeriesKind::gauge, 180s, {}};
}

std::vector<std::string> minutes_of_rows(int first, int count, const std::string& values)
{
  std::vector<std::string> rows;
  for (int i = first; i < first + count; ++i) {
    rows.push_back(std::to_string((start + i * 1min).time_since_epoch().count()) + ':' + values);
  }
  return rows;
}

std::vector<std::string> names(const RrdDescription& description)
{
  std::vector<std::string> found;
  for (const auto& source : description.sources) {
    found.push_back(source.name);
  }
  return found;
}

std::string message_of(const auto& expected)
{
  return expected ? std::string{"no failure"} : expected.error().message;
}

ErrorCode code_of(const auto& expected)
{
  return expected ? ErrorCode{} : expected.error().code;
}

void live_a_life(const std::string& path)
{
  EXPECT_TRUE(create_rrd(path, {gauge("a")}, small_archives(), start - 1min));
  EXPECT_TRUE(update_rrd(path, minutes_of_rows(0, 20, "1")));
  EXPECT_TRUE(add_data_sources(path, {gauge("b")}));
  EXPECT_EQ(describe_rrd(path)->sources.size(), 2);
  EXPECT_THAT(message_of(describe_rrd(path + "x")), HasSubstr(path + "x"));
}

class RrdFile : public testing::Test {
protected:
  [[nodiscard]] std::filesystem::path create(const std::vector<DataSource>& sources) const
  {
    const auto created = create_rrd(path_, sources, small_archives(), start - 1min);
    EXPECT_TRUE(created) << message_of(created);
    return path_;
  }

  test::TemporaryDirectory folder_;  // NOLINT(*-visibility-*)
  std::filesystem::path path_ = folder_.path("web1/disk.rrd");
};

}  // namespace

TEST_F(RrdFile, IsAPlainRrdOfTheSizeThatWasComputed)
{
  const DataSource counter{"errors", SeriesKind::derive, 660s, {0, std::nullopt}};
  ASSERT_TRUE(create_rrd(path_, {gauge("load1"), counter}, full_archives(), start));
  const auto info = rrdtool("info " + path_.string());
  EXPECT_THAT(info, HasSubstr("ds[load1].type = \"GAUGE\""));
  EXPECT_THAT(info, HasSubstr("ds[errors].type = \"DERIVE\""));
  EXPECT_THAT(info, HasSubstr("ds[errors].minimal_heartbeat = 660"));
  EXPECT_THAT(info, HasSubstr("ds[errors].min = 0.0000000000e+00"));
  EXPECT_THAT(info, HasSubstr("rra[11].rows = 2920"));
  EXPECT_EQ(std::filesystem::file_size(path_), bytes_per_file(full_archives(), 2));
}

TEST_F(RrdFile, TellsWhatItHas)
{
  const auto description = describe_rrd(create({gauge("b"), gauge("a")}));
  ASSERT_TRUE(description);
  EXPECT_THAT(names(*description), ElementsAre("b", "a"));
  EXPECT_EQ(description->last_update, start - 1min);
  EXPECT_EQ(description->step, 1min);
  EXPECT_EQ(description->sources[0].heartbeat, 180s);
  EXPECT_FALSE(description->sources[0].limits.lower);
}

TEST_F(RrdFile, GivesBackWhatWasWritten)
{
  ASSERT_TRUE(create_rrd(path_, {gauge("a"), gauge("b")}, full_archives(), start - 1min));
  ASSERT_TRUE(update_rrd(path_, minutes_of_rows(0, 10, "1.5:U")));
  const auto values = fetch_rrd(path_, {Consolidation::average, start, start + 5min, 1min});
  ASSERT_TRUE(values) << message_of(values);
  EXPECT_EQ(values->first, start + 1min);
  EXPECT_EQ(values->step, 1min);
  EXPECT_THAT(values->data_sources, ElementsAre("a", "b"));
  EXPECT_THAT(values->rows.at(0), ElementsAre(1.5, std::nullopt));
  EXPECT_THAT(
      rrdtool("fetch " + path_.string() + " MAX -s 1700000040 -e 1700000160"), HasSubstr("1.5000000000e+00"));
}

TEST_F(RrdFile, TakesEveryNumberThatRowsHave)
{
  ASSERT_TRUE(create_rrd(path_, {gauge("a")}, full_archives(), start - 1min));
  for (const auto* number : {"1e+300", "-1e-300", "5e-324", "0.1", "123456789012345", "U"}) {
    std::filesystem::remove(path_);
    ASSERT_TRUE(create_rrd(path_, {gauge("a")}, full_archives(), start - 1min));
    const auto updated = update_rrd(path_, minutes_of_rows(0, 3, number));
    EXPECT_TRUE(updated) << message_of(updated);
  }
}

TEST_F(RrdFile, SkipsRowsThatAreNotLater)
{
  const auto path = create({gauge("a")});
  ASSERT_TRUE(update_rrd(path, minutes_of_rows(0, 10, "1")));
  ASSERT_TRUE(update_rrd(path, minutes_of_rows(5, 10, "2")));
  EXPECT_EQ(describe_rrd(path)->last_update, start + 14min);
}

TEST_F(RrdFile, KeepsItsHistoryWhenADataSourceComes)
{
  ASSERT_TRUE(create_rrd(path_, {gauge("a")}, full_archives(), start - 1min));
  std::filesystem::permissions(path_, std::filesystem::perms{0640});
  ASSERT_TRUE(update_rrd(path_, minutes_of_rows(0, 90, "7")));
  const auto added = add_data_sources(path_, {gauge("b"), {"c", SeriesKind::derive, 180s, {0, {}}}});
  ASSERT_TRUE(added) << message_of(added);
  ASSERT_TRUE(update_rrd(path_, minutes_of_rows(90, 10, "7:8:9")));
  EXPECT_THAT(names(*describe_rrd(path_)), ElementsAre("a", "b", "c"));
  const auto values = fetch_rrd(path_, {Consolidation::maximum, start, start + 99min, 1min});
  ASSERT_TRUE(values);
  ASSERT_GE(values->rows.size(), 99);
  EXPECT_THAT(values->rows[50], ElementsAre(7.0, std::nullopt, std::nullopt));
  EXPECT_THAT(values->rows[96], ElementsAre(7.0, 8.0, 0.0));
  EXPECT_EQ(std::filesystem::file_size(path_), bytes_per_file(full_archives(), 3));
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms{0640});
}

TEST_F(RrdFile, AddsManyDataSourcesOneAfterTheOther)
{
  const auto path = create({gauge("v0")});
  for (int i = 1; i < 40; ++i) {
    ASSERT_TRUE(add_data_sources(path, {gauge("v" + std::to_string(i))}));
  }
  EXPECT_EQ(describe_rrd(path)->sources.size(), 40);
}

TEST_F(RrdFile, RefusesADataSourceThatIsThereOrIsNone)
{
  const auto path = create({gauge("a")});
  EXPECT_FALSE(add_data_sources(path, {gauge("not a name")}));
  EXPECT_FALSE(add_data_sources(path, {gauge("a")}));
  EXPECT_THAT(names(*describe_rrd(path)), ElementsAre("a"));
}

TEST_F(RrdFile, TakesAnotherHeartbeat)
{
  const auto path = create({gauge("a"), gauge("b")});
  ASSERT_TRUE(set_heartbeat(path, {"a", "b"}, 660s));
  EXPECT_EQ(describe_rrd(path)->sources[0].heartbeat, 660s);
  EXPECT_EQ(describe_rrd(path)->sources[1].heartbeat, 660s);
}

TEST_F(RrdFile, IsNeverOverwritten)
{
  const auto path = create({gauge("a")});
  const auto again = create_rrd(path, {gauge("b")}, small_archives(), start);
  EXPECT_EQ(code_of(again), ErrorCode::invalid_input);
  EXPECT_THAT(names(*describe_rrd(path)), ElementsAre("a"));
}

TEST_F(RrdFile, NamesAFileThatIsNotThere)
{
  for (const auto& failed : {message_of(describe_rrd(path_)), message_of(update_rrd(path_, {"1:1"}))}) {
    EXPECT_THAT(failed, HasSubstr(path_.string()));
  }
  EXPECT_EQ(code_of(describe_rrd(path_)), ErrorCode::not_found);
  EXPECT_EQ(code_of(update_rrd(path_, {"1700000000:1"})), ErrorCode::not_found);
  EXPECT_EQ(code_of(fetch_rrd(path_, {Consolidation::average, start, start + 1h})), ErrorCode::not_found);
}

TEST_F(RrdFile, KnowsADamagedFile)
{
  const auto path = create({gauge("a")});
  std::filesystem::resize_file(path, 5000);
  EXPECT_EQ(code_of(describe_rrd(path)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(update_rrd(path, minutes_of_rows(0, 1, "1"))), ErrorCode::invalid_input);
  for (const auto& content :
       {std::string{}, std::string{"RRD"}, std::string(5000, 'x'), std::string(20, '\0')}) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << content;
    EXPECT_EQ(code_of(describe_rrd(path)), ErrorCode::invalid_input) << message_of(describe_rrd(path));
  }
}

TEST_F(RrdFile, SaysWhenAFolderCannotBeMade)
{
  const auto file = folder_.write("file", "");
  const auto created = create_rrd(file + "/a.rrd", {gauge("a")}, small_archives(), start);
  EXPECT_EQ(code_of(created), ErrorCode::io_failure);
  EXPECT_THAT(message_of(created), HasSubstr("/file/a.rrd"));
}

TEST_F(RrdFile, HasNoWindowWithoutEnd)
{
  const auto path = create({gauge("a")});
  EXPECT_FALSE(fetch_rrd(path, {Consolidation::average, start, start}));
  EXPECT_THAT(
      message_of(fetch_rrd(path, {Consolidation::average, std::chrono::sys_seconds{}, start, 1min})),
      HasSubstr("too many values"));
}

TEST_F(RrdFile, MayBeUsedByEveryThread)
{
  constexpr std::size_t count = 4;
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back(live_a_life, folder_.path("thread" + std::to_string(i) + ".rrd"));
  }
  for (auto& thread : threads) {
    thread.join();
  }
}

}  // namespace muster::collector
