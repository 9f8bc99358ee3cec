// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe_server/self_signed.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <vector>

namespace muster::nrpe_server {

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
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr std::chrono::hours backdating{24};     // for a client whose clock is behind
constexpr std::chrono::days lifetime{20 * 365};  // it is made anew at every start, and nobody looks
constexpr std::size_t serial_bytes = 8;

tl::unexpected<Error> openssl_failure()
{
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return failure(ErrorCode::io_failure, std::string{"openssl cannot make a certificate: "} + reason.data());
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

bool set_names(X509* certificate, const std::string& common_name)
{
  std::vector<unsigned char> bytes(common_name.begin(), common_name.end());
  auto* const name = X509_get_subject_name(certificate);
  return X509_NAME_add_entry_by_NID(
             name, NID_commonName, MBSTRING_UTF8, bytes.data(), static_cast<int>(bytes.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
}

bool set_lifetime(X509* certificate, system_clock::time_point now)
{
  const auto from = system_clock::to_time_t(now - backdating);
  const auto until = system_clock::to_time_t(now + lifetime);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

std::string text_of(BIO* memory)
{
  const char* bytes = nullptr;
  const auto size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, static_cast<void*>(&bytes));
  return size > 0 ? std::string{bytes, static_cast<std::size_t>(size)} : std::string{};
}

}  // namespace

Expected<SelfSigned> make_self_signed(const std::string& common_name, system_clock::time_point now)
{
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  const Memory key_text{BIO_new(BIO_s_mem())};
  const Memory certificate_text{BIO_new(BIO_s_mem())};
  if (!key || !certificate || !key_text || !certificate_text) {
    return openssl_failure();
  }
  if (X509_set_version(certificate.get(), 2) != 1 || !set_serial(certificate.get()) ||
      !set_lifetime(certificate.get(), now) || !set_names(certificate.get(), common_name) ||
      X509_set_pubkey(certificate.get(), key.get()) != 1 ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
    return openssl_failure();
  }
  if (PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
    return openssl_failure();
  }
  return SelfSigned{text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace muster::nrpe_server
