// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/connect_diagnosis.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>
#include <unistd.h>

namespace muster::mqtt {

using std::chrono::milliseconds;

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

struct Socket {
  explicit Socket(const addrinfo& address)
      : fd{::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}
  {}

  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  ~Socket()
  {
    if (fd >= 0) {
      ::close(fd);
    }
  }

  int fd;
};

struct HostAndPort {
  std::string host;
  std::string port;
};

HostAndPort split(std::string_view broker)
{
  const auto scheme = broker.find("://");
  const auto rest = scheme == std::string_view::npos ? broker : broker.substr(scheme + 3);
  const auto colon = rest.rfind(':');
  auto host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return {std::string{host}, colon == std::string_view::npos ? "" : std::string{rest.substr(colon + 1)}};
}

bool is_address(const std::string& host)
{
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::string system_words(int error)
{
  return std::system_category().message(error);
}

// 0, or an errno.
int try_to_connect(const Socket& socket, const addrinfo& address, milliseconds patience)
{
  if (socket.fd < 0) {
    return errno;
  }
  if (::connect(socket.fd, address.ai_addr, address.ai_addrlen) == 0) {
    return 0;
  }
  if (errno != EINPROGRESS) {
    return errno;
  }
  pollfd writable{socket.fd, POLLOUT, 0};
  if (::poll(&writable, 1, static_cast<int>(patience.count())) <= 0) {
    return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// OpenSSL's first complaint, and none of it left for the next one.
std::string openssl_words()
{
  const auto code = ::ERR_get_error();
  const char* reason = ERR_SYSTEM_ERROR(code) ? nullptr : ::ERR_reason_error_string(code);
  ::ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) {
    return system_words(ERR_GET_REASON(code));
  }
  return reason == nullptr ? "the broker hung up during the handshake" : reason;
}

// The first file that cannot be used, and why.
std::string load(SSL_CTX& context, const TlsFiles& files)
{
  if (::SSL_CTX_load_verify_locations(&context, files.ca.c_str(), nullptr) != 1) {
    return files.ca + ": " + openssl_words();
  }
  if (files.certificate.empty()) {
    return {};
  }
  if (::SSL_CTX_use_certificate_chain_file(&context, files.certificate.c_str()) != 1) {
    return files.certificate + ": " + openssl_words();
  }
  if (::SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return files.key + ": " + openssl_words();
  }
  return {};
}

void expect_host(SSL& session, const std::string& host)
{
  if (is_address(host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(&session), host.c_str());
  } else {
    ::SSL_set1_host(&session, host.c_str());
    // The macro that sets the name in the hello casts in the way of C.
    ::SSL_ctrl(&session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, std::string{host}.data());
  }
}

// A handshake takes no longer: every read and write of the socket has its deadline.
void make_blocking(const Socket& socket, milliseconds patience)
{
  const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
  timeval limit{};
  limit.tv_sec = seconds.count();
  limit.tv_usec = std::chrono::microseconds{patience - seconds}.count();
  ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::fcntl(socket.fd, F_SETFL, 0);
}

std::string why_no_handshake(const Socket& socket, const std::string& host, const TlsFiles& files)
{
  ::ERR_clear_error();
  const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context{
      ::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free};
  if (!context) {
    return openssl_words();
  }
  if (auto wrong = load(*context, files); !wrong.empty()) {
    return wrong;
  }
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> session{::SSL_new(context.get()), &::SSL_free};
  if (!session) {
    return openssl_words();
  }
  expect_host(*session, host);
  ::SSL_set_fd(session.get(), socket.fd);
  if (::SSL_connect(session.get()) == 1) {
    return {};
  }
  const auto verdict = ::SSL_get_verify_result(session.get());
  if (verdict != X509_V_OK) {
    ::ERR_clear_error();
    return std::string{"the broker's certificate: "} + ::X509_verify_cert_error_string(verdict);
  }
  return openssl_words();
}

}  // namespace

std::string why_no_connection(const std::string& broker, const TlsFiles& tls, milliseconds patience)
{
  const auto [host, port] = split(broker);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return host + ": " + ::gai_strerror(error);
  }
  const Addresses addresses{found, &::freeaddrinfo};
  int last = 0;
  for (const auto* address = found; address != nullptr; address = address->ai_next) {
    const Socket socket{*address};
    last = try_to_connect(socket, *address, patience);
    if (last == 0 && tls.ca.empty()) {
      return {};
    }
    if (last == 0) {
      make_blocking(socket, patience);
      const auto wrong = why_no_handshake(socket, host, tls);
      return wrong.empty() ? wrong : "TLS: " + wrong;
    }
  }
  return system_words(last);
}

}  // namespace muster::mqtt
