// SPDX-License-Identifier: Apache-2.0
#include "cli/authority_folder.hpp"

#include <cstddef>
#include <sstream>
#include <unistd.h>
#include <utility>

#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t max_pem_bytes = std::size_t{64}
                                      << 10U;  // a long chain of certificates is a tenth of it

std::vector<std::string> lines_of(const std::string& text)
{
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.front() != '#') {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

std::optional<std::filesystem::path> user_folder(const client::Environment& environment)
{
  if (const auto home = environment("HOME")) {
    return std::filesystem::path{*home} / ".config" / "muster";
  }
  return std::nullopt;
}

Expected<std::filesystem::path> default_authority_folder(const client::Environment& environment)
{
  if (::geteuid() == 0) {
    return std::filesystem::path{"/etc/muster/ca"};
  }
  if (const auto folder = user_folder(environment)) {
    return *folder / "ca";
  }
  return failure(ErrorCode::not_found, "no HOME in the environment: name the authority's folder with --dir");
}

Expected<Authority> open_authority(const std::filesystem::path& root)
{
  const AuthorityFolder folder{std::filesystem::absolute(root).lexically_normal()};
  auto key = runtime::read_text_file(folder.key(), max_pem_bytes);
  if (!key) {
    const auto hint = key.error().code == ErrorCode::not_found ? "; `mco ca init` makes an authority" : "";
    return failure(key.error().code, key.error().message + hint);
  }
  auto certificate = runtime::read_text_file(folder.certificate(), max_pem_bytes);
  if (!certificate) {
    return tl::unexpected<Error>{certificate.error()};
  }
  const auto brokers = runtime::read_text_file(folder.brokers(), max_pem_bytes);
  if (!brokers) {
    return tl::unexpected<Error>{brokers.error()};
  }
  auto authority = CertificateAuthority::from_pem({std::move(*key), *certificate});
  if (!authority) {
    return tl::unexpected<Error>{authority.error().with_context(folder.root.string())};
  }
  return Authority{folder, std::move(*authority), std::move(*certificate), lines_of(*brokers)};
}

}  // namespace muster::cli
