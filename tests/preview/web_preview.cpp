// SPDX-License-Identifier: Apache-2.0
//
// web_preview [PORT [TOKENS]]: the collector's page on a made-up fleet, for looking at it. Every few seconds
// something happens there. Not a test; nothing of it is shipped.

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <random>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/web/web.hpp"
#include "tests/support_web/made_up_fleet.hpp"

namespace {

using namespace muster;

// Something happens every few seconds, so that a page that follows has something to show.
class Story {
public:
  Story(boost::asio::io_context& loop, test::FakeBoard& board) : timer_{loop}, board_{board} { next(); }

private:
  void next()
  {
    timer_.expires_after(std::chrono::seconds{4});
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) {
        happen();
        next();
      }
    });
  }

  void happen()
  {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto& service = board_.service("web-3.uk.example.net", "check_load");
    const auto before = service.state;
    service.state = before == CheckState::ok ? CheckState::critical : CheckState::ok;
    service.since = now;
    service.last_result = now;
    service.summary = service.state == CheckState::ok ? "OK - load average: 0.42, 0.51, 0.38"
                                                      : "CRITICAL - load average: 31.20, 18.22, 9.71";
    board_.tell(
        {++id_, now, "state", service.node, service.check, before, service.state, false, service.summary});
  }

  boost::asio::steady_timer timer_;
  test::FakeBoard& board_;
  std::int64_t id_ = 100'000;
};

}  // namespace

int main(int argc, char** argv)
{
  collector::web::WebSettings settings;
  settings.endpoint.port = 0;
  if (argc > 1) {
    std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), settings.endpoint.port);
  }
  settings.tokens = argc > 2 ? argv[2] : "";
  boost::asio::io_context loop{1};
  test::FakeBoard board;
  test::make_up_fleet(board, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  const auto web = collector::web::Web::start(loop.get_executor(), board, settings);
  if (!web) {
    std::fprintf(stderr, "web_preview: %s\n", web.error().message.c_str());
    return 1;
  }
  std::printf("http://127.0.0.1:%d/\n", (*web)->port());
  std::fflush(stdout);
  const Story story{loop, board};
  loop.run();
  return 0;
}
