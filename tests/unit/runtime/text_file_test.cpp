// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/text_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::runtime {

namespace {

class TextFile : public testing::Test {
protected:
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  [[nodiscard]] static mode_t mode_of(const std::filesystem::path& path)
  {
    struct stat status {};

    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

private:
  const test::TemporaryDirectory folder_;
};

}  // namespace

TEST_F(TextFile, IsReadBackAsItWasWritten)
{
  const auto path = folder() / "a.txt";
  const std::string text = std::string("a\0b", 3) + std::string(100'000, 'x');
  ASSERT_TRUE(write_file_atomically(path, text, 0600));
  EXPECT_EQ(read_text_file(path, 200'000).value_or("unread"), text);
}

TEST_F(TextFile, IsReplacedAsAWholeWithExactlyTheModeAndNothingLeftOver)
{
  const auto path = folder() / "a.txt";
  const auto old_mask = ::umask(077);
  ASSERT_TRUE(write_file_atomically(path, "long, old content", 0600));
  ASSERT_TRUE(write_file_atomically(path, "new", 0644));
  ::umask(old_mask);
  EXPECT_EQ(read_text_file(path, 100).value_or("unread"), "new");
  EXPECT_EQ(mode_of(path), 0644U);
  const std::filesystem::directory_iterator entries{folder()};
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(TextFile, StaysAsItWasWhenItCannotBeReplaced)
{
  const auto path = folder() / "a";
  std::filesystem::create_directory(path);
  const auto written = write_file_atomically(path, "text", 0600);
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find(path.string()), std::string::npos);
  const std::filesystem::directory_iterator entries{folder()};
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1) << "the temporary file was left behind";
}

TEST_F(TextFile, NeedsItsFolder)
{
  const auto written = write_file_atomically(folder() / "none" / "a", "text", 0600);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::not_found);
}

TEST_F(TextFile, ThatIsMissingIsNotFoundAndNamed)
{
  const auto text = read_text_file(folder() / "none", 10);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::not_found);
  EXPECT_NE(text.error().message.find("none"), std::string::npos);
}

TEST_F(TextFile, IsReadUpToItsLimitAndNotBeyond)
{
  const auto path = folder() / "a";
  ASSERT_TRUE(write_file_atomically(path, "12345", 0600));
  EXPECT_EQ(read_text_file(path, 5).value_or("unread"), "12345");
  const auto text = read_text_file(path, 4);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_input);
}

TEST_F(TextFile, IsNeitherAFolderNorAPipeNorADevice)
{
  const auto pipe = folder() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(read_text_file(pipe, 10).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_text_file(folder(), 10).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_text_file("/dev/zero", 10).error().code, ErrorCode::invalid_input);
}

TEST_F(TextFile, OfTheKernelIsReadAlthoughItsSizeSaysZero)
{
  EXPECT_FALSE(read_text_file("/proc/uptime", 1000).value_or("").empty());
}

}  // namespace muster::runtime
