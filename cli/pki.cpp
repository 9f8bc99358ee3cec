// SPDX-License-Identifier: Apache-2.0
#include "cli/pki.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <ctime>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string_view>
#include <utility>

namespace muster::cli {

namespace {

using std::chrono::system_clock;

// Releases one OpenSSL object.
template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const noexcept
  {
    release(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr std::size_t max_common_name = 64;   // RFC 5280, ub-common-name
constexpr std::size_t serial_bytes = 16;      // random, so that no register of serials is needed
constexpr std::chrono::hours backdating{24};  // a node whose clock is behind still believes a new certificate
constexpr std::string_view broken_openssl = "openssl cannot make a certificate";

tl::unexpected<Error> openssl_failure(std::string_view what, ErrorCode code = ErrorCode::io_failure)
{
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return failure(code, std::string{what} + ": " + reason.data());
}

Memory text_source(const std::string& text)
{
  return Memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_of(BIO* memory)
{
  const char* bytes = nullptr;
  const auto size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, static_cast<void*>(&bytes));
  return size > 0 ? std::string{bytes, static_cast<std::size_t>(size)} : std::string{};
}

Expected<KeyAndCertificate> to_pem(EVP_PKEY* key, X509* certificate)
{
  const Memory key_text{BIO_new(BIO_s_mem())};
  const Memory certificate_text{BIO_new(BIO_s_mem())};
  if (!key_text || !certificate_text ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate) != 1) {
    return openssl_failure("openssl cannot write a key");
  }
  return KeyAndCertificate{text_of(key_text.get()), text_of(certificate_text.get())};
}

bool set_serial(X509* certificate)
{
  std::array<unsigned char, serial_bytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return false;
  }
  bytes[0] &= 0x7FU;  // a serial is a positive number
  const std::unique_ptr<BIGNUM, Release<BN_free>> number{
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_lifetime(X509* certificate, system_clock::time_point now, std::chrono::days lifetime)
{
  const auto from = system_clock::to_time_t(now - backdating);
  const auto until = system_clock::to_time_t(now + lifetime);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

bool set_subject(X509* certificate, const std::string& common_name)
{
  std::vector<unsigned char> bytes(common_name.begin(), common_name.end());
  return X509_NAME_add_entry_by_NID(
             X509_get_subject_name(certificate),
             NID_commonName,
             MBSTRING_UTF8,
             bytes.data(),
             static_cast<int>(bytes.size()),
             -1,
             0) == 1;
}

// `issuer` is the certificate itself for a self-signed one.
bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// An unsigned certificate with everything that all kinds share.
Expected<Certificate> blank_certificate(
    EVP_PKEY* key, const std::string& common_name, system_clock::time_point now, std::chrono::days lifetime)
{
  if (common_name.empty() || common_name.size() > max_common_name) {
    return failure(
        ErrorCode::invalid_input,
        "a certificate's name has 1 to " + std::to_string(max_common_name) + " characters, '" + common_name +
            "' has " + std::to_string(common_name.size()));
  }
  Certificate certificate{X509_new()};
  if (!certificate || X509_set_version(certificate.get(), 2) != 1 || !set_serial(certificate.get()) ||
      !set_lifetime(certificate.get(), now, lifetime) || !set_subject(certificate.get(), common_name) ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return openssl_failure(broken_openssl);
  }
  return certificate;
}

bool is_ip_address(const std::string& text)
{
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

// Anything else could smuggle a second name into OpenSSL's list.
bool is_host_name(const std::string& text)
{
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
}

// "DNS:mon1,IP:10.0.0.1"
std::string alternative_names(const std::vector<std::string>& host_names)
{
  std::string text;
  for (const auto& name : host_names) {
    text += (text.empty() ? "" : ",") + std::string{is_ip_address(name) ? "IP:" : "DNS:"} + name;
  }
  return text;
}

bool add_authority_extensions(X509* certificate)
{
  return add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
}

bool add_leaf_extensions(X509* certificate, X509* issuer, const CertificateOrder& order)
{
  const bool broker = order.use == CertificateUse::broker;
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, issuer, NID_ext_key_usage, broker ? "serverAuth" : "clientAuth") &&
         add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
         (order.host_names.empty() ||
          add_extension(certificate, issuer, NID_subject_alt_name, alternative_names(order.host_names)));
}

}  // namespace

struct CertificateAuthority::Parts {
  Key key;
  Certificate certificate;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Expected<CertificateAuthority> CertificateAuthority::create(
    const std::string& common_name, system_clock::time_point now)
{
  Key key{EVP_EC_gen("P-256")};
  if (!key) {
    return openssl_failure("openssl cannot make a P-256 key");
  }
  auto certificate = blank_certificate(key.get(), common_name, now, authority_lifetime);
  if (!certificate) {
    return tl::unexpected<Error>{certificate.error()};
  }
  X509* raw = certificate->get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1 || !add_authority_extensions(raw) ||
      X509_sign(raw, key.get(), EVP_sha256()) == 0) {
    return openssl_failure(broken_openssl);
  }
  return CertificateAuthority{std::make_unique<Parts>(Parts{std::move(key), std::move(*certificate)})};
}

Expected<CertificateAuthority> CertificateAuthority::from_pem(const KeyAndCertificate& pem)
{
  // No callback asks for a passphrase on the terminal: an encrypted key is an error.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const auto key_text = text_source(pem.key);
  const auto certificate_text = text_source(pem.certificate);
  Key key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr)};
  if (!key) {
    return openssl_failure("this is no unencrypted private key in PEM", ErrorCode::invalid_input);
  }
  Certificate certificate{PEM_read_bio_X509(certificate_text.get(), nullptr, no_passphrase, nullptr)};
  if (!certificate) {
    return openssl_failure("this is no certificate in PEM", ErrorCode::invalid_input);
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return openssl_failure("key and certificate do not belong together", ErrorCode::invalid_input);
  }
  if (X509_check_ca(certificate.get()) == 0) {
    return failure(ErrorCode::invalid_input, "this is not the certificate of an authority");
  }
  return CertificateAuthority{std::make_unique<Parts>(Parts{std::move(key), std::move(certificate)})};
}

Expected<KeyAndCertificate> CertificateAuthority::issue(const CertificateOrder& order) const
{
  for (const auto& name : order.host_names) {
    if (!is_host_name(name)) {
      return failure(ErrorCode::invalid_input, "'" + name + "' is neither a host name nor an IP address");
    }
  }
  const Key key{EVP_EC_gen("P-256")};
  if (!key) {
    return openssl_failure("openssl cannot make a P-256 key");
  }
  const auto certificate = blank_certificate(key.get(), order.common_name, order.now, certificate_lifetime);
  if (!certificate) {
    return tl::unexpected<Error>{certificate.error()};
  }
  X509* raw = certificate->get();
  X509* issuer = parts_->certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(issuer)) != 1 ||
      !add_leaf_extensions(raw, issuer, order) || X509_sign(raw, parts_->key.get(), EVP_sha256()) == 0) {
    return openssl_failure(broken_openssl);
  }
  return to_pem(key.get(), raw);
}

Expected<KeyAndCertificate> CertificateAuthority::as_pem() const
{
  return to_pem(parts_->key.get(), parts_->certificate.get());
}

}  // namespace muster::cli
