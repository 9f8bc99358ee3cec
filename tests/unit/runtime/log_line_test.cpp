// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/log_line.hpp"

#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libmuster/runtime/utf8.hpp"

namespace muster::runtime::log {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::chrono::system_clock::time_point spring{1'772'353'800'123ms};  // 2026-03-01T08:30:00.123Z

std::string in_journal(std::string_view text)
{
  return log_line(Level::info, text, spring, Destination::journal);
}

bool is_cut_well(const std::string& line)
{
  const std::size_t longest = 3 + longest_log_text;
  return line.size() <= longest && line.size() >= longest - 30 && line.ends_with(" … [cut]") &&
         !first_invalid_utf8(line);
}

class InTimeZone {
public:
  explicit InTimeZone(const char* zone)
  {
    ::setenv("TZ", zone, 1);  // NOLINT(concurrency-mt-unsafe): no other thread yet
    ::tzset();
  }

  InTimeZone(const InTimeZone&) = delete;
  InTimeZone& operator=(const InTimeZone&) = delete;
  InTimeZone(InTimeZone&&) = delete;
  InTimeZone& operator=(InTimeZone&&) = delete;

  ~InTimeZone()
  {
    ::unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe)
    ::tzset();
  }
};

}  // namespace

TEST(LogLine, CarriesThePriorityThatTheJournalReads)
{
  EXPECT_EQ("<7>text", log_line(Level::debug, "text", spring, Destination::journal));
  EXPECT_EQ("<6>text", log_line(Level::info, "text", spring, Destination::journal));
  EXPECT_EQ("<4>text", log_line(Level::warning, "text", spring, Destination::journal));
  EXPECT_EQ("<3>text", log_line(Level::error, "text", spring, Destination::journal));
}

TEST(LogLine, CarriesTimeWithOffsetAndLevelForAReader)
{
  const InTimeZone east{"XXX-5:45"};
  EXPECT_EQ(
      "2026-03-01T14:15:00.123+05:45 warning: disk is full",
      log_line(Level::warning, "disk is full", spring, Destination::readable));
  const InTimeZone west{"XXX+3:30"};
  EXPECT_EQ(
      "2026-03-01T05:00:00.123-03:30 error: x", log_line(Level::error, "x", spring, Destination::readable));
}

TEST(LogLine, ShowsWhatCouldForgeALineOrSteerATerminal)
{
  EXPECT_EQ("<6>a\\n<3>b\\r\\tc", in_journal("a\n<3>b\r\tc"));
  EXPECT_EQ("<6>\\x1b[2J\\x00\\x7f", in_journal("\x1b[2J\0\x7f"s));
  EXPECT_EQ("<6>\\x9b31m", in_journal("\u009b31m"));
  EXPECT_EQ("<6>\\u202etxt.exe\\u202c\\u2028\\ufeff", in_journal("\u202etxt.exe\u202c\u2028\ufeff"));
  EXPECT_EQ("<6>\\U000e0041", in_journal("\U000e0041"));
}

TEST(LogLine, KeepsTextOfAllLanguages)
{
  EXPECT_EQ("<6>Zürich 日本 🙂 a\\b", in_journal("Zürich 日本 🙂 a\\b"));
}

TEST(LogLine, ShowsBytesThatAreNoUtf8)
{
  EXPECT_EQ("<6>a\\xffb\\xc3", in_journal("a\xff"s + "b\xc3"));
  EXPECT_EQ("<6>\\x80\\x81\\x82ü", in_journal("\x80\x81\x82ü"));
}

TEST(LogLine, IsCutWithAMarkWhenItsTextIsTooLong)
{
  const std::string exactly(longest_log_text, 'a');
  EXPECT_EQ("<6>" + exactly, in_journal(exactly));

  const auto cut = in_journal(exactly + "b");
  EXPECT_EQ(3 + longest_log_text, cut.size());
  EXPECT_TRUE(cut.ends_with("a … [cut]"));
}

TEST(LogLine, IsBoundedAndValidWhateverComes)
{
  for (const auto& piece : {"\x01"s, "\xff"s, "ü"s, "日"s, "🙂"s, "a\u200b"s, "\0"s, "\xe2\x80"s}) {
    for (std::size_t shift = 0; shift < 12; ++shift) {
      std::string text(shift, 'x');
      while (text.size() < longest_log_text + 100) {
        text += piece;
      }
      EXPECT_PRED1(is_cut_well, in_journal(text));
    }
  }
}

TEST(LogDestination, IsTheJournalOnlyIfTheDescriptorIsItsStream)
{
  int ends[2];
  ASSERT_EQ(0, ::pipe(ends));

  struct stat status {};

  ASSERT_EQ(0, ::fstat(ends[1], &status));
  const auto stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_EQ(Destination::journal, destination_of(ends[1], stream.c_str()));
  EXPECT_EQ(Destination::readable, destination_of(ends[1], (stream + "0").c_str()));
  EXPECT_EQ(Destination::readable, destination_of(ends[1], ""));
  EXPECT_EQ(Destination::readable, destination_of(ends[1], nullptr));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(Destination::readable, destination_of(ends[1], stream.c_str()));
}

}  // namespace muster::runtime::log
