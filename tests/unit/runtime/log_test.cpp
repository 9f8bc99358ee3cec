// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/log.hpp"

#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

namespace muster::runtime::log {

namespace {

std::vector<std::string> lines_of(const std::string& text)
{
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

}  // namespace

TEST(Log, WritesOneLineToStandardErrorForEachCall)
{
  testing::internal::CaptureStderr();
  info("a\nb");
  warning("%v {} %%");
  error("c");
  const auto lines = lines_of(testing::internal::GetCapturedStderr());
  ASSERT_EQ(3U, lines.size());
  EXPECT_TRUE(lines[0].ends_with(" info: a\\nb")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with(" warning: %v {} %%")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(" error: c")) << lines[2];
}

TEST(Log, LeavesOutWhatIsBelowItsLevel)
{
  testing::internal::CaptureStderr();
  debug("not yet");
  set_level(Level::debug);
  debug("now");
  set_level(Level::error);
  warning("no more");
  error("still");
  set_level(Level::info);
  const auto lines = lines_of(testing::internal::GetCapturedStderr());
  ASSERT_EQ(2U, lines.size());
  EXPECT_TRUE(lines[0].ends_with(" debug: now"));
  EXPECT_TRUE(lines[1].ends_with(" error: still"));
}

TEST(Log, KeepsLinesOfSeveralThreadsApart)
{
  constexpr std::size_t each = 200;
  testing::internal::CaptureStderr();
  std::vector<std::jthread> writers;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([letter] {
      for (std::size_t i = 0; i < each; ++i) {
        info(std::string(500, letter));
      }
    });
  }
  writers.clear();
  const auto lines = lines_of(testing::internal::GetCapturedStderr());
  ASSERT_EQ(4 * each, lines.size());
  for (const auto& line : lines) {
    EXPECT_TRUE(line.ends_with(std::string(500, line.back()))) << line;
  }
}

}  // namespace muster::runtime::log
