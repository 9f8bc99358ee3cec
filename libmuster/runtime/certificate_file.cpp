// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/certificate_file.hpp"

#include <array>
#include <ctime>
#include <memory>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <utility>

#include "libmuster/runtime/text_file.hpp"

namespace muster::runtime {

namespace {

constexpr std::size_t largest_pem = std::size_t{1} << 20U;  // a chain has some 10 KiB
constexpr int longest_common_name = 256;                    // our names have at most 253 bytes

using Memory = std::unique_ptr<BIO, decltype(&::BIO_free)>;
using Parsed = std::unique_ptr<X509, decltype(&::X509_free)>;

std::string common_name_of(const X509& certificate)
{
  std::array<char, longest_common_name + 1> name{};
  const int size = ::X509_NAME_get_text_by_NID(
      ::X509_get_subject_name(&certificate), NID_commonName, name.data(), static_cast<int>(name.size()));
  return size > 0 ? std::string{name.data()} : std::string{};
}

std::chrono::sys_seconds time_of(const ASN1_TIME& time)
{
  std::tm parts{};
  ::ASN1_TIME_to_tm(&time, &parts);
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

}  // namespace

Expected<Certificate> read_certificate(const std::filesystem::path& file)
{
  auto text = read_text_file(file, largest_pem);
  if (!text) {
    return tl::make_unexpected(std::move(text).error());
  }
  const Memory memory{::BIO_new_mem_buf(text->data(), static_cast<int>(text->size())), &::BIO_free};
  const Parsed parsed{::PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &::X509_free};
  ::ERR_clear_error();
  if (!parsed) {
    return failure(ErrorCode::invalid_input, file.string() + " holds no certificate (PEM)");
  }
  return Certificate{
      common_name_of(*parsed),
      time_of(*::X509_get0_notBefore(parsed.get())),
      time_of(*::X509_get0_notAfter(parsed.get()))};
}

}  // namespace muster::runtime
