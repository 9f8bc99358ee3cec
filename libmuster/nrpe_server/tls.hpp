// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "libmuster/error.hpp"
#include "libmuster/nrpe_server/channel.hpp"

namespace muster::nrpe_server {

enum class ClientCertificates {
  not_asked_for,
  asked_for,  // one that is shown must be good; whoever shows none comes in as well
  required,
};

enum class TlsVersions { from_1_2, only_1_2, from_1_3 };

struct TlsOptions {
  std::filesystem::path certificate;  // PEM, with its chain; empty: one is made that nobody has signed
  std::filesystem::path key;          // PEM, without a passphrase
  std::filesystem::path client_ca;    // who signs the certificates of clients
  ClientCertificates client_certificates = ClientCertificates::not_asked_for;
  TlsVersions versions = TlsVersions::from_1_2;
  bool adh = false;     // also anonymous Diffie-Hellman, which check_nrpe 2.x wants: TLS 1.2, no certificate
  std::string ciphers;  // of TLS 1.2, as OpenSSL writes them; empty: good ones
  std::string common_name;  // of the certificate that is made

  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

// What all connections of a listener share. One thread.
class Tls {
public:
  // Fails with what is wrong with which file.
  static Expected<Tls> make(const TlsOptions& options);

  [[nodiscard]] std::unique_ptr<Channel> channel(boost::asio::ip::tcp::socket socket) const;

private:
  struct Context;

  explicit Tls(std::shared_ptr<Context> context) : context_{std::move(context)} {}

  std::shared_ptr<Context> context_;
};

}  // namespace muster::nrpe_server
