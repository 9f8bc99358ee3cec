// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/signature.hpp"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>

#include "libmuster/model/node_name.hpp"

namespace muster::protocol {

namespace {

constexpr std::string_view public_word = "muster-ed25519";
constexpr std::string_view secret_word = "muster-ed25519-secret";

// A rotation needs two; a file of thousands would only slow every verification down.
constexpr std::size_t most_keys_in_a_file = 64;

void start_sodium()
{
  static const int started = sodium_init();
  if (started < 0) {
    throw std::runtime_error{"libsodium cannot start: the system has no source of random numbers"};
  }
}

template <std::size_t size>
std::optional<std::array<unsigned char, size>> from_base64(std::string_view text)
{
  std::array<unsigned char, size> bytes{};
  std::size_t written = 0;
  const char* end = nullptr;
  const int failed = sodium_base642bin(
      bytes.data(), size, text.data(), text.size(), nullptr, &written, &end, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0 || written != size || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return bytes;
}

std::vector<std::string_view> words_of(std::string_view line)
{
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) {
      break;
    }
    line.remove_prefix(start);
    const auto size = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, size));
    line.remove_prefix(size);
  }
  return words;
}

struct KeyLine {
  std::string_view base64;
  std::string_view caller;
  std::size_t number = 0;
};

// The lines of a key file that say something, each split and checked for its first and last word.
Expected<std::vector<KeyLine>> key_lines(std::string_view text, std::string_view first_word)
{
  std::vector<KeyLine> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty() || words.front().starts_with('#')) {
      continue;
    }
    if (words.size() != 3 || words[0] != first_word || !is_caller_name(words[2])) {
      return failure(
          ErrorCode::invalid_input,
          "line " + std::to_string(number) + ": expected \"" + std::string{first_word} + " BASE64 NAME\"");
    }
    lines.push_back({words[1], words[2], number});
    if (lines.size() > most_keys_in_a_file) {
      return failure(
          ErrorCode::invalid_input, "more than " + std::to_string(most_keys_in_a_file) + " keys in one file");
    }
  }
  return lines;
}

// A secret key is a seed and the public key that follows from it. Signing with halves that do not belong
// together would give the seed away.
bool halves_belong_together(const std::array<unsigned char, 64>& secret)
{
  start_sodium();
  std::array<unsigned char, 32> public_bytes{};
  std::array<unsigned char, 64> right{};
  crypto_sign_seed_keypair(public_bytes.data(), right.data(), secret.data());
  return sodium_memcmp(right.data(), secret.data(), secret.size()) == 0;
}

tl::unexpected<Error> bad_base64(std::size_t line)
{
  return failure(ErrorCode::invalid_input, "line " + std::to_string(line) + ": the key is not valid base64");
}

}  // namespace

Signature SecretKey::sign(std::string_view message) const
{
  start_sodium();
  Signature signature{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): text as the bytes that it is
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  crypto_sign_detached(signature.data(), nullptr, bytes, message.size(), bytes_.data());
  return signature;
}

PublicKey SecretKey::public_key() const
{
  PublicKey key;
  key.caller = caller_;
  // libsodium keeps the public key in the second half of the secret one.
  std::copy_n(bytes_.begin() + 32, key.bytes.size(), key.bytes.begin());
  return key;
}

std::string SecretKey::as_text() const
{
  return std::string{secret_word} + " " + to_base64(bytes_.data(), bytes_.size()) + " " + caller_ + "\n";
}

SecretKey generate_secret_key(std::string caller)
{
  start_sodium();
  std::array<unsigned char, 32> public_bytes{};
  std::array<unsigned char, 64> secret_bytes{};
  crypto_sign_keypair(public_bytes.data(), secret_bytes.data());
  return SecretKey{secret_bytes, std::move(caller)};
}

Expected<SecretKey> parse_secret_key(std::string_view text)
{
  const auto lines = key_lines(text, secret_word);
  if (!lines) {
    return tl::unexpected{lines.error()};
  }
  if (lines->size() != 1) {
    return failure(
        ErrorCode::invalid_input, "expected one secret key, found " + std::to_string(lines->size()));
  }
  const auto bytes = from_base64<64>(lines->front().base64);
  if (!bytes) {
    return bad_base64(lines->front().number);
  }
  if (!halves_belong_together(*bytes)) {
    return failure(
        ErrorCode::invalid_input,
        "line " + std::to_string(lines->front().number) + ": the key is damaged: make another one");
  }
  return SecretKey{*bytes, std::string{lines->front().caller}};
}

Expected<std::vector<PublicKey>> parse_public_keys(std::string_view text)
{
  const auto lines = key_lines(text, public_word);
  if (!lines) {
    return tl::unexpected{lines.error()};
  }
  std::vector<PublicKey> keys;
  for (const auto& line : *lines) {
    const auto bytes = from_base64<32>(line.base64);
    if (!bytes) {
      return bad_base64(line.number);
    }
    keys.push_back(PublicKey{*bytes, std::string{line.caller}});
  }
  return keys;
}

std::string as_text(const PublicKey& key)
{
  return std::string{public_word} + " " + to_base64(key.bytes.data(), key.bytes.size()) + " " + key.caller +
         "\n";
}

bool is_signed_by(const PublicKey& key, std::string_view message, const Signature& signature)
{
  start_sodium();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): text as the bytes that it is
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  return crypto_sign_verify_detached(signature.data(), bytes, message.size(), key.bytes.data()) == 0;
}

std::string to_base64(const unsigned char* bytes, std::size_t size)
{
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // its terminating NUL
  return text;
}

std::optional<std::string> bytes_from_base64(std::string_view text)
{
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const bool read = sodium_base642bin(
                        reinterpret_cast<unsigned char*>(bytes.data()),
                        bytes.size(),
                        text.data(),
                        text.size(),
                        nullptr,
                        &size,
                        nullptr,
                        sodium_base64_VARIANT_ORIGINAL) == 0;
  bytes.resize(read ? size : 0);
  return read ? std::optional{std::move(bytes)} : std::nullopt;
}

std::optional<Signature> signature_from_base64(std::string_view text)
{
  return from_base64<std::tuple_size_v<Signature>>(text);
}

bool same_secret(std::string_view left, std::string_view right)
{
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string random_word(std::size_t length)
{
  start_sodium();
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned fair =
      256 / letters.size() * letters.size();  // beyond it, some letters would come more often
  std::string word;
  while (word.size() < length) {
    std::array<unsigned char, 32> bytes{};  // randombytes_uniform() asks the kernel for every letter
    randombytes_buf(bytes.data(), bytes.size());
    for (const unsigned byte : bytes) {
      if (byte < fair && word.size() < length) {
        word += letters[byte % letters.size()];
      }
    }
  }
  return word;
}

void KeyRing::add(PublicKey key)
{
  keys_[key.caller].push_back(std::move(key));
}

bool KeyRing::knows(std::string_view caller) const
{
  return keys_.find(caller) != keys_.end();
}

bool KeyRing::verifies(std::string_view caller, std::string_view message, const Signature& signature) const
{
  const auto found = keys_.find(caller);
  return found != keys_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const PublicKey& key) {
           return is_signed_by(key, message, signature);
         });
}

}  // namespace muster::protocol
