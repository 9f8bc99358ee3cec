// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/command_pipe.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libmuster/runtime/file_descriptor.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {

namespace {

struct Pipe {
  Pipe() { ::mkfifo(path.c_str(), 0600); }

  // As Nagios opens it: for reading and writing.
  [[nodiscard]] runtime::FileDescriptor reader() const
  {
    return runtime::FileDescriptor{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  }

  test::TemporaryDirectory folder;
  std::string path = folder.path("nagios.cmd");
};

std::string read_all(const runtime::FileDescriptor& reader)
{
  std::array<char, 100'000> buffer{};
  const auto got = ::read(reader.get(), buffer.data(), buffer.size());
  return got < 0 ? "" : std::string{buffer.data(), static_cast<std::size_t>(got)};
}

}  // namespace

TEST(CommandPipe, WritesOneCommandForTheReader)
{
  const Pipe pipe;
  const auto reader = pipe.reader();
  EXPECT_EQ(look_at_pipe(pipe.path), PipeAnswer::ready);
  EXPECT_EQ(write_command(pipe.path, "[1] PROCESS_FILE;/a;1\n"), PipeAnswer::ready);
  EXPECT_EQ(read_all(reader), "[1] PROCESS_FILE;/a;1\n");
}

TEST(CommandPipe, DoesNotWaitForAReader)
{
  const Pipe pipe;
  EXPECT_EQ(look_at_pipe(pipe.path), PipeAnswer::no_reader);
  EXPECT_EQ(write_command(pipe.path, "x\n"), PipeAnswer::no_reader);
}

TEST(CommandPipe, DoesNotWaitForAReaderThatStandsStillAndWritesNoHalfCommand)
{
  const Pipe pipe;
  const auto reader = pipe.reader();
  const std::string line(1000, 'x');
  int written = 0;
  while (write_command(pipe.path, line + "\n") == PipeAnswer::ready) {
    ASSERT_LT(++written, 10'000);
  }
  EXPECT_EQ(write_command(pipe.path, line + "\n"), PipeAnswer::full);
  EXPECT_EQ(read_all(reader).size(), static_cast<std::size_t>(written) * 1001);
}

TEST(CommandPipe, NeverMakesAFileWhereNoneIs)
{
  const test::TemporaryDirectory folder;
  EXPECT_EQ(write_command(folder.path("nagios.cmd"), "x\n"), PipeAnswer::absent);
  EXPECT_FALSE(std::filesystem::exists(folder.path("nagios.cmd")));
  EXPECT_EQ(write_command(folder.path("no/nagios.cmd"), "x\n"), PipeAnswer::absent);
}

TEST(CommandPipe, WritesIntoNothingThatIsNoPipe)
{
  const test::TemporaryDirectory folder;
  const auto path = folder.write("nagios.cmd", "what echo left\n");
  EXPECT_EQ(write_command(path, "x\n"), PipeAnswer::no_pipe);
  EXPECT_EQ(std::filesystem::file_size(path), 15U);
  EXPECT_EQ(write_command(folder.path(), "x\n"), PipeAnswer::no_pipe);
  EXPECT_EQ(write_command("/dev/null", "x\n"), PipeAnswer::no_pipe);
}

TEST(CommandPipe, FindsThePipeThatWasMadeAgain)
{
  const Pipe pipe;
  const auto old_reader = pipe.reader();
  EXPECT_EQ(write_command(pipe.path, "old\n"), PipeAnswer::ready);
  ::unlink(pipe.path.c_str());
  ::mkfifo(pipe.path.c_str(), 0600);
  EXPECT_EQ(write_command(pipe.path, "lost\n"), PipeAnswer::no_reader);
  const auto new_reader = pipe.reader();
  EXPECT_EQ(write_command(pipe.path, "new\n"), PipeAnswer::ready);
  EXPECT_EQ(read_all(old_reader), "old\n");
  EXPECT_EQ(read_all(new_reader), "new\n");
}

TEST(CommandPipe, HasASentenceForEverythingThatIsWrong)
{
  EXPECT_EQ(trouble_with_pipe(PipeAnswer::ready, "/p"), "");
  for (const auto answer :
       {PipeAnswer::full,
        PipeAnswer::no_reader,
        PipeAnswer::absent,
        PipeAnswer::no_pipe,
        PipeAnswer::denied,
        PipeAnswer::failed}) {
    EXPECT_NE(trouble_with_pipe(answer, "/var/p").find("/var/p"), std::string::npos);
  }
}

}  // namespace muster::bridge
