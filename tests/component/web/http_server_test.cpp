// SPDX-License-Identifier: Apache-2.0
#include "collector/web/http_server.hpp"

#include <functional>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector::web {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::chrono::seconds patience{20};  // a server that hangs is a failure, not a wait for ever

HttpLimits small_limits()
{
  HttpLimits limits;
  limits.connections = 4;
  limits.refusals = 2;
  limits.streams = 2;
  limits.header = 2048;
  limits.body = 4096;
  limits.response = 65'536;
  limits.waiting_events = 65'536;
  limits.request = std::chrono::seconds{1};
  limits.answer = std::chrono::seconds{1};
  return limits;
}

// Another program on this machine, as rude as a test needs it.
struct Client {
  Client(asio::io_context& loop, std::uint16_t port) : socket{loop}
  {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
  }

  tcp::socket socket;
  std::string said;  // by the server
  bool ended = false;
};

struct HttpServers : testing::Test {
  void start(HttpHandler handler, const HttpLimits& limits = small_limits())
  {
    server = HttpServer::listen(loop.get_executor(), {"127.0.0.1", 0}, limits, std::move(handler)).value();
  }

  std::shared_ptr<Client> client()
  {
    auto made = std::make_shared<Client>(loop, server->port());
    listen_to(made);
    return made;
  }

  std::shared_ptr<Client> client_that_says(const std::string& text)
  {
    auto made = client();
    say(made, text);
    return made;
  }

  static void say(const std::shared_ptr<Client>& client, const std::string& text)
  {
    auto kept = std::make_shared<std::string>(text);
    asio::async_write(client->socket, asio::buffer(*kept), [kept, client](error_code, std::size_t) {});
  }

  static void listen_to(const std::shared_ptr<Client>& client)
  {
    auto buffer = std::make_shared<std::array<char, 4096>>();
    client->socket.async_read_some(
        asio::buffer(*buffer), [client, buffer](const error_code& failed, std::size_t size) {
          client->said.append(buffer->data(), size);
          if (failed) {
            client->ended = true;
          } else {
            listen_to(client);
          }
        });
  }

  // Lets everything go on until this is true.
  void until(const std::function<bool()>& condition)
  {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it did not happen";
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{50});
    }
  }

  void until_ended(const std::shared_ptr<Client>& client)
  {
    until([client] { return client->ended; });
  }

  void until_said(const std::shared_ptr<Client>& client, const std::string& text)
  {
    until([client, text] { return client->said.find(text) != std::string::npos; });
  }

  // What this gets for an answer, if the connection is to end with it.
  std::string answer_to(const std::string& text)
  {
    auto asking = client_that_says(text);
    until_ended(asking);
    return asking->said;
  }

  asio::io_context loop;
  std::unique_ptr<HttpServer> server;
};

void say_hello(const HttpRequest& request, const Respond& respond)
{
  auto answer = plain_text(200, "hello " + request.path);
  answer.stream = request.path == "/stream";
  respond(std::move(answer));
}

const std::string last_get = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_F(HttpServers, answer_one_request_after_the_other_on_a_connection)
{
  start(say_hello);
  auto asking = client_that_says("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
  until_said(asking, "hello /two");
  EXPECT_THAT(asking->said, HasSubstr("hello /one"));
  EXPECT_FALSE(asking->ended);
}

TEST_F(HttpServers, give_the_head_alone_to_who_asks_for_it)
{
  start(say_hello);
  const auto answer = answer_to("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServers, refuse_what_is_too_large_or_no_request_and_say_why)
{
  start(say_hello);
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_THAT(answer_to(get + "X: " + std::string(4096, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(
      answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x')),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      answer_to(
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n" +
          std::string(8192, 'x') + "\r\n0\r\n\r\n"),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("\x16\x03\x01 TLS?\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      answer_to("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      answer_to("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"),
      testing::AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD, POST\r\n")));
}

TEST_F(HttpServers, harden_what_they_say_themselves)
{
  start(say_hello);
  for (const auto* text : {"nonsense\r\n\r\n", "PUT / HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    const auto answer = answer_to(text);
    EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'"));
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  }
}

TEST_F(HttpServers, tell_who_is_too_slow_and_serve_the_others_in_the_meantime)
{
  start(say_hello);
  auto slow = client_that_says("GET / HTTP/1.1\r\nHost: ");
  EXPECT_THAT(answer_to(last_get), HasSubstr("hello /a"));
  EXPECT_FALSE(slow->ended);
  until_ended(slow);
  EXPECT_THAT(slow->said, StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServers, tell_those_who_are_too_many_and_serve_again_when_there_is_room)
{
  start(say_hello);
  std::vector<std::shared_ptr<Client>> idle;
  for (int number = 0; number < 4; ++number) {
    idle.push_back(client());
  }
  until([&] { return server->connections() == 4; });
  const auto refused = answer_to(last_get);
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 30\r\n"));
  idle[0]->socket.close();
  until([&] { return server->connections() < 4; });
  EXPECT_THAT(answer_to(last_get), HasSubstr("hello /a"));
}

TEST_F(HttpServers, close_without_a_word_when_even_refusals_are_too_many)
{
  start(say_hello);
  std::vector<std::shared_ptr<Client>> all;
  for (int number = 0; number < 20; ++number) {
    all.push_back(client());
  }
  until([&] {
    return std::count_if(all.begin(), all.end(), [](const auto& one) { return one->ended; }) >= 14;
  });
  EXPECT_LE(server->connections(), 6U);
}

TEST_F(HttpServers, give_up_an_answer_that_does_not_come_and_ignore_it_when_it_does)
{
  Respond kept;
  start([&](const HttpRequest& request, const Respond& respond) {
    if (request.path == "/slow") {
      kept = respond;
    } else {
      say_hello(request, respond);
    }
  });
  auto asking = client_that_says("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  until_said(asking, "HTTP/1.1 504 ");
  kept(plain_text(200, "after all"));
  say(asking, "GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  until_said(asking, "hello /next");
  EXPECT_THAT(asking->said, Not(HasSubstr("after all")));
}

TEST_F(HttpServers, survive_a_page_that_throws)
{
  start([](const HttpRequest&, const Respond&) { throw std::runtime_error{"<a bug>"}; });
  const auto answer = answer_to(last_get);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("a bug>")));
}

TEST_F(HttpServers, send_no_answer_that_nobody_could_want)
{
  start(
      [](const HttpRequest&, const Respond& respond) { respond(plain_text(200, std::string(70'000, 'x'))); });
  EXPECT_THAT(answer_to(last_get), StartsWith("HTTP/1.1 507 "));
}

TEST_F(HttpServers, tell_streams_what_happens_until_the_other_side_goes)
{
  start(say_hello);
  auto following = client_that_says("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  until_said(following, "retry: 3000\n\n");
  EXPECT_EQ(1U, server->streams());
  server->send_event("event: change\ndata: {}\n\n");
  until_said(following, "event: change\ndata: {}\n\n");
  following->socket.close();
  until([&] { return server->streams() == 0 && server->connections() == 0; });
}

TEST_F(HttpServers, have_room_for_so_many_streams_and_answer_pages_beside_them)
{
  start(say_hello);
  std::vector<std::shared_ptr<Client>> following;
  for (int number = 0; number < 2; ++number) {
    following.push_back(client_that_says("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  until([&] { return server->streams() == 2; });
  EXPECT_THAT(
      answer_to("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer_to(last_get), HasSubstr("hello /a"));
}

TEST_F(HttpServers, cut_off_a_stream_that_is_not_read)
{
  start(say_hello);
  auto following = std::make_shared<Client>(loop, server->port());  // nobody listens to it
  say(following, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  until([&] { return server->streams() == 1; });
  const std::string news = "data: " + std::string(30'000, 'x') + "\n\n";
  for (int number = 0; number < 2000 && server->streams() == 1;
       ++number) {  // what the kernel takes, and more
    server->send_event(news);
    loop.restart();
    loop.poll();
  }
  EXPECT_EQ(0U, server->streams());
}

TEST_F(HttpServers, say_why_they_cannot_listen)
{
  start(say_hello);
  const auto twice = HttpServer::listen(loop.get_executor(), {"127.0.0.1", server->port()}, {}, say_hello);
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("cannot listen at 127.0.0.1:"));
  EXPECT_FALSE(HttpServer::listen(loop.get_executor(), {"localhost", 0}, {}, say_hello));
}

TEST_F(HttpServers, end_every_connection_when_they_end)
{
  start(say_hello);
  auto idle = client();
  auto following = client_that_says("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  until([&] { return server->streams() == 1 && server->connections() == 2; });
  server.reset();
  until([&] { return idle->ended && following->ended; });
}

}  // namespace muster::collector::web
