// SPDX-License-Identifier: Apache-2.0
#include "collector/web/web.hpp"

#include <chrono>
#include <utility>

#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector::web {

namespace {

Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// As a browser wants it: of an IPv6 address, the colons stand in brackets.
std::string page_address(const std::string& address, std::uint16_t port)
{
  const bool brackets = address.find(':') != std::string::npos;
  return "http://" + (brackets ? "[" + address + "]" : address) + ":" + std::to_string(port) + "/";
}

Expected<std::optional<Tokens>> tokens_of(const WebSettings& settings)
{
  if (settings.tokens.empty()) {
    return std::optional<Tokens>{};
  }
  auto tokens = Tokens::read(settings.tokens);
  if (!tokens) {
    return tl::unexpected{tokens.error()};
  }
  return std::optional{std::move(*tokens)};
}

}  // namespace

Expected<std::unique_ptr<Web>> Web::start(
    const boost::asio::any_io_executor& executor, Board& board, const WebSettings& settings, Record record)
{
  auto tokens = tokens_of(settings);
  if (!tokens) {
    return tl::unexpected{tokens.error()};
  }
  std::unique_ptr<Web> web{new Web{
      executor, board, Access{std::move(*tokens), settings.names, protocol::random_word}, std::move(record)}};
  auto server = HttpServer::listen(
      executor,
      settings.endpoint,
      settings.limits,
      [site = &web->site_](const HttpRequest& request, const Respond& respond) {
        site->handle(request, respond);
      });
  if (!server) {
    return tl::unexpected{server.error()};
  }
  web->server_ = std::move(*server);
  runtime::log::info("the page is at " + page_address(settings.endpoint.address, web->port()));
  return web;
}

Web::Web(const boost::asio::any_io_executor& executor, Board& board, Access access, Record record)
    : board_{board}, site_{board, std::move(access), wall_clock, std::move(record)}, timer_{executor}
{
  board_.on_change([this](const StoredEvent& event) { on_change(event); });
}

Web::~Web()
{
  board_.on_change([](const StoredEvent&) {});
}

void Web::on_change(const StoredEvent& event)
{
  feed_.take(event);
  if (telling_) {
    return;
  }
  telling_ = true;
  timer_.expires_after(tell_every);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) {
      tell();
    }
  });
}

void Web::tell()
{
  telling_ = false;
  if (const auto news = feed_.news(); news && server_) {
    server_->send_event(*news);
  }
}

}  // namespace muster::collector::web
