// SPDX-License-Identifier: Apache-2.0
#include "collector/web/web.hpp"

#include <array>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/support_web/fake_board.hpp"

namespace muster::collector::web {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Somebody on this machine whose page follows.
class Follower {
public:
  Follower(asio::io_context& loop, std::uint16_t port) : socket_{loop}
  {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    asio::write(socket_, asio::buffer(std::string{"GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"}));
    read();
  }

  std::string said;

private:
  void read()
  {
    socket_.async_read_some(asio::buffer(buffer_), [this](const error_code& failed, std::size_t size) {
      if (!failed) {
        said.append(buffer_.data(), size);
        read();
      }
    });
  }

  asio::ip::tcp::socket socket_;
  std::array<char, 4096> buffer_{};
};

std::size_t count_of(const std::string& text, const std::string& what)
{
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

StoredEvent change_of(const std::string& node)
{
  StoredEvent event;
  event.node = node;
  event.service = "check_load";
  return event;
}

}  // namespace

TEST(Web, tells_pages_that_follow_of_a_change_and_of_many_at_once)
{
  asio::io_context loop;
  test::FakeBoard board;
  WebSettings settings;
  settings.endpoint.port = 0;
  const auto web = Web::start(loop.get_executor(), board, settings).value();
  Follower follower{loop, web->port()};
  const auto until_said = [&](const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (follower.said.find(text) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << follower.said;
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{50});
    }
  };
  until_said("retry:");
  for (int number = 0; number < 20; ++number) {
    board.tell(change_of("web" + std::to_string(number)));
  }
  until_said("[\"web7\",\"check_load\"]");
  EXPECT_EQ(1U, count_of(follower.said, "event: change"));
  board.tell(change_of("db1"));
  until_said("{\"changes\":[[\"db1\",\"check_load\"]],\"many\":false}");
  EXPECT_EQ(2U, count_of(follower.said, "event: change"));
}

}  // namespace muster::collector::web
