// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "collector/web/http.hpp"
#include "libmuster/error.hpp"

namespace muster::collector::web {

// Where to listen. A numeric address: names are not looked up.
struct HttpEndpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8066;  // 0: any that is free
};

struct HttpLimits {
  std::size_t connections = 256;       // some dozen browsers with six each, and scrapers
  std::size_t refusals = 32;           // beyond them, that are told so; still more are closed without a word
  std::size_t streams = 64;            // of the connections: pages that follow live
  std::uint32_t header = 16U * 1024U;  // cookies and a long filter; browsers send about 1 KiB
  std::uint64_t body = std::uint64_t{256} * 1024U;         // a form that names 1,000 rows
  std::size_t response = std::size_t{16} * 1024U * 1024U;  // 10,000 nodes as JSON take 4 MB
  std::size_t waiting_events = std::size_t{256} * 1024U;  // bytes for one stream; who reads slower is cut off
  std::chrono::seconds idle{75};     // between requests; browsers keep a connection for about a minute
  std::chrono::seconds request{10};  // from a request's first byte to its last: it is small
  std::chrono::seconds answer{20};   // for the handler: graphs queue up
  std::chrono::seconds write{30};    // for the other side to take an answer
  std::chrono::seconds stream{900};  // then the browser connects again by itself, and proves its right anew
  std::chrono::seconds beat{20};     // a comment on a quiet stream, so that proxies keep it
};

// HTTP/1.1 by Boost.Beast: takes requests within the limits and hands them on; everything beyond them is
// answered here: 400 no HTTP, 405 another method, 408 too slow, 413 body and 431 header too large, 503 too
// many connections or streams, 504 no answer in time, 507 an answer too large. GET, HEAD and POST only. One
// executor, of a single thread; it must outlive the server.
class HttpServer {
public:
  // Fails with `invalid_input` if the address is no address, with `denied` or `io_failure` if the port cannot
  // be had.
  static Expected<std::unique_ptr<HttpServer>> listen(
      const boost::asio::any_io_executor& executor,
      const HttpEndpoint& endpoint,
      const HttpLimits& limits,
      HttpHandler handler);

  // Closes every connection at once.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t streams() const;

  // To every stream, as it is: "event: …\ndata: …\n\n". Who cannot keep up is cut off.
  void send_event(const std::string& text);

private:
  class Core;

  explicit HttpServer(std::shared_ptr<Core> core);

  std::shared_ptr<Core> core_;
};

}  // namespace muster::collector::web
