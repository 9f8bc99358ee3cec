// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/judge_setup.hpp"

#include <fmt/format.h>

#include "cli/output/time_text.hpp"

namespace muster::cli::doctor {

namespace {

using std::chrono::system_clock;

std::string date_of(std::chrono::sys_seconds time)
{
  constexpr std::size_t date_length = 10;  // of an ISO 8601 time
  return iso_8601(Milliseconds{time}, std::chrono::minutes{0}).substr(0, date_length);
}

std::string new_certificate(const client::ClientSettings& settings)
{
  return "make a new one with `mco key generate " + settings.caller +
         " --ca-dir DIR`, or with your own authority";
}

}  // namespace

Findings judge_configuration(const client::ExpectedOrErrors<client::ClientSettings>& settings)
{
  if (!settings) {
    Findings findings;
    for (const auto& error : settings.error()) {
      findings.push_back(problem("configuration", error.message, "correct that; nothing else was tried"));
    }
    return findings;
  }
  const auto number = settings->connection.brokers.size();
  return {good(
      "configuration",
      fmt::format(
          "{}; {} asks collective {} through {} broker{}",
          settings->file.string(),
          settings->caller,
          settings->collective,
          number,
          number == 1 ? "" : "s"))};
}

Finding judge_key(const client::ClientSettings& settings, const Expected<std::string>& key)
{
  if (!key) {
    return problem(
        "key",
        key.error().message,
        "no request can be signed without it: correct that, or `key` in " + settings.file.string());
  }
  return good("key", settings.key.string() + " signs as " + *key);
}

Finding judge_certificate(
    const client::ClientSettings& settings, const TlsFacts& facts, system_clock::time_point now)
{
  const auto& file = settings.connection.certificate;
  if (file.empty()) {
    return good("certificate", "no TLS, which brokers on this machine alone may do");
  }
  if (!facts.unreadable.empty()) {
    return problem(
        "certificate", facts.unreadable.front().message, "correct `tls` in " + settings.file.string());
  }
  if (!facts.certificate) {
    return problem("certificate", facts.certificate.error().message, new_certificate(settings));
  }
  const auto& certificate = *facts.certificate;
  if (certificate.valid_until <= now) {
    return problem(
        "certificate", file + " has ended on " + date_of(certificate.valid_until), new_certificate(settings));
  }
  if (certificate.valid_from > now) {
    return problem(
        "certificate",
        file + " is valid only from " + date_of(certificate.valid_from),
        "set this machine's clock");
  }
  const auto until =
      "certificate of " + certificate.common_name + " valid until " + date_of(certificate.valid_until);
  if (certificate.common_name != settings.caller) {
    return problem(
        "certificate",
        until + ", but the caller is " + settings.caller,
        "the broker takes the certificate's name for ours: make the two the same");
  }
  if (certificate.valid_until < now + certificate_ends_soon) {
    return warning("certificate", until, new_certificate(settings));
  }
  return good("certificate", until);
}

Finding judge_descriptors(std::uint64_t most)
{
  constexpr std::uint64_t enough = 64;  // a session has two, and a connect tries several addresses
  const auto what = fmt::format("this process may have {} files open", most);
  return most >= enough ? good("file descriptors", what)
                        : warning("file descriptors", what, "raise the limit: ulimit -n 1024");
}

}  // namespace muster::cli::doctor
