// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_writer.hpp"

#include <fstream>
#include <sys/mount.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/history/series_notes.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/collector_history/real_rrdcached.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::sys_seconds start{1'700'000'040s};  // a whole minute

class RrdWriterTest : public testing::Test {
protected:
  [[nodiscard]] WriterSettings settings(LayoutStyle style = LayoutStyle::muster) const
  {
    return {{{folder_.path() / "rrd", style}, full_archives()}, {}};
  }

  [[nodiscard]] WriterSettings cached(const std::filesystem::path& socket) const
  {
    auto all = settings();
    all.rrdcached_socket = socket;
    return all;
  }

  static void add(
      RrdWriter& writer, int minute, const std::string& perfdata, const std::string& check = "disk")
  {
    const auto time = start + minute * 1min;
    writer.add({"web1", check, time, 1min, parse_perfdata(perfdata)}, time);
  }

  [[nodiscard]] std::filesystem::path rrd(const std::string& check = "disk") const
  {
    return folder_.path() / "rrd/web1" / (check + ".rrd");
  }

  [[nodiscard]] std::vector<std::optional<double>> row(int minute) const
  {
    const auto values =
        fetch_rrd(rrd(), {Consolidation::average, start + (minute - 1) * 1min, start + minute * 1min, 1min});
    return values && !values->rows.empty() ? values->rows.front() : std::vector<std::optional<double>>{};
  }

  [[nodiscard]] Expected<SeriesNotes> notes() const
  {
    const auto text =
        runtime::read_text_file(folder_.path() / "rrd/web1/disk.series", max_series_notes_bytes);
    return text ? parse_notes(*text) : tl::unexpected{text.error()};
  }

  test::TemporaryDirectory folder_{"/tmp"};  // NOLINT(*-visibility-*): short enough for a unix socket
};

std::string first_problem(const FlushReport& report)
{
  return report.problems.empty() ? "no problem" : report.problems.front().message;
}

}  // namespace

TEST_F(RrdWriterTest, WritesSeveralResultsOfAFileAtOnce)
{
  RrdWriter writer{settings()};
  for (int minute = 0; minute < 5; ++minute) {
    add(writer, minute, "/var=1MB;2;3 load=" + std::to_string(minute));
  }
  const auto report = writer.flush(start + 5min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_EQ(writer.counts().written, 5);
  EXPECT_THAT(row(3), ElementsAre(1048576, 3));
  EXPECT_THAT(rrdtool("info " + rrd().string()), HasSubstr("ds[load].last_ds = \"4\""));
}

TEST_F(RrdWriterTest, SaysBesideTheFileWhatItsDataSourcesStandFor)
{
  RrdWriter writer{settings()};
  add(writer, 0, "/var=1MB;2;3 load=1");
  writer.flush(start);
  ASSERT_TRUE(notes());
  EXPECT_EQ(notes()->check, "disk");
  EXPECT_EQ(notes()->series[0].label, "/var");
  EXPECT_EQ(notes()->series[0].warning->end, 2097152);
}

TEST_F(RrdWriterTest, GivesANewLabelADataSourceAndKeepsTheHistory)
{
  RrdWriter writer{settings()};
  add(writer, 0, "a=1");
  add(writer, 1, "a=1");
  writer.flush(start + 1min);
  add(writer, 2, "b=2 a=1");
  add(writer, 3, "b=2 a=1");
  const auto report = writer.flush(start + 3min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_THAT(row(1), ElementsAre(1.0, std::nullopt));
  EXPECT_THAT(row(3), ElementsAre(1.0, 2.0));
  EXPECT_EQ(notes()->series.size(), 2);
}

TEST_F(RrdWriterTest, GoesOnWithTheFilesOfAnEarlierLife)
{
  {
    RrdWriter writer{settings()};
    add(writer, 0, "/var=1 b=2");
    writer.flush(start);
  }
  RrdWriter writer{settings()};
  add(writer, 0, "/var=9 b=9");
  add(writer, 1, "b=2 /var=1 c=3");
  const auto report = writer.flush(start + 1min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_EQ(writer.counts().too_old, 1);
  EXPECT_EQ(writer.counts().written, 1);
  EXPECT_THAT(row(1), ElementsAre(1.0, 2.0, 3.0));
}

TEST_F(RrdWriterTest, FindsItsSeriesWithoutTheSidecar)
{
  RrdWriter writer{settings()};
  add(writer, 0, "/var=1 b=2");
  writer.flush(start);
  std::filesystem::remove(folder_.path() / "rrd/web1/disk.series");
  writer.forget_files();
  add(writer, 1, "/var=1 b=2");
  writer.flush(start + 1min);
  EXPECT_EQ(describe_rrd(rrd())->sources.size(), 2);
  EXPECT_EQ(notes()->series[0].label, "/var") << "it is written again";
}

TEST_F(RrdWriterTest, MovesADamagedFileAsideAndSaysSo)
{
  RrdWriter writer{settings()};
  add(writer, 0, "a=1");
  writer.flush(start);
  std::filesystem::resize_file(rrd(), 1000);
  add(writer, 1, "a=1");
  auto report = writer.flush(start + 1min);
  EXPECT_EQ(report.waiting, 1) << "tried again with the next flush";
  report = writer.flush(start + 2min);
  EXPECT_THAT(first_problem(report), HasSubstr(rrd().string() + ".corrupt-"));
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(writer.counts().written, 2);
  EXPECT_TRUE(describe_rrd(rrd()));
  EXPECT_EQ(std::filesystem::file_size(rrd().string() + ".corrupt-1700000160"), 1000);
}

TEST_F(RrdWriterTest, MakesAFileAgainThatSomebodyRemoved)
{
  RrdWriter writer{settings()};
  add(writer, 0, "a=1");
  writer.flush(start);
  std::filesystem::remove(rrd());
  add(writer, 1, "a=1");
  writer.flush(start + 1min);
  writer.flush(start + 1min);
  EXPECT_EQ(describe_rrd(rrd())->last_update, start + 1min);
}

TEST_F(RrdWriterTest, TakesNothingFromTheFutureAndMakesNothingOfNothing)
{
  RrdWriter writer{settings()};
  writer.add({"web1", "disk", start + max_time_ahead + 1s, 1min, parse_perfdata("a=1")}, start);
  writer.add({"web1", "disk", start, 1min, parse_perfdata("no perfdata")}, start);
  writer.add({"web1", "disk", start, 1min, parse_perfdata("a=1e999")}, start);
  EXPECT_EQ(writer.flush(start).problem_count, 0);
  EXPECT_EQ(writer.counts().ahead, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "rrd"));
}

TEST_F(RrdWriterTest, GivesUpOnAFileThatCannotBeAfterAFewTimes)
{
  folder_.write("rrd", "a file where the folder should be");
  RrdWriter writer{settings()};
  add(writer, 0, "a=1");
  for (int i = 1; i < max_write_attempts; ++i) {
    EXPECT_EQ(writer.flush(start).waiting, 1);
  }
  EXPECT_EQ(writer.flush(start).waiting, 0);
  EXPECT_EQ(writer.counts().failed, 1);
}

TEST_F(RrdWriterTest, WaitsForRoomWhenTheDiskIsFullAndLosesNothing)
{
  const auto root = settings().history.layout.root;
  std::filesystem::create_directories(root);
  if (::mount("tmpfs", root.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "needs root and the right to mount";
  }
  RrdWriter writer{settings()};
  for (int minute = 0; minute < max_write_attempts + 2; ++minute) {
    add(writer, minute, "a=" + std::to_string(minute));
    const auto report = writer.flush(start + minute * 1min);
    EXPECT_THAT(first_problem(report), HasSubstr("no space left on the disk"));
    EXPECT_EQ(report.waiting, minute + 1);
  }
  EXPECT_EQ(::mount("tmpfs", root.c_str(), "tmpfs", MS_REMOUNT, "size=4m"), 0);
  const auto report = writer.flush(start + 10min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(writer.counts().written, max_write_attempts + 2);
  EXPECT_EQ(writer.counts().failed, 0);
  EXPECT_THAT(row(2), ElementsAre(2.0));
  EXPECT_EQ(::umount2(root.c_str(), MNT_DETACH), 0);
}

TEST_F(RrdWriterTest, TakesALongerHeartbeatWhenACheckSlowsDown)
{
  RrdWriter writer{settings()};
  add(writer, 0, "a=1 b=1");
  writer.flush(start);
  writer.add({"web1", "disk", start + 5min, 5min, parse_perfdata("a=1 b=1")}, start + 5min);
  writer.flush(start + 5min);
  EXPECT_EQ(describe_rrd(rrd())->sources[1].heartbeat, 11min);
}

TEST_F(RrdWriterTest, KeepsThePnpLayoutAndTellsChecksApartThatMeetThere)
{
  RrdWriter writer{settings(LayoutStyle::pnp4nagios)};
  add(writer, 0, "a=1 b=2", "disk c");
  writer.flush(start);
  EXPECT_THAT(rrdtool("info " + rrd("disk_c").string()), HasSubstr("ds[2].type = \"GAUGE\""));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "rrd/web1/disk_c.xml"));
  add(writer, 1, "a=1", "disk:c");
  EXPECT_THAT(first_problem(writer.flush(start + 1min)), HasSubstr("it is the history of disk c on web1"));
}

TEST_F(RrdWriterTest, HandsRowsToRrdcachedAndFlushesBeforeAFileChanges)
{
  const RealRrdcached daemon{folder_.path()};
  RrdWriter writer{cached(daemon.socket())};
  add(writer, 0, "a=1");
  add(writer, 1, "a=1");
  auto report = writer.flush(start + 1min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_FALSE(report.directly);
  EXPECT_EQ(writer.counts().written, 2);
  EXPECT_LT(describe_rrd(rrd())->last_update, start) << "the daemon has them";
  add(writer, 2, "a=1 b=2");
  add(writer, 3, "a=1 b=2");
  report = writer.flush(start + 3min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_EQ(describe_rrd(rrd())->last_update, start + 1min);
  rrdtool("flushcached --daemon unix:" + daemon.socket().string() + ' ' + rrd().string());
  EXPECT_THAT(row(1), ElementsAre(1.0, std::nullopt));
  EXPECT_THAT(row(3), ElementsAre(1.0, 2.0));
}

TEST_F(RrdWriterTest, CountsWhatRrdcachedHasAlready)
{
  const RealRrdcached daemon{folder_.path()};
  RrdWriter writer{cached(daemon.socket())};
  add(writer, 0, "a=1");
  writer.flush(start);
  writer.forget_files();
  add(writer, 0, "a=1");
  add(writer, 1, "a=1");
  EXPECT_EQ(writer.flush(start + 1min).problem_count, 0);
  EXPECT_EQ(writer.counts().too_old, 1);
  EXPECT_EQ(writer.counts().written, 2);
}

TEST_F(RrdWriterTest, WritesRowsThatAreTooLongForRrdcached)
{
  const RealRrdcached daemon{folder_.path()};
  RrdWriter writer{cached(daemon.socket())};
  std::string many;
  for (int i = 0; i < 250; ++i) {
    many += "v" + std::to_string(i) + "=1.2345678901234567e-100 ";
  }
  add(writer, 0, "v0=1");
  add(writer, 1, many);
  add(writer, 2, "v0=2");
  const auto report = writer.flush(start + 2min);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  EXPECT_EQ(writer.counts().written, 3);
  EXPECT_EQ(describe_rrd(rrd())->last_update, start + 2min);
}

TEST_F(RrdWriterTest, WaitsForRrdcachedAndWritesDirectlyWhenItStaysAway)
{
  auto daemon = std::make_unique<RealRrdcached>(folder_.path());
  RrdWriter writer{cached(daemon->socket())};
  add(writer, 0, "a=1");
  writer.flush(start);
  daemon->end(SIGTERM);
  add(writer, 1, "a=1");
  auto report = writer.flush(start + 1min);
  EXPECT_EQ(report.waiting, 1);
  EXPECT_THAT(first_problem(report), HasSubstr("rrdcached at " + daemon->socket().string()));
  add(writer, 2, "a=1");
  report = writer.flush(start + 1min + rrdcached_grace);
  EXPECT_TRUE(report.directly);
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(describe_rrd(rrd())->last_update, start + 2min);
  daemon = std::make_unique<RealRrdcached>(folder_.path());
  add(writer, 3, "a=1");
  report = writer.flush(start + 3min);
  EXPECT_FALSE(report.directly);
  EXPECT_EQ(report.problem_count, 0) << first_problem(report);
  daemon->end(SIGTERM);  // it writes what it has
  EXPECT_EQ(describe_rrd(rrd())->last_update, start + 3min);
  EXPECT_EQ(writer.counts().written, 4);
}

TEST_F(RrdWriterTest, LosesNothingWhenRrdcachedIsRestartedBetweenFlushes)
{
  auto daemon = std::make_unique<RealRrdcached>(folder_.path());
  RrdWriter writer{cached(daemon->socket())};
  for (int minute = 0; minute < 6; ++minute) {
    add(writer, minute, "a=1");
    writer.flush(start + minute * 1min);
    if (minute % 2 == 0) {
      daemon->end(SIGTERM);
    } else {
      daemon = std::make_unique<RealRrdcached>(folder_.path());
    }
  }
  EXPECT_EQ(writer.flush(start + 5min).waiting, 0);
  daemon->end(SIGTERM);
  EXPECT_EQ(writer.counts().written, 6);
  EXPECT_THAT(row(5), ElementsAre(1.0));
}

TEST_F(RrdWriterTest, TakesResultsFromOneThreadWhileAnotherFlushes)
{
  RrdWriter writer{settings()};
  std::thread flusher{[&] {
    for (int i = 0; i < 20; ++i) {
      writer.flush(start + 600min);
    }
  }};
  for (int minute = 0; minute < 500; ++minute) {
    add(writer, minute, "a=1");
  }
  flusher.join();
  EXPECT_EQ(writer.flush(start + 600min).waiting, 0);
  EXPECT_EQ(writer.counts().written, 500);
}

}  // namespace muster::collector
