// SPDX-License-Identifier: Apache-2.0
#include "collector/web/http_connection.hpp"

#include <cctype>
#include <deque>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "collector/web/url.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector::web {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds last_words{2};  // for the other side to read a refusal
constexpr std::size_t read_at_once = 4096;

std::optional<HttpMethod> method_of(http::verb verb)
{
  switch (verb) {
  case http::verb::get:
    return HttpMethod::get;
  case http::verb::head:
    return HttpMethod::head;
  case http::verb::post:
    return HttpMethod::post;
  default:
    return std::nullopt;
  }
}

std::string lower(std::string_view text)
{
  std::string result{text};
  for (auto& letter : result) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return result;
}

// A header that comes twice counts as one with both values, which fits nothing that matters.
void take_headers(HttpRequest& request, const http::fields& fields)
{
  for (const auto& field : fields) {
    const auto name = field.name_string();
    const auto value = field.value();
    auto& kept = request.headers[lower({name.data(), name.size()})];
    kept += kept.empty() ? "" : ", ";
    kept.append(value.data(), value.size());
  }
}

using Incoming = http::request<http::string_body>;

std::optional<HttpRequest> request_from(Incoming&& message, HttpMethod method)
{
  const auto text = message.target();
  auto target = parse_target({text.data(), text.size()});
  if (!target) {
    return std::nullopt;
  }
  HttpRequest request;
  request.method = method;
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  take_headers(request, message);
  request.body = std::move(message.body());
  return request;
}

// The status that says what is wrong with a request that cannot be read; nothing: the other side is gone.
std::optional<HttpResponse> reading_failed(const error_code& why)
{
  if (why == http::error::header_limit) {
    return plain_text(431, "the header of the request is too large");
  }
  if (why == http::error::body_limit) {
    return plain_text(413, "the body of the request is too large");
  }
  if (why == http::error::end_of_stream ||
      why.category() != http::make_error_code(http::error{}).category()) {
    return std::nullopt;
  }
  return plain_text(400, "this is no HTTP request: " + why.message());
}

class BeastConnection final : public HttpConnection, public std::enable_shared_from_this<BeastConnection> {
public:
  BeastConnection(tcp::socket socket, std::shared_ptr<Server> server)
      : stream_{std::move(socket)}, timer_{stream_.get_executor()}, server_{std::move(server)}
  {}

  void start() override { await_request(); }

  void refuse() override
  {
    auto response = plain_text(503, "too many connections: try again in a while");
    response.headers.emplace_back("Retry-After", "30");
    write(std::move(response));
  }

  void send_event(const std::string& text) override;
  void close() override;

private:
  void await_request();
  void read_request();
  void read_in_time();
  void on_read(const error_code& failed);
  void on_request(Incoming&& message);
  void hand_on(const HttpRequest& request);
  void answer_in_time();
  void answer(HttpResponse response);
  void write(HttpResponse plain);
  void on_written();
  void begin_stream();
  void beat();
  void write_events();
  void watch_for_the_end();
  void say_goodbye();
  void drain();

  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  std::shared_ptr<Server> server_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> outgoing_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::uint64_t turn_ = 0;  // the request that is being answered
  bool waiting_ = false;    // for the answer to it
  bool reading_ = false;    // a request
  bool slow_ = false;       // it took too long to come
  bool keep_alive_ = false;
  bool head_ = false;
  std::deque<std::string> events_;
  std::size_t events_size_ = 0;
  bool streaming_ = false;  // the header of the stream is out; what happens before waits for that
  bool writing_ = false;
  std::chrono::steady_clock::time_point stream_until_;
};

void BeastConnection::await_request()
{
  if (buffer_.size() > 0) {
    read_request();
    return;
  }
  stream_.expires_after(server_->limits().idle);
  stream_.async_read_some(
      buffer_.prepare(read_at_once), [self = shared_from_this()](const error_code& failed, std::size_t size) {
        self->buffer_.commit(size);
        if (failed) {
          self->close();
        } else {
          self->read_request();
        }
      });
}

void BeastConnection::read_request()
{
  parser_.emplace();
  parser_->header_limit(server_->limits().header);
  parser_->body_limit(server_->limits().body);
  keep_alive_ = false;
  head_ = false;
  read_in_time();
  http::async_read(
      stream_, buffer_, *parser_, [self = shared_from_this()](const error_code& failed, std::size_t) {
        self->on_read(failed);
      });
}

// The deadline of the stream would close it, and the other side would not be told.
void BeastConnection::read_in_time()
{
  slow_ = false;
  reading_ = true;
  stream_.expires_never();
  timer_.expires_after(server_->limits().request);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && self->reading_) {
      self->slow_ = true;
      error_code ignored;
      self->stream_.socket().cancel(ignored);
    }
  });
}

void BeastConnection::on_read(const error_code& failed)
{
  timer_.cancel();
  reading_ = false;
  if (!failed) {
    on_request(parser_->release());
  } else if (slow_ && failed == asio::error::operation_aborted) {
    write(plain_text(408, "the request took too long to come"));
  } else if (auto response = reading_failed(failed)) {
    write(std::move(*response));
  } else {
    close();
  }
}

void BeastConnection::on_request(Incoming&& message)
{
  error_code unknown;
  const auto peer = stream_.socket().remote_endpoint(unknown);
  const auto method = method_of(message.method());
  if (!method) {
    auto response = plain_text(405, "only GET, HEAD and POST are known here");
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    write(std::move(response));
    return;
  }
  keep_alive_ = message.keep_alive();
  head_ = *method == HttpMethod::head;
  auto request = request_from(std::move(message), *method);
  if (!request) {
    write(plain_text(400, "the address cannot be read: it has a wrong escape, or too many fields"));
    return;
  }
  request->from_loopback = !unknown && peer.address().is_loopback();
  hand_on(*request);
}

void BeastConnection::hand_on(const HttpRequest& request)
{
  waiting_ = true;
  const auto turn = ++turn_;
  answer_in_time();
  const Respond respond = [weak = weak_from_this(), turn](HttpResponse response) {
    const auto self = weak.lock();
    if (self && self->waiting_ && self->turn_ == turn) {
      self->answer(std::move(response));
    }
  };
  try {
    server_->handler()(request, respond);
  } catch (const std::exception& error) {  // a bug of ours, that must not take the collector down
    runtime::log::error(std::string{"a page failed: "} + error.what());
    respond(plain_text(500, "a bug in the collector; its log says more"));
  }
}

void BeastConnection::answer_in_time()
{
  timer_.expires_after(server_->limits().answer);
  timer_.async_wait([self = shared_from_this(), turn = turn_](const error_code& cancelled) {
    if (!cancelled && self->waiting_ && self->turn_ == turn) {
      self->answer(plain_text(504, "this took too long; try again later"));
    }
  });
}

void BeastConnection::answer(HttpResponse response)
{
  waiting_ = false;
  timer_.cancel();
  if (response.body.size() > server_->limits().response) {
    response = plain_text(507, "this is too much at once: ask for less, for instance with a filter");
  }
  if (response.stream && !server_->add_stream(shared_from_this())) {
    response = plain_text(503, "too many pages follow already");
    response.headers.emplace_back("Retry-After", "30");
  }
  write(std::move(response));
}

void BeastConnection::write(HttpResponse plain)
{
  auto response = hardened(std::move(plain));
  outgoing_ = {};
  outgoing_.version(11);
  outgoing_.result(static_cast<unsigned>(response.status));
  outgoing_.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) {
    outgoing_.insert(name, value);
  }
  outgoing_.keep_alive(keep_alive_ && !response.stream);
  outgoing_.body() = std::move(response.body);
  if (!response.stream) {
    outgoing_.content_length(outgoing_.body().size());
  }
  serializer_.emplace(outgoing_);
  stream_.expires_after(server_->limits().write);
  const auto done = [self = shared_from_this(), streams = response.stream](
                        const error_code& failed, std::size_t) {
    if (failed) {
      self->close();
    } else if (streams) {
      self->begin_stream();
    } else {
      self->on_written();
    }
  };
  if (head_ || response.stream) {
    http::async_write_header(stream_, *serializer_, done);
  } else {
    http::async_write(stream_, *serializer_, done);
  }
}

void BeastConnection::on_written()
{
  outgoing_ = {};  // 10,000 nodes as text are not kept until the next request
  if (keep_alive_) {
    await_request();
  } else {
    say_goodbye();
  }
}

void BeastConnection::begin_stream()
{
  if (head_) {
    say_goodbye();
    return;
  }
  streaming_ = true;
  stream_until_ = std::chrono::steady_clock::now() + server_->limits().stream;
  watch_for_the_end();
  send_event("retry: 3000\n\n");
  beat();
}

void BeastConnection::beat()
{
  timer_.expires_after(server_->limits().beat);
  timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (cancelled) {
      return;
    }
    if (std::chrono::steady_clock::now() >= self->stream_until_) {
      self->close();
      return;
    }
    self->send_event(":\n\n");
    self->beat();
  });
}

void BeastConnection::send_event(const std::string& text)
{
  if (events_size_ + text.size() > server_->limits().waiting_events) {
    close();
    return;
  }
  events_size_ += text.size();
  events_.push_back(text);
  if (streaming_ && !writing_) {
    write_events();
  }
}

void BeastConnection::write_events()
{
  if (events_.empty() || !stream_.socket().is_open()) {
    return;
  }
  writing_ = true;
  stream_.expires_after(
      server_->limits().write);  // the read that waits for the end is pending: it is not meant
  asio::async_write(
      stream_,
      asio::buffer(events_.front()),
      [self = shared_from_this()](const error_code& failed, std::size_t) {
        self->writing_ = false;
        self->events_size_ -= self->events_.front().size();
        self->events_.pop_front();
        if (failed) {
          self->close();
        } else {
          self->write_events();
        }
      });
}

void BeastConnection::watch_for_the_end()
{
  stream_.expires_never();
  stream_.async_read_some(
      buffer_.prepare(read_at_once), [self = shared_from_this()](const error_code&, std::size_t) {
        self->close();  // a stream has nothing more to ask
      });
}

void BeastConnection::say_goodbye()
{
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(last_words);
  drain();
}

// Closing with unread bytes would reset the connection, and the other side might never see the answer.
void BeastConnection::drain()
{
  buffer_.clear();
  stream_.async_read_some(
      buffer_.prepare(read_at_once), [self = shared_from_this()](const error_code& failed, std::size_t) {
        if (failed) {
          self->close();
        } else {
          self->drain();
        }
      });
}

void BeastConnection::close()
{
  waiting_ = false;
  timer_.cancel();
  error_code ignored;
  stream_.socket().close(ignored);
  server_->remove(shared_from_this());
}

}  // namespace

std::shared_ptr<HttpConnection> make_http_connection(
    tcp::socket socket, std::shared_ptr<HttpConnection::Server> server)
{
  return std::make_shared<BeastConnection>(std::move(socket), std::move(server));
}

}  // namespace muster::collector::web
