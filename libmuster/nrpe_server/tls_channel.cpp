// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "libmuster/nrpe_server/goodbye.hpp"
#include "libmuster/nrpe_server/self_signed.hpp"
#include "libmuster/nrpe_server/tls.hpp"

namespace muster::nrpe_server {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

struct Tls::Context {
  ssl::context ssl{ssl::context::tls_server};
};

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Forward secrecy, and nothing that has been broken. check_nrpe 3 and 4 have all of them.
constexpr const char* good_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES";

// Without a certificate nobody knows whom it talks to: OpenSSL has these at its lowest level only, behind the
// others.
constexpr const char* anonymous_ciphers =
    "ADH-AES256-GCM-SHA384:ADH-AES128-GCM-SHA256:ADH-AES256-SHA:ADH-AES128-SHA";

std::string ciphers_of(const TlsOptions& options)
{
  const auto named = options.ciphers.empty() ? std::string{good_ciphers} : options.ciphers;
  return options.adh ? named + ":" + anonymous_ciphers + ":@SECLEVEL=0" : named + ":!aNULL:!eNULL";
}

Expected<void> use_own_certificate(ssl::context& context, const TlsOptions& options)
{
  error_code failed;
  context.use_certificate_chain_file(options.certificate.string(), failed);
  if (failed) {
    return failure(
        ErrorCode::io_failure, "the certificate " + options.certificate.string() + ": " + failed.message());
  }
  context.use_private_key_file(options.key.string(), ssl::context::pem, failed);
  if (failed) {
    return failure(ErrorCode::io_failure, "the key " + options.key.string() + ": " + failed.message());
  }
  return {};
}

Expected<void> use_made_certificate(ssl::context& context, const std::string& common_name)
{
  const auto made = make_self_signed(common_name, std::chrono::system_clock::now());
  if (!made) {
    return tl::unexpected{made.error()};
  }
  error_code failed;
  context.use_certificate_chain(asio::buffer(made->certificate), failed);
  if (!failed) {
    context.use_private_key(asio::buffer(made->key), ssl::context::pem, failed);
  }
  return failed ? failure(ErrorCode::io_failure, "the certificate that was made: " + failed.message())
                : Expected<void>{};
}

Expected<void> ask_clients(ssl::context& context, const TlsOptions& options)
{
  if (options.client_certificates == ClientCertificates::not_asked_for) {
    return {};
  }
  error_code failed;
  context.load_verify_file(options.client_ca.string(), failed);
  if (failed) {
    return failure(
        ErrorCode::io_failure,
        "who signs the certificates of clients, " + options.client_ca.string() + ": " + failed.message());
  }
  const bool required = options.client_certificates == ClientCertificates::required;
  context.set_verify_mode(
      required ? ssl::verify_peer | ssl::verify_fail_if_no_peer_cert : ssl::verify_peer, failed);
  return {};
}

Expected<void> choose_ciphers(SSL_CTX* context, const TlsOptions& options)
{
  SSL_CTX_set_min_proto_version(
      context, options.versions == TlsVersions::from_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, options.versions == TlsVersions::only_1_2 ? TLS1_2_VERSION : 0);
  const auto ciphers = ciphers_of(options);
  if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1 || SSL_CTX_set_dh_auto(context, 1) != 1) {
    return failure(ErrorCode::invalid_input, "OpenSSL takes none of the ciphers " + ciphers);
  }
  return {};
}

// check_nrpe never comes back to a session, and a connection that waits needs no buffers.
void save_memory(SSL_CTX* context)
{
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

// With TLS 1.3 we have nothing to say between the client's last word of the handshake and its question, which
// its kernel keeps back (Nagle) until ours has acknowledged that word, by default some 40 ms later.
void acknowledge_now(tcp::socket& socket)
{
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

class TlsChannel final : public Channel {
public:
  TlsChannel(tcp::socket socket, ssl::context& context) : stream_{std::move(socket), context} {}

  asio::awaitable<Expected<void>> greet() override
  {
    const auto [failed] = co_await stream_.async_handshake(ssl::stream_base::server, as_result);
    if (failed) {
      co_return failure(ErrorCode::disconnected, failed.message());
    }
    acknowledge_now(stream_.next_layer());
    co_return Expected<void>{};
  }

  asio::awaitable<Expected<std::size_t>> read_some(asio::mutable_buffer into) override
  {
    const auto [failed, count] = co_await stream_.async_read_some(into, as_result);
    if (failed && failed != asio::error::eof && failed != ssl::error::stream_truncated) {
      co_return failure(ErrorCode::disconnected, failed.message());
    }
    co_return count;
  }

  asio::awaitable<Expected<void>> write(const std::string& bytes) override
  {
    const auto [failed, count] = co_await asio::async_write(stream_, asio::buffer(bytes), as_result);
    if (failed) {
      co_return failure(ErrorCode::disconnected, failed.message());
    }
    co_return Expected<void>{};
  }

  asio::awaitable<void> finish() override
  {
    const auto [failed] = co_await stream_.async_shutdown(as_result);
    if (!failed || failed == asio::error::eof) {
      co_await say_goodbye(stream_.next_layer());
    }
  }

  // After its question a client says nothing but goodbye.
  asio::awaitable<void> gone() override
  {
    co_await stream_.next_layer().async_wait(tcp::socket::wait_read, as_result);
  }

  void close() override
  {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

private:
  ssl::stream<tcp::socket> stream_;
};

}  // namespace

Expected<Tls> Tls::make(const TlsOptions& options)
{
  auto context = std::make_shared<Context>();
  auto* const native = context->ssl.native_handle();
  auto done = choose_ciphers(native, options);  // first: they may lower what is asked of certificates
  if (done) {
    done = options.certificate.empty() ? use_made_certificate(context->ssl, options.common_name)
                                       : use_own_certificate(context->ssl, options);
  }
  if (done) {
    done = ask_clients(context->ssl, options);
  }
  if (!done) {
    return tl::unexpected{done.error()};
  }
  save_memory(native);
  return Tls{std::move(context)};
}

std::unique_ptr<Channel> Tls::channel(tcp::socket socket) const
{
  return std::make_unique<TlsChannel>(std::move(socket), context_->ssl);
}

}  // namespace muster::nrpe_server
