// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::cli {

// A private key and its certificate, both as PEM text. The key is a secret: write it with mode 0600.
struct KeyAndCertificate {
  std::string key;
  std::string certificate;
};

enum class CertificateUse {
  broker,  // proves the broker's host names to everybody
  member,  // proves a node's, service's or operator's name to the broker
};

struct CertificateOrder {
  std::string
      common_name;  // at most 64 characters (RFC 5280, ub-common-name); the broker user name of a member
  CertificateUse use = CertificateUse::member;
  std::vector<std::string> host_names;  // DNS names or IP addresses that a broker answers to
  std::chrono::system_clock::time_point now;
};

// A certificate authority on EC P-256 keys (RFC 5480), by OpenSSL. Holds its private key in memory. One
// thread at a time. Every failure is an Error with OpenSSL's reason.
class CertificateAuthority {
public:
  // An expired certificate silences a node, and renewing one is a file to copy: hence generous lifetimes.
  static constexpr std::chrono::days authority_lifetime{20 * 365};
  static constexpr std::chrono::days certificate_lifetime{5 * 365};

  static Expected<CertificateAuthority> create(
      const std::string& common_name, std::chrono::system_clock::time_point now);
  static Expected<CertificateAuthority> from_pem(const KeyAndCertificate& pem);

  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;
  ~CertificateAuthority();

  [[nodiscard]] Expected<KeyAndCertificate> issue(const CertificateOrder& order) const;
  [[nodiscard]] Expected<KeyAndCertificate> as_pem() const;

private:
  struct Parts;
  explicit CertificateAuthority(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace muster::cli
