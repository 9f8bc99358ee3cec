// SPDX-License-Identifier: Apache-2.0
#include "libmuster/http/http_client.hpp"

#include <array>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace muster::http {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t largest_header = 16'384;
constexpr std::size_t longest_name = 256;  // of a certificate, in a message

using TlsStream = ssl::stream<beast::tcp_stream>;

tl::unexpected<Error> broken(std::string_view step, const error_code& error)
{
  const bool late = error == beast::error::timeout;
  return failure(
      late ? ErrorCode::timed_out : ErrorCode::disconnected, std::string{step} + ": " + error.message());
}

bhttp::verb verb_of(HttpMethod method)
{
  constexpr std::array verbs{bhttp::verb::get, bhttp::verb::post, bhttp::verb::put};
  return verbs.at(static_cast<std::size_t>(method));
}

using Outgoing = bhttp::request<bhttp::string_body>;
using Incoming = bhttp::response_parser<bhttp::string_body>;

Outgoing outgoing_of(HttpRequest& request, const std::string& host)
{
  constexpr unsigned http_1_1 = 11;
  Outgoing outgoing{verb_of(request.method), request.path, http_1_1};
  outgoing.set(bhttp::field::host, host);
  outgoing.set(bhttp::field::user_agent, "muster/" MUSTER_VERSION);
  for (const auto& [name, value] : request.headers) {
    outgoing.set(name, value);
  }
  outgoing.keep_alive(!request.last);
  outgoing.body() = std::move(request.body);
  outgoing.prepare_payload();
  return outgoing;
}

HttpAnswer answer_of(Incoming& parser)
{
  HttpAnswer answer;
  answer.whole = parser.is_done();
  auto message = parser.release();
  answer.status = message.result_int();
  const auto wish = message[bhttp::field::retry_after];
  answer.retry_after.assign(wish.data(), wish.size());
  answer.body = std::move(message.body());
  return answer;
}

std::string common_name_of(X509* certificate)
{
  std::array<char, longest_name> name{};
  const int size = ::X509_NAME_get_text_by_NID(
      ::X509_get_subject_name(certificate), NID_commonName, name.data(), static_cast<int>(name.size()));
  return size > 0 ? std::string{name.data()} : "nobody";
}

// Asio's check of the chain and the name, with what was wrong kept for a person.
class Verification {
public:
  Verification(std::string name, std::string& why) : check_{name}, name_{std::move(name)}, why_{why} {}

  bool operator()(bool chain_holds, ssl::verify_context& context) const
  {
    if (!chain_holds) {
      const auto error = ::X509_STORE_CTX_get_error(context.native_handle());
      why_ = ::X509_verify_cert_error_string(error);
      return false;
    }
    if (check_(chain_holds, context)) {
      return true;
    }
    auto* shown = ::X509_STORE_CTX_get_current_cert(context.native_handle());
    why_ = "the certificate is for " + common_name_of(shown) + ", not for " + name_;
    return false;
  }

private:
  ssl::host_name_verification check_;
  std::string name_;
  std::string& why_;
};

// A server with several names shows the certificate of the one that is asked for; an address is none.
void ask_for(TlsStream& stream, std::string& name)
{
  error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  if (not_an_address) {
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
}

Expected<void> unreadable(const error_code& error, const std::filesystem::path& file, std::string_view what)
{
  if (!error) {
    return {};
  }
  return failure(ErrorCode::invalid_input, std::string{what} + " " + file.string() + ": " + error.message());
}

Expected<void> load(ssl::context& context, const TlsFiles& files)
{
  context.set_password_callback([](auto, auto) { return std::string{}; });  // there is nobody to ask
  error_code error;
  if (files.ca.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(files.ca.string(), error);
  }
  auto loaded = unreadable(error, files.ca, "the authorities in");
  if (!loaded || files.certificate.empty()) {
    return loaded;
  }
  context.use_certificate_chain_file(files.certificate.string(), error);
  loaded = unreadable(error, files.certificate, "our certificate");
  if (loaded) {
    context.use_private_key_file(files.key.string(), ssl::context::pem, error);
    loaded = unreadable(error, files.key, "the key of our certificate");
  }
  return loaded;
}

// OpenSSL's own words for what is wrong with a certificate depend on where it stumbled.
tl::unexpected<Error> not_greeted(const error_code& failed, const std::string& why)
{
  if (!why.empty()) {
    return failure(ErrorCode::denied, "TLS: certificate verify failed: " + why);
  }
  return broken("TLS", failed);
}

}  // namespace

class HttpClient::Connection {
public:
  Connection(asio::any_io_executor executor, HttpTarget target, TlsFiles files, HttpLimits limits)
      : executor_{std::move(executor)},
        target_{std::move(target)},
        files_{std::move(files)},
        limits_{limits},
        host_{host_header(target_)}
  {
    files_.name = files_.name.empty() ? target_.host : files_.name;
  }

  asio::awaitable<Expected<void>> connect()
  {
    drop();
    tcp::resolver resolver{executor_};
    const auto [unknown, places] = co_await resolver.async_resolve(target_.host, target_.port, as_result);
    if (unknown) {
      co_return broken("its name", unknown);
    }
    plain_.emplace(executor_);
    plain_->expires_after(limits_.timeout);
    const auto [unreachable, place] = co_await plain_->async_connect(places, as_result);
    if (unreachable) {
      close();
      co_return broken("no connection", unreachable);
    }
    error_code not_set;  // then it is only slower
    plain_->socket().set_option(tcp::no_delay{true}, not_set);
    if (target_.tls) {
      Expected<void> greeted = co_await greet();
      co_return greeted;
    }
    open_ = true;
    co_return Expected<void>{};
  }

  asio::awaitable<Expected<HttpAnswer>> exchange(HttpRequest request)
  {
    if (!open_) {
      co_return failure(ErrorCode::disconnected, "there is no connection");
    }
    lowest().expires_after(limits_.timeout);
    if (target_.tls) {
      Expected<HttpAnswer> answer = co_await exchange_on(*tls_, request);
      co_return answer;
    }
    Expected<HttpAnswer> answer = co_await exchange_on(*plain_, request);
    co_return answer;
  }

  [[nodiscard]] bool is_open() const { return open_; }

  void close()
  {
    open_ = false;
    if (tls_ || plain_) {
      lowest().close();
    }
  }

private:
  beast::tcp_stream& lowest() { return tls_ ? tls_->next_layer() : *plain_; }

  void drop()
  {
    close();
    tls_.reset();
    plain_.reset();
    buffer_.clear();
  }

  asio::awaitable<Expected<void>> greet()
  {
    context_.emplace(ssl::context::tls_client);
    if (auto loaded = load(*context_, files_); !loaded) {
      co_return tl::make_unexpected(std::move(loaded).error());
    }
    tls_.emplace(std::move(*plain_), *context_);
    plain_.reset();
    std::string why;
    Verification verification{files_.name, why};
    tls_->set_verify_mode(ssl::verify_peer);
    tls_->set_verify_callback(std::move(verification));
    ask_for(*tls_, files_.name);
    const auto [failed] = co_await tls_->async_handshake(ssl::stream_base::client, as_result);
    // The callback has a reference to what ends here.
    tls_->set_verify_callback([](bool holds, ssl::verify_context&) { return holds; });
    if (failed) {
      close();
      co_return not_greeted(failed, why);
    }
    open_ = true;
    co_return Expected<void>{};
  }

  template <typename Stream>
  asio::awaitable<Expected<HttpAnswer>> exchange_on(Stream& stream, HttpRequest& request)
  {
    const auto outgoing = outgoing_of(request, host_);
    const auto [not_sent, sent] = co_await bhttp::async_write(stream, outgoing, as_result);
    Incoming parser;
    parser.header_limit(largest_header);
    parser.body_limit(limits_.largest_answer);
    const auto [not_read, read] = co_await bhttp::async_read(stream, buffer_, parser, as_result);
    const bool may_go_on = !not_sent && !not_read && parser.keep_alive() && !request.last;
    if (!may_go_on) {
      close();
    }
    // An answer that is too long, or is cut off, has told its status all the same.
    if (parser.is_header_done()) {
      co_return answer_of(parser);
    }
    co_return not_sent ? broken("it takes nothing", not_sent) : broken("no answer", not_read);
  }

  asio::any_io_executor executor_;
  HttpTarget target_;
  TlsFiles files_;
  HttpLimits limits_;
  std::string host_;
  std::optional<ssl::context> context_;
  std::optional<TlsStream> tls_;
  std::optional<beast::tcp_stream> plain_;
  beast::flat_buffer buffer_;
  bool open_ = false;
};

HttpClient::HttpClient(asio::any_io_executor executor, HttpTarget target, TlsFiles files, HttpLimits limits)
    : connection_{
          std::make_unique<Connection>(std::move(executor), std::move(target), std::move(files), limits)}
{}

HttpClient::~HttpClient() = default;

asio::awaitable<Expected<void>> HttpClient::connect()
{
  return connection_->connect();
}

asio::awaitable<Expected<HttpAnswer>> HttpClient::exchange(HttpRequest request)
{
  return connection_->exchange(std::move(request));
}

bool HttpClient::is_open() const
{
  return connection_->is_open();
}

void HttpClient::close()
{
  connection_->close();
}

}  // namespace muster::http
