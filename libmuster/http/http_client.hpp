// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "libmuster/error.hpp"
#include "libmuster/http/http_target.hpp"

namespace muster::http {

enum class HttpMethod { get, post, put };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string path = "/";                                    // with its query, encoded as a URL wants it
  std::vector<std::pair<std::string, std::string>> headers;  // besides Host, User-Agent and Content-Length
  std::string body;
  bool last = false;  // "Connection: close": the other side need not wait for another one
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
  std::string retry_after;
  bool whole = true;  // false: the body was too long, or was cut off; what came of it is there
};

// Of https: whom to believe, and who we are. The files are read at each connect.
struct TlsFiles {
  std::filesystem::path ca;           // PEM; empty: the authorities of the system
  std::string name;                   // that the server's certificate is to have; empty: the host's
  std::filesystem::path certificate;  // ours, PEM with its chain; empty: none
  std::filesystem::path key;
};

struct HttpLimits {
  std::chrono::milliseconds timeout{10'000};  // of a connect, and of each exchange
  std::size_t largest_answer = std::size_t{64} << 10U;
};

// One HTTP/1.1 connection that is kept open, one exchange at a time. The adapter of Boost.Beast and of Asio's
// TLS on the side that asks (RFC 9112). Every step has a deadline, but a name that is being looked up is
// waited for as long as the system's resolver takes, which has its own. Errors say which step failed and why,
// without the place. Lives on the thread of its executor; must outlive what it is waiting for, and close()
// ends that soon.
class HttpClient {
public:
  HttpClient(boost::asio::any_io_executor executor, HttpTarget target, TlsFiles files, HttpLimits limits);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;
  ~HttpClient();

  // `denied` if the server does not prove who it is; `invalid_input` for a file of ours that cannot be read;
  // else `disconnected` or `timed_out`. Replaces an open connection.
  boost::asio::awaitable<Expected<void>> connect();

  // After an error the connection is closed, and nobody knows whether the other side has done what it was
  // asked. Whoever refuses early may answer and close before all was sent: that is an answer.
  boost::asio::awaitable<Expected<HttpAnswer>> exchange(HttpRequest request);

  // False also when the other side has ended the connection, as far as the last exchange told.
  [[nodiscard]] bool is_open() const;

  void close();

private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace muster::http
