// SPDX-License-Identifier: Apache-2.0
#include "collector/web_door.hpp"

#include <utility>

#include "libmuster/protocol/signature.hpp"

namespace muster::collector {

namespace {

Expected<web::Access> make_access(const WebSettings& settings)
{
  std::optional<web::Tokens> tokens;
  if (!settings.tokens.empty()) {
    auto read = web::Tokens::read(settings.tokens);
    if (!read) {
      return tl::unexpected{read.error()};
    }
    tokens = std::move(*read);
  }
  return web::Access{std::move(tokens), settings.names, protocol::random_word};
}

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

WebDoor::WebDoor(Board& board, web::Access access) : site_{board, std::move(access), wall_clock_now} {}

Expected<std::unique_ptr<WebDoor>> WebDoor::open(
    const boost::asio::any_io_executor& executor, const WebSettings& settings, Board& board)
{
  auto access = make_access(settings);
  if (!access) {
    return tl::unexpected{access.error()};
  }
  std::unique_ptr<WebDoor> door{new WebDoor{board, std::move(*access)}};
  auto* site = &door->site_;
  auto server = web::HttpServer::listen(
      executor, settings.endpoint, {}, [site](const web::HttpRequest& request, const web::Respond& respond) {
        site->handle(request, respond);
      });
  if (!server) {
    return tl::unexpected{server.error()};
  }
  door->server_ = std::move(*server);
  return door;
}

}  // namespace muster::collector
