// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/openssl_cipher.hpp"

#include <openssl/evp.h>
#include <string>
#include <utility>

namespace muster::bridge {

namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};

using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* bytes_of(std::span<char> text)
{
  return reinterpret_cast<unsigned char*>(text.data());
}

class Stream final : public NscaCipher {
public:
  explicit Stream(Context context) : context_{std::move(context)} {}

  // In this mode OpenSSL changes every byte at once, and does not fail.
  void encrypt(std::span<char> packet) override
  {
    int size = 0;
    ::EVP_EncryptUpdate(
        context_.get(), bytes_of(packet), &size, bytes_of(packet), static_cast<int>(packet.size()));
  }

private:
  Context context_;
};

}  // namespace

Expected<std::unique_ptr<NscaCipher>> make_openssl_cipher(
    OpensslCipher cipher, std::string_view password, std::string_view iv)
{
  const auto* kind = cipher == OpensslCipher::aes_256 ? ::EVP_aes_256_cfb8() : ::EVP_des_ede3_cfb8();
  std::string key{password};
  key.resize(static_cast<std::size_t>(::EVP_CIPHER_get_key_length(kind)), '\0');
  std::string begin{iv};
  Context context{::EVP_CIPHER_CTX_new()};
  if (!context || ::EVP_EncryptInit_ex(context.get(), kind, nullptr, bytes_of(key), bytes_of(begin)) != 1) {
    return failure(ErrorCode::io_failure, "OpenSSL cannot encrypt with the method that is set for NSCA");
  }
  return std::make_unique<Stream>(std::move(context));
}

}  // namespace muster::bridge
