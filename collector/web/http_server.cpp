// SPDX-License-Identifier: Apache-2.0
#include "collector/web/http_server.hpp"

#include <set>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/web/http_connection.hpp"

namespace muster::collector::web {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int backlog = 128;                                  // of those that the kernel lets wait
constexpr std::chrono::milliseconds accept_again_after{100};  // when descriptors have run out

}  // namespace

// The listening socket and the connections. Owned by the server; connections know it as long as it lives.
class HttpServer::Core final : public HttpConnection::Server,
                               public std::enable_shared_from_this<HttpServer::Core> {
public:
  Core(const asio::any_io_executor& executor, const HttpLimits& limits, HttpHandler handler)
      : limits_{limits}, handler_{std::move(handler)}, acceptor_{executor}, pause_{executor}
  {}

  Expected<void> listen(const HttpEndpoint& endpoint);
  void accept();
  void stop();
  void send_event(const std::string& text);

  [[nodiscard]] const HttpLimits& limits() const override { return limits_; }

  [[nodiscard]] const HttpHandler& handler() const override { return handler_; }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

  [[nodiscard]] std::size_t streams() const { return streams_.size(); }

  bool add_stream(const std::shared_ptr<HttpConnection>& connection) override;
  void remove(const std::shared_ptr<HttpConnection>& connection) override;

private:
  void on_accept(const error_code& failed, tcp::socket socket);
  void take(tcp::socket socket);

  HttpLimits limits_;
  HttpHandler handler_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::set<std::shared_ptr<HttpConnection>> connections_;
  std::set<std::shared_ptr<HttpConnection>> streams_;
};

Expected<void> HttpServer::Core::listen(const HttpEndpoint& endpoint)
{
  const auto where = endpoint.address + ":" + std::to_string(endpoint.port);
  error_code failed;
  const auto address = asio::ip::make_address(endpoint.address, failed);
  if (failed) {
    return failure(ErrorCode::invalid_input, "cannot listen at " + where + ": expected an IP address");
  }
  const tcp::endpoint local{address, endpoint.port};
  acceptor_.open(local.protocol(), failed);
  if (!failed) {
    acceptor_.set_option(asio::socket_base::reuse_address{true}, failed);
    acceptor_.bind(local, failed);
  }
  if (!failed) {
    acceptor_.listen(backlog, failed);
  }
  if (failed) {
    const bool denied = failed == asio::error::access_denied;
    return failure(
        denied ? ErrorCode::denied : ErrorCode::io_failure,
        "cannot listen at " + where + ": " + failed.message());
  }
  return {};
}

void HttpServer::Core::accept()
{
  acceptor_.async_accept([self = shared_from_this()](const error_code& failed, tcp::socket socket) {
    self->on_accept(failed, std::move(socket));
  });
}

void HttpServer::Core::on_accept(const error_code& failed, tcp::socket socket)
{
  if (!acceptor_.is_open()) {
    return;
  }
  if (failed) {
    pause_.expires_after(accept_again_after);
    pause_.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (!cancelled) {
        self->accept();
      }
    });
    return;
  }
  take(std::move(socket));
  accept();
}

void HttpServer::Core::take(tcp::socket socket)
{
  const auto taken = connections_.size();
  if (taken >= limits_.connections + limits_.refusals) {
    return;  // the socket closes here
  }
  const auto connection = make_http_connection(std::move(socket), shared_from_this());
  connections_.insert(connection);
  if (taken < limits_.connections) {
    connection->start();
  } else {
    connection->refuse();
  }
}

bool HttpServer::Core::add_stream(const std::shared_ptr<HttpConnection>& connection)
{
  return streams_.size() < limits_.streams && streams_.insert(connection).second;
}

void HttpServer::Core::remove(const std::shared_ptr<HttpConnection>& connection)
{
  streams_.erase(connection);
  connections_.erase(connection);
}

void HttpServer::Core::send_event(const std::string& text)
{
  const auto streams = streams_;  // one that is cut off leaves the set
  for (const auto& connection : streams) {
    connection->send_event(text);
  }
}

void HttpServer::Core::stop()
{
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  const auto connections = connections_;
  for (const auto& connection : connections) {
    connection->close();
  }
  handler_ = [](const HttpRequest&, const Respond&) {};  // what it refers to is going
}

Expected<std::unique_ptr<HttpServer>> HttpServer::listen(
    const asio::any_io_executor& executor,
    const HttpEndpoint& endpoint,
    const HttpLimits& limits,
    HttpHandler handler)
{
  auto core = std::make_shared<Core>(executor, limits, std::move(handler));
  if (auto listening = core->listen(endpoint); !listening) {
    return tl::unexpected{listening.error()};
  }
  core->accept();
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(core)}};
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_{std::move(core)} {}

HttpServer::~HttpServer()
{
  core_->stop();
}

std::uint16_t HttpServer::port() const
{
  return core_->port();
}

std::size_t HttpServer::connections() const
{
  return core_->connections();
}

std::size_t HttpServer::streams() const
{
  return core_->streams();
}

void HttpServer::send_event(const std::string& text)
{
  core_->send_event(text);
}

}  // namespace muster::collector::web
