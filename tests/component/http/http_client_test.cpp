// SPDX-License-Identifier: Apache-2.0
// The HTTP client against a server that says, word for word, what a test wants it to say. TLS is tried
// against real ones: tests/system/icinga_sink_test.py, collector_notify_test.py.
#include "libmuster/http/http_client.hpp"

#include <optional>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

// Answers the nth request with the nth text; after the last one it reads on and says nothing, or hangs up.
class ScriptedServer {
public:
  ScriptedServer(asio::io_context& io, std::vector<std::string> answers, bool hangs_up)
      : acceptor_{io, {asio::ip::address_v4::loopback(), 0}},
        answers_{std::move(answers)},
        hangs_up_{hangs_up}
  {
    asio::co_spawn(io, serve(), asio::detached);
  }

  [[nodiscard]] HttpTarget target() const
  {
    return {false, "127.0.0.1", std::to_string(acceptor_.local_endpoint().port()), "/"};
  }

  std::vector<std::string> requests;

private:
  asio::awaitable<void> serve()
  {
    auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
    for (const auto& answer : answers_) {
      co_await hear(socket);
      co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    }
    if (!hangs_up_) {
      co_await hear(socket);
      co_await hear(socket);
    }
  }

  // One request; those of these tests have no body.
  asio::awaitable<void> hear(tcp::socket& socket)
  {
    std::string text;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", asio::use_awaitable);
    requests.push_back(text);
  }

  tcp::acceptor acceptor_;
  std::vector<std::string> answers_;
  bool hangs_up_;
};

class HttpClientTest : public testing::Test {
protected:
  // Connects, asks so often, and gives what came of each.
  std::vector<Expected<HttpAnswer>> ask(
      std::vector<std::string> script, std::size_t times, bool hangs_up = true)
  {
    server_.emplace(io_, std::move(script), hangs_up);
    const HttpLimits limits{200ms, 1000};
    client_.emplace(io_.get_executor(), server_->target(), TlsFiles{}, limits);
    std::vector<Expected<HttpAnswer>> answers;
    asio::co_spawn(io_, exchange(times, answers), asio::detached);
    io_.restart();
    io_.run_for(20s);
    return answers;
  }

  asio::awaitable<void> exchange(std::size_t times, std::vector<Expected<HttpAnswer>>& answers)
  {
    const auto connected = co_await client_->connect();
    EXPECT_TRUE(connected);
    for (std::size_t i = 0; i < times; ++i) {
      HttpRequest request;
      request.path = "/" + std::to_string(i);
      request.headers = {{"Accept", "text/plain"}};
      auto answer = co_await client_->exchange(std::move(request));
      answers.push_back(std::move(answer));
    }
    was_open_ = client_->is_open();
    client_->close();
  }

  asio::io_context io_;
  std::optional<ScriptedServer> server_;
  std::optional<HttpClient> client_;
  bool was_open_ = false;
};

TEST_F(HttpClientTest, AsksAgainAndAgainOnOneConnection)
{
  const auto answers =
      ask({"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"},
          2,
          false);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0]->status, 200U);
  EXPECT_EQ(answers[0]->body, "one");
  EXPECT_EQ(answers[1]->status, 404U);
  EXPECT_TRUE(was_open_);
  EXPECT_THAT(server_->requests[1], StartsWith("GET /1 HTTP/1.1\r\n"));
  EXPECT_THAT(server_->requests[1], HasSubstr("Accept: text/plain\r\n"));
}

TEST_F(HttpClientTest, KnowsThatTheOtherSideWillHangUp)
{
  const auto answers = ask({"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"}, 2);
  EXPECT_TRUE(answers[0]);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().code, ErrorCode::disconnected);
}

TEST_F(HttpClientTest, GivesTheStatusOfAnAnswerThatIsTooLongOrCutOff)
{
  const auto long_one = ask({"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x')}, 1);
  ASSERT_TRUE(long_one[0]);
  EXPECT_FALSE(long_one[0]->whole);
  EXPECT_FALSE(was_open_);
  const auto cut = ask({"HTTP/1.1 503 Later\r\nRetry-After: 7\r\nContent-Length: 50\r\n\r\nabc"}, 1);
  ASSERT_TRUE(cut[0]);
  EXPECT_FALSE(cut[0]->whole);
  EXPECT_EQ(cut[0]->status, 503U);
  EXPECT_EQ(cut[0]->retry_after, "7");
}

TEST_F(HttpClientTest, WaitsForNoAnswerWithoutEnd)
{
  const auto answers = ask({}, 1, false);
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().code, ErrorCode::timed_out);
  EXPECT_THAT(answers[0].error().message, HasSubstr("no answer: "));
  EXPECT_FALSE(was_open_);
}

TEST_F(HttpClientTest, TakesNothingThatIsNoHttp)
{
  const auto answers = ask({"220 mail.example.net ESMTP\r\n\r\n"}, 1);
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().code, ErrorCode::disconnected);
}

TEST_F(HttpClientTest, SaysThatNobodyListens)
{
  HttpClient client{io_.get_executor(), {false, "127.0.0.1", "1", "/"}, {}, {}};
  std::optional<Expected<void>> connected;
  const auto connect = [&]() -> asio::awaitable<void> { connected = co_await client.connect(); };
  asio::co_spawn(io_, connect(), asio::detached);
  io_.run_for(20s);
  ASSERT_TRUE(connected && !*connected);
  EXPECT_EQ(connected->error().message, "no connection: Connection refused");
}

}  // namespace
}  // namespace muster::http
