// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "collector/board/board.hpp"
#include "collector/web/http_server.hpp"
#include "collector/web/site.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// Where browsers and scrapers come in.
struct WebSettings {
  bool on = true;
  web::HttpEndpoint endpoint;
  std::filesystem::path tokens;    // empty: this machine may read, nobody may operate
  std::vector<std::string> names;  // host names by which browsers come, behind a proxy
};

// The collector's port and what is behind it. Lives on the executor of the board, which must outlive it.
class WebDoor {
public:
  // Fails if the tokens cannot be trusted or the port cannot be had.
  static Expected<std::unique_ptr<WebDoor>> open(
      const boost::asio::any_io_executor& executor, const WebSettings& settings, Board& board);

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

private:
  WebDoor(Board& board, web::Access access);

  web::Site site_;
  std::unique_ptr<web::HttpServer> server_;  // after the site, which it hands requests to
};

}  // namespace muster::collector
