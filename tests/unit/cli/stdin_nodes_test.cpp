// SPDX-License-Identifier: Apache-2.0
#include "cli/stdin_nodes.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto at_once = 0ms;

enum class Kind { pipe, socket };

class Pipe {
public:
  explicit Pipe(Kind kind = Kind::pipe)
  {
    EXPECT_EQ(
        kind == Kind::pipe ? ::pipe2(ends_.data(), O_CLOEXEC)
                           : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()),
        0);
  }

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

class StdinNodesOf : public testing::TestWithParam<Kind> {
protected:
  Pipe pipe_{GetParam()};
};

TEST_P(StdinNodesOf, AreThereWhenJsonBegins)
{
  EXPECT_EQ(look_at(pipe_.write("\n  [\"web1\"]").descriptor(), at_once), StdinContent::nodes);
  EXPECT_EQ(pipe_.read(), "\n  [\"web1\"]") << "looking takes nothing away";
}

TEST_P(StdinNodesOf, AreThereWhenOneBlankPromisesThem)
{
  EXPECT_EQ(look_at(pipe_.write(" ").descriptor(), at_once), StdinContent::nodes);
}

TEST_P(StdinNodesOf, AreNotTakenFromAScriptThatIsReadFromThere)
{
  EXPECT_EQ(look_at(pipe_.write("set -e\nmco rpc rpcutil ping\n").descriptor(), at_once), StdinContent::text);
  EXPECT_EQ(pipe_.read(), "set -e\nmco rpc rpcutil ping\n");
}

TEST_P(StdinNodesOf, AreNotWaitedForOnASilentOne)
{
  EXPECT_EQ(look_at(pipe_.descriptor(), at_once), StdinContent::silent);
  pipe_.end();
  EXPECT_EQ(look_at(pipe_.descriptor(), pipe_patience), StdinContent::silent) << "its end is nothing, too";
}

TEST_P(StdinNodesOf, AreNotPromisedByOtherBlanks)
{
  EXPECT_EQ(look_at(pipe_.write("\n").descriptor(), 20ms), StdinContent::silent);
  EXPECT_EQ(look_at(pipe_.write(" \n").descriptor(), 20ms), StdinContent::silent);
  pipe_.end();
  EXPECT_EQ(look_at(pipe_.descriptor(), std::chrono::hours{1}), StdinContent::silent)
      << "nothing more can come";
}

TEST_P(StdinNodesOf, AreWaitedForBehindBlanks)
{
  pipe_.write("\n");
  std::thread writer{[this] {
    std::this_thread::sleep_for(20ms);
    pipe_.write("[");
  }};
  EXPECT_EQ(look_at(pipe_.descriptor(), 1min), StdinContent::nodes);
  writer.join();
}

TEST_P(StdinNodesOf, AreReadToTheEnd)
{
  pipe_.write(" ").write("[\"web1\"]").end();
  EXPECT_EQ(read_nodes(pipe_.descriptor(), 100, {}).value(), " [\"web1\"]");
}

TEST_P(StdinNodesOf, AreGivenUpWhenTheirListDoesNotGoOn)
{
  const auto text = read_nodes(pipe_.write("[").descriptor(), 100, {1min, 20ms});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::timed_out);
  EXPECT_THAT(text.error().message, testing::HasSubstr("standard input: the pipe began to bring nodes"));
}

TEST_P(StdinNodesOf, AreGivenUpWhenTheyDoNotBegin)
{
  const auto text = read_nodes(pipe_.write(" ").descriptor(), 100, {20ms, 1min});
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, testing::HasSubstr("standard input: the pipe was to bring nodes"));
}

TEST_P(StdinNodesOf, AreRefusedIfThereAreTooMany)
{
  const auto text = read_nodes(pipe_.write("[\"web1\"]").descriptor(), 7, {});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(
    EachKind, StdinNodesOf, testing::Values(Kind::pipe, Kind::socket), [](const auto& kind) {
      return kind.param == Kind::pipe ? "Pipe" : "Socket";
    });

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
  EXPECT_EQ(look_at(file, at_once), StdinContent::text) << "perhaps names";
  ASSERT_EQ(::lseek(file, 5, SEEK_SET), 5);
  EXPECT_EQ(look_at(file, at_once), StdinContent::nodes);
  EXPECT_EQ(::lseek(file, 0, SEEK_CUR), 5);
  ASSERT_EQ(::lseek(file, 0, SEEK_END), 13);
  EXPECT_EQ(look_at(file, at_once), StdinContent::none);
  ::close(file);
}

}  // namespace
}  // namespace muster::cli
