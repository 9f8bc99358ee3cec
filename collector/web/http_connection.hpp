// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "collector/web/http_server.hpp"

namespace muster::collector::web {

// One connection of an HttpServer: reads a request, waits for its answer, writes it, and so on; or becomes a
// stream. It keeps itself alive while something of it is under way. The server's thread.
class HttpConnection {
public:
  // What it needs of its server, which it outlives.
  class Server {
  public:
    Server() = default;
    virtual ~Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    Server(Server&&) = delete;
    Server& operator=(Server&&) = delete;

    [[nodiscard]] virtual const HttpLimits& limits() const = 0;
    [[nodiscard]] virtual const HttpHandler& handler() const = 0;

    // False if there are too many.
    virtual bool add_stream(const std::shared_ptr<HttpConnection>& connection) = 0;
    virtual void remove(const std::shared_ptr<HttpConnection>& connection) = 0;
  };

  HttpConnection() = default;
  virtual ~HttpConnection() = default;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  HttpConnection(HttpConnection&&) = delete;
  HttpConnection& operator=(HttpConnection&&) = delete;

  virtual void start() = 0;
  // Says that there are too many, and ends.
  virtual void refuse() = 0;
  virtual void send_event(const std::string& text) = 0;
  virtual void close() = 0;
};

std::shared_ptr<HttpConnection> make_http_connection(
    boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpConnection::Server> server);

}  // namespace muster::collector::web
