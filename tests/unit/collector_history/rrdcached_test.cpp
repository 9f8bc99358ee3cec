// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrdcached.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/history/rrd_file.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/collector_history/real_rrdcached.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Rrdcached::Deadline soon()
{
  return std::chrono::steady_clock::now() + 20s;
}

// Says what it was told to whoever connects, then reads until the other side ends or it is gone.
class FakeDaemon {
public:
  FakeDaemon(const std::string& path, std::string words) : words_{std::move(words)}
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* const target = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    if (::bind(listener_, target, sizeof address) != 0 || ::listen(listener_, 1) != 0) {
      throw std::runtime_error{"cannot listen at " + path};
    }
    thread_ = std::thread{[this] { serve(); }};
  }

  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;
  FakeDaemon(FakeDaemon&&) = delete;
  FakeDaemon& operator=(FakeDaemon&&) = delete;

  ~FakeDaemon()
  {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

private:
  void serve() const
  {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::array<char, 64> buffer{};
    if (connection >= 0 && ::send(connection, words_.data(), words_.size(), MSG_NOSIGNAL) >= 0) {
      while (!words_.ends_with("BYE") && ::recv(connection, buffer.data(), buffer.size(), 0) > 0) {
      }
    }
    ::close(connection);
  }

  std::string words_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace

TEST(RrdcachedLine, EscapesBlanksAndBackslashes)
{
  EXPECT_EQ(rrdcached_update("/h/a b\\c.rrd", {"1:2", "3:U"}), "UPDATE /h/a\\ b\\\\c.rrd 1:2 3:U\n");
}

TEST(RrdcachedLine, IsNoneIfTheDaemonWouldCutIt)
{
  EXPECT_EQ(rrdcached_update("/h", {std::string(max_rrdcached_line_bytes - 11, '1')}).value().size(), 4095);
  EXPECT_FALSE(rrdcached_update("/h", {std::string(max_rrdcached_line_bytes - 10, '1')}));
  EXPECT_FALSE(rrdcached_update("/h/a\nFLUSHALL", {"1:2"}));
}

TEST(Rrdcached, TakesABatchAndWritesItWhenTold)
{
  const test::TemporaryDirectory folder{"/tmp"};
  const RealRrdcached daemon{folder.path()};
  const std::filesystem::path path = folder.path("a b.rrd");
  const std::chrono::sys_seconds start{1'700'000'040s};
  ASSERT_TRUE(create_rrd(path, {{"a", SeriesKind::gauge, 180s, {}}}, full_archives(), start - 60s));
  Rrdcached connection{daemon.socket()};
  const auto refusals = connection.batch(
      {*rrdcached_update(path, {"1700000040:1"}),
       *rrdcached_update(path, {"1700000040:1"}),
       *rrdcached_update(folder.path("none.rrd"), {"1:1"}),
       *rrdcached_update(path, {"1700000100:2"})},
      soon());
  ASSERT_TRUE(refusals) << refusals.error().message;
  ASSERT_EQ(refusals->size(), 2);
  EXPECT_EQ(refusals->at(0).command, 1);
  EXPECT_THAT(refusals->at(0).reason, HasSubstr("illegal attempt to update"));
  EXPECT_EQ(refusals->at(1).command, 2);
  EXPECT_THAT(refusals->at(1).reason, HasSubstr("No such file"));
  EXPECT_EQ(describe_rrd(path)->last_update, start - 60s) << "the daemon has it still";
  ASSERT_TRUE(connection.flush(path, soon()));
  EXPECT_EQ(describe_rrd(path)->last_update, start + 60s);
  EXPECT_TRUE(connection.flush(path, soon())) << "nothing to write is no failure";
  EXPECT_TRUE(connection.flush(folder.path("none.rrd"), soon()));
}

TEST(Rrdcached, TakesLargeBatchesWithManyRefusals)
{
  const test::TemporaryDirectory folder{"/tmp"};
  const RealRrdcached daemon{folder.path()};
  const std::vector<std::string> lines(20'000, *rrdcached_update(folder.path("none.rrd"), {"1:1"}));
  Rrdcached connection{daemon.socket()};
  const auto refusals = connection.batch(lines, soon());
  ASSERT_TRUE(refusals) << refusals.error().message;
  EXPECT_EQ(refusals->size(), max_rrdcached_refusals);
  EXPECT_TRUE(connection.batch({}, soon())->empty()) << "the connection is at its place";
}

TEST(Rrdcached, SaysWhenNobodyListens)
{
  const test::TemporaryDirectory folder{"/tmp"};
  Rrdcached connection{folder.path("none.sock")};
  const auto answer = connection.batch({}, soon());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::disconnected);
  EXPECT_THAT(answer.error().message, HasSubstr(folder.path("none.sock")));
  Rrdcached nowhere{std::string(200, 'x')};
  EXPECT_EQ(nowhere.batch({}, soon()).error().code, ErrorCode::invalid_input);
}

TEST(Rrdcached, ConnectsAgainWhenTheDaemonIsBack)
{
  const test::TemporaryDirectory folder{"/tmp"};
  auto daemon = std::make_unique<RealRrdcached>(folder.path());
  Rrdcached connection{daemon->socket()};
  ASSERT_TRUE(connection.batch({}, soon()));
  daemon->end(SIGKILL);
  EXPECT_EQ(connection.batch({}, soon()).error().code, ErrorCode::disconnected);
  daemon = std::make_unique<RealRrdcached>(folder.path());
  EXPECT_TRUE(connection.batch({}, soon()));
}

TEST(Rrdcached, EndsAtItsDeadlineWhenTheDaemonIsSilent)
{
  const test::TemporaryDirectory folder{"/tmp"};
  const RealRrdcached daemon{folder.path()};
  Rrdcached connection{daemon.socket()};
  daemon.halt();
  const std::vector<std::string> lines(50'000, *rrdcached_update("/h/none.rrd", {"1:1"}));
  const auto answer = connection.batch(lines, std::chrono::steady_clock::now() + 100ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timed_out);
  daemon.go_on();
}

TEST(Rrdcached, TrustsNobodyOnTheSocket)
{
  const std::vector<std::pair<std::string, std::string>> cases{
      {"HTTP/1.1 400 Bad Request\n", "is it the socket of rrdcached"},
      {std::string(100'000, 'x'), "answers without end"},
      {"BYE", "hung up"},
      {"0 Go ahead\n1 errors\nBYE", "hung up"},
      {"-1 Unknown command\n", "Unknown command"}};
  for (const auto& [words, reason] : cases) {
    const test::TemporaryDirectory folder{"/tmp"};
    Rrdcached connection{folder.path("s")};
    const FakeDaemon daemon{folder.path("s"), words};
    const auto answer = connection.batch({"UPDATE x 1:1\n"}, soon());
    ASSERT_FALSE(answer) << words.substr(0, 20);
    EXPECT_TRUE(
        answer.error().message.find(reason) != std::string::npos ||
        answer.error().code == ErrorCode::disconnected)
        << answer.error().message;
  }
}

}  // namespace muster::collector
