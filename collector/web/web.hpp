// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/board/board.hpp"
#include "collector/web/http_server.hpp"
#include "collector/web/live_feed.hpp"
#include "collector/web/site.hpp"

namespace muster::collector::web {

struct WebSettings {
  HttpEndpoint endpoint;
  HttpLimits limits;
  std::vector<std::string> names;  // host names of this machine, or of the proxy before it
  std::filesystem::path tokens;    // empty: who is on this machine may read, nobody may operate
};

// The page, the API, the metrics: all of the collector that speaks HTTP. One executor, of a single thread,
// that of the board; both must outlive it.
class Web {
public:
  // Pages are told of changes so often at most: a person sees no more.
  static constexpr std::chrono::milliseconds tell_every{500};

  // `record` is told of what visitors do. Fails if the tokens cannot be read, or the address cannot be had;
  // the message says which and why.
  static Expected<std::unique_ptr<Web>> start(
      const boost::asio::any_io_executor& executor,
      Board& board,
      const WebSettings& settings,
      Record record = {});

  ~Web();
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;
  Web(Web&&) = delete;
  Web& operator=(Web&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

private:
  Web(const boost::asio::any_io_executor& executor, Board& board, Access access, Record record);

  void on_change(const StoredEvent& event);
  void tell();

  Board& board_;
  Site site_;
  LiveFeed feed_;
  boost::asio::steady_timer timer_;
  bool telling_ = false;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace muster::collector::web
