// SPDX-License-Identifier: Apache-2.0
#include "cli/stdin_nodes.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto at_once = 0ms;

class Pipe {
public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;

  ~Pipe()
  {
    ::close(ends_[0]);
    end();
  }

  Pipe& write(const std::string& text)
  {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return *this;
  }

  void end()
  {
    if (ends_[1] >= 0) {
      ::close(ends_[1]);
      ends_[1] = -1;
    }
  }

  [[nodiscard]] std::string read() const
  {
    std::array<char, 4096> text{};
    const auto length = ::read(ends_[0], text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(length)};
  }

  [[nodiscard]] int descriptor() const { return ends_[0]; }

private:
  std::array<int, 2> ends_{};
};

TEST(StdinNodes, AreThereWhenJsonBeginsOrABlankPromisesIt)
{
  for (const auto* text : {"{", "  [\"web1\"]", "\n{\"command\": \"rpc\"", " "}) {
    Pipe pipe;
    EXPECT_EQ(look_at(pipe.write(text).descriptor(), at_once), StdinContent::nodes) << text;
    EXPECT_EQ(pipe.read(), text) << "looking takes nothing away";
  }
}

TEST(StdinNodes, AreNotTakenFromAScriptThatIsReadFromTheSamePipe)
{
  Pipe pipe;
  EXPECT_EQ(look_at(pipe.write("set -e\nmco rpc rpcutil ping\n").descriptor(), at_once), StdinContent::text);
  EXPECT_EQ(pipe.read(), "set -e\nmco rpc rpcutil ping\n");
}

TEST(StdinNodes, AreNotWaitedForOnASilentPipe)
{
  Pipe pipe;
  EXPECT_EQ(look_at(pipe.descriptor(), at_once), StdinContent::silent);
  pipe.end();
  EXPECT_EQ(look_at(pipe.descriptor(), pipe_patience), StdinContent::silent) << "its end is nothing, too";
}

TEST(StdinNodes, AreNoneOnADevice)
{
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(look_at(null, pipe_patience), StdinContent::none);
  ::close(null);
  EXPECT_EQ(look_at(-1, pipe_patience), StdinContent::none);
}

TEST(StdinNodes, InAFileAreFoundFromWhereItIsRead)
{
  std::array<char, 32> name{"/tmp/muster-stdin-XXXXXX"};
  const int file = ::mkstemp(name.data());
  ::unlink(name.data());
  ASSERT_EQ(::write(file, "echo\n[\"web1\"]", 13), 13);
  ASSERT_EQ(::lseek(file, 0, SEEK_SET), 0);
  EXPECT_EQ(look_at(file, at_once), StdinContent::none);
  ASSERT_EQ(::lseek(file, 5, SEEK_SET), 5);
  EXPECT_EQ(look_at(file, at_once), StdinContent::nodes);
  EXPECT_EQ(::lseek(file, 0, SEEK_CUR), 5);
  ASSERT_EQ(::lseek(file, 0, SEEK_END), 13);
  EXPECT_EQ(look_at(file, at_once), StdinContent::none);
  ::close(file);
}

}  // namespace
}  // namespace muster::cli
