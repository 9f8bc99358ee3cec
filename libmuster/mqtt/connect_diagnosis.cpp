// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/connect_diagnosis.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace muster::mqtt {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// For each address, and for all of it: a silent name server must not hold up the next broker of the list for
// longer.
constexpr milliseconds address_patience{1000};
constexpr milliseconds patience{2000};
constexpr milliseconds look_every{10};
constexpr std::chrono::minutes holds_for{1};

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

// Waits until the socket is ready for `event`; 0, or an errno.
int wait_for(const Socket& socket, short event, steady_clock::time_point deadline)
{
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  pollfd ready{socket.fd, event, 0};
  return left.count() > 0 && ::poll(&ready, 1, static_cast<int>(left.count())) > 0 ? 0 : ETIMEDOUT;
}

// 0, or an errno.
int try_to_connect(const Socket& socket, const addrinfo& address, steady_clock::time_point deadline)
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
  if (const int late = wait_for(socket, POLLOUT, deadline); late != 0) {
    return late;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// A peer that sends a byte now and then does not make it longer.
bool shakes_hands(SSL& session, const Socket& socket, steady_clock::time_point deadline)
{
  while (true) {
    const int result = ::SSL_connect(&session);
    const int wanted = ::SSL_get_error(&session, result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
      return result == 1;
    }
    if (wait_for(socket, wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline) != 0) {
      return false;
    }
  }
}

std::string why_no_handshake(
    const Socket& socket, const std::string& host, const TlsFiles& files, steady_clock::time_point deadline)
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
  if (shakes_hands(*session, socket, deadline)) {
    return {};
  }
  if (steady_clock::now() >= deadline) {
    return "the broker does not finish the handshake";
  }
  const auto verdict = ::SSL_get_verify_result(session.get());
  if (verdict != X509_V_OK) {
    ::ERR_clear_error();
    return std::string{"the broker's certificate: "} + ::X509_verify_cert_error_string(verdict);
  }
  return openssl_words();
}

}  // namespace

std::string why_no_connection(const std::string& broker, const TlsFiles& tls, milliseconds each)
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
    const auto deadline = steady_clock::now() + each;
    last = try_to_connect(socket, *address, deadline);
    if (last == 0 && tls.ca.empty()) {
      return {};
    }
    if (last == 0) {
      const auto wrong = why_no_handshake(socket, host, tls, deadline);
      return wrong.empty() ? wrong : "TLS: " + wrong;
    }
  }
  return system_words(last);
}

void ConnectDiagnosis::find(const std::string& broker, const TlsFiles& tls, Then then)
{
  const auto now = steady_clock::now();
  const auto known = found_.find(broker);
  if (known != found_.end() && now < known->second.at + holds_for) {
    then(known->second.reason);
    return;
  }
  broker_ = broker;
  then_ = std::move(then);
  std::packaged_task<std::string()> look{
      [broker, tls] { return why_no_connection(broker, tls, address_patience); }};
  looking_ = look.get_future();
  std::thread{std::move(look)}.detach();
  wait(now + patience);
}

void ConnectDiagnosis::wait(steady_clock::time_point deadline)
{
  const bool ready = looking_.wait_for(milliseconds{0}) == std::future_status::ready;
  if (ready || steady_clock::now() >= deadline) {
    const auto reason = ready ? looking_.get() : std::string{};
    found_[broker_] = {reason, steady_clock::now()};
    std::exchange(then_, nullptr)(reason);
    return;
  }
  timer_.expires_after(look_every);
  timer_.async_wait([this, deadline](boost::system::error_code cancelled) {
    if (!cancelled) {
      wait(deadline);
    }
  });
}

}  // namespace muster::mqtt
