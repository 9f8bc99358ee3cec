// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_listener_settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace muster::checkagent {

namespace {

using nrpe_server::ClientCertificates;
using nrpe_server::TlsOptions;
using nrpe_server::TlsVersions;
using runtime::SettingsReader;
using Directives = std::map<std::string, std::string>;

constexpr std::size_t most_addresses = 16;  // each is a socket
constexpr std::uint16_t usual_port = 5666;
constexpr std::size_t longest_common_name = 64;  // of a certificate (RFC 5280)

// check_nrpe asks at once, and nrpe.cfg as it is shipped says 300 s: a client that is cut off from us must
// not keep its place for so long.
constexpr std::chrono::seconds longest_patience{30};

constexpr std::array<std::string_view, 11> directives_of_ours{
    "allowed_hosts",
    "connection_timeout",
    "server_address",
    "server_port",
    "ssl_cacert_file",
    "ssl_cert_file",
    "ssl_cipher_list",
    "ssl_client_certs",
    "ssl_privatekey_file",
    "ssl_use_adh",
    "ssl_version"};

void read_client_certificates(SettingsReader& reader, std::optional<ClientCertificates>& target)
{
  std::string word;
  if (!reader.read_word("client_certificates", word)) {
    return;
  }
  if (word == "none") {
    target = ClientCertificates::not_asked_for;
  } else if (word == "asked") {
    target = ClientCertificates::asked_for;
  } else if (word == "required") {
    target = ClientCertificates::required;
  } else {
    reader.refuse("client_certificates", "expected none, asked or required");
  }
}

void read_tls(SettingsReader reader, const std::filesystem::path& folder, NrpeListenerSettings& settings)
{
  reader.read_path("certificate", folder, settings.certificate);
  reader.read_path("key", folder, settings.key);
  reader.read_path("client_ca", folder, settings.client_ca);
  read_client_certificates(reader, settings.client_certificates);
  bool adh = false;
  if (reader.read_flag("adh", adh)) {
    settings.adh = adh;
  }
  if (settings.certificate.empty() != settings.key.empty()) {
    reader.refuse("certificate", "expected certificate and key, or neither of them");
  }
  reader.refuse_unknown_keys();
}

void read_allowed_hosts(SettingsReader& reader, std::string& target)
{
  std::vector<std::string> items;
  if (!reader.read_words("allowed_hosts", nrpe::AllowedHosts::most_items, items)) {
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto hosts = nrpe::AllowedHosts::parse(items[i]);
    if (hosts.empty() || !hosts.unreadable().empty()) {
      reader.refuse_item(
          "allowed_hosts", i, "expected an address, a network such as 10.1.0.0/16 or a host name");
    }
    target += (target.empty() ? "" : ",") + items[i];
  }
}

NrpeListenerSettings read_map(SettingsReader reader, const std::filesystem::path& folder)
{
  NrpeListenerSettings settings;
  reader.read_words("address", most_addresses, settings.addresses);
  std::uint64_t port = 0;
  if (reader.read_number("port", {1, 65'535}, port)) {
    settings.port = static_cast<std::uint16_t>(port);
  }
  read_allowed_hosts(reader, settings.allowed_hosts);
  reader.read_flag("arguments", settings.arguments);
  reader.read_flag("plain", settings.plain);
  if (settings.plain && reader.find("tls") != nullptr) {
    reader.refuse("tls", "expected no tls where plain is true: then everything goes in the clear");
  }
  read_tls(reader.read_map("tls"), folder, settings);
  reader.refuse_unknown_keys();
  return settings;
}

std::string value_of(const Directives& directives, const std::string& key)
{
  const auto found = directives.find(key);
  return found == directives.end() ? std::string{} : found->second;
}

// As nrpe reads numbers; nothing if the directive is not there.
std::optional<long> number_of(const Directives& directives, const std::string& key)
{
  const auto value = value_of(directives, key);
  return value.empty() ? std::nullopt : std::optional{std::strtol(value.c_str(), nullptr, 10)};
}

tl::unexpected<Error> wrong(const std::string& key, const Directives& directives, std::string_view expected)
{
  return failure(
      ErrorCode::invalid_input,
      key + " of nrpe.cfg is \"" + value_of(directives, key) + "\", expected " + std::string{expected});
}

Expected<std::uint16_t> choose_port(const NrpeListenerSettings& settings, const Directives& directives)
{
  const auto port = number_of(directives, "server_port");
  if (settings.port || !port) {
    return settings.port.value_or(usual_port);
  }
  if (*port < 1024 || *port > 65'535) {
    return wrong("server_port", directives, "a port from 1024 to 65535");
  }
  return static_cast<std::uint16_t>(*port);
}

Expected<void> choose_hosts(
    const NrpeListenerSettings& settings, const Directives& directives, ListenerPlan& plan)
{
  const auto& own = settings.allowed_hosts;
  plan.options.allowed_hosts =
      nrpe::AllowedHosts::parse(own.empty() ? value_of(directives, "allowed_hosts") : own);
  for (const auto& item : plan.options.allowed_hosts.unreadable()) {
    plan.warnings.push_back(
        "allowed_hosts: \"" + item + "\" lets nobody in, expected an address, a network or a name");
  }
  if (plan.options.allowed_hosts.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "nobody is let in: write allowed_hosts, here or in nrpe.cfg; without it nrpe lets in everybody");
  }
  return {};
}

TlsVersions versions_of(const std::string& word, std::vector<std::string>& warnings)
{
  if (word == "TLSv1.3" || word == "TLSv1.3+") {
    return TlsVersions::from_1_3;
  }
  if (word == "TLSv1.2") {
    return TlsVersions::only_1_2;
  }
  if (!word.empty() && word.back() != '+') {
    warnings.push_back("ssl_version=" + word + ": not spoken here, but TLS 1.2 and 1.3");
  }
  return TlsVersions::from_1_2;
}

std::filesystem::path file_of(
    const std::filesystem::path& own, const Directives& directives, const std::string& key)
{
  return own.empty() ? std::filesystem::path{value_of(directives, key)} : own;
}

Expected<void> choose_certificate(
    const NrpeListenerSettings& settings, const Directives& directives, TlsOptions& tls)
{
  tls.certificate = file_of(settings.certificate, directives, "ssl_cert_file");
  tls.key = file_of(settings.key, directives, "ssl_privatekey_file");
  if (tls.certificate.empty() != tls.key.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "ssl_cert_file and ssl_privatekey_file of nrpe.cfg: expected both or neither");
  }
  return {};
}

Expected<void> choose_clients(
    const NrpeListenerSettings& settings, const Directives& directives, TlsOptions& tls)
{
  const auto number = number_of(directives, "ssl_client_certs").value_or(0);
  if (!settings.client_certificates && (number < 0 || number > 2)) {
    return wrong("ssl_client_certs", directives, "0, 1 or 2");
  }
  tls.client_certificates = settings.client_certificates.value_or(static_cast<ClientCertificates>(number));
  tls.client_ca = file_of(settings.client_ca, directives, "ssl_cacert_file");
  if (tls.client_certificates != ClientCertificates::not_asked_for && tls.client_ca.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "certificates of clients need who signs them: client_ca, or ssl_cacert_file of nrpe.cfg");
  }
  return {};
}

Expected<void> choose_adh(
    const NrpeListenerSettings& settings,
    const Directives& directives,
    TlsOptions& tls,
    std::vector<std::string>& warnings)
{
  const auto number = number_of(directives, "ssl_use_adh").value_or(0);
  if (!settings.adh && (number < 0 || number > 2)) {
    return wrong("ssl_use_adh", directives, "0, 1 or 2");
  }
  tls.adh = settings.adh.value_or(number > 0);
  if (tls.adh && tls.client_certificates == ClientCertificates::required) {
    warnings.emplace_back("no anonymous Diffie-Hellman (adh) where clients have to show a certificate");
    tls.adh = false;
  }
  return {};
}

Expected<TlsOptions> plan_tls(
    const NrpeListenerSettings& settings, const Directives& directives, std::vector<std::string>& warnings)
{
  TlsOptions tls;
  auto chosen = choose_certificate(settings, directives, tls);
  if (chosen) {
    chosen = choose_clients(settings, directives, tls);
  }
  if (chosen) {
    chosen = choose_adh(settings, directives, tls, warnings);
  }
  if (!chosen) {
    return tl::unexpected{chosen.error()};
  }
  tls.versions = versions_of(value_of(directives, "ssl_version"), warnings);
  tls.ciphers = value_of(directives, "ssl_cipher_list");
  return tls;
}

std::chrono::milliseconds patience_of(const Directives& directives)
{
  const auto seconds = number_of(directives, "connection_timeout").value_or(0);
  return seconds < 1 ? longest_patience : std::min(std::chrono::seconds{seconds}, longest_patience);
}

}  // namespace

std::optional<NrpeListenerSettings> read_nrpe_listener(
    SettingsReader& reader, const std::filesystem::path& folder)
{
  const auto* node = reader.find("nrpe_listener");
  if (node == nullptr) {
    return std::nullopt;
  }
  if (node->kind != runtime::YamlNode::Kind::scalar) {
    return read_map(reader.read_map("nrpe_listener"), folder);
  }
  bool on = false;
  reader.read_flag("nrpe_listener", on);
  return on ? std::optional{NrpeListenerSettings{}} : std::nullopt;
}

bool is_listener_directive(std::string_view key)
{
  return std::find(directives_of_ours.begin(), directives_of_ours.end(), key) != directives_of_ours.end();
}

Expected<ListenerPlan> plan_listener(
    const NrpeListenerSettings& settings, const Directives& directives, const std::string& node)
{
  ListenerPlan plan;
  const auto port = choose_port(settings, directives);
  if (!port) {
    return tl::unexpected{port.error()};
  }
  plan.options.port = *port;
  plan.options.addresses = settings.addresses;
  if (const auto address = value_of(directives, "server_address");
      plan.options.addresses.empty() && !address.empty()) {
    plan.options.addresses.push_back(address);
  }
  if (const auto chosen = choose_hosts(settings, directives, plan); !chosen) {
    return tl::unexpected{chosen.error()};
  }
  if (!settings.plain) {
    auto tls = plan_tls(settings, directives, plan.warnings);
    if (!tls) {
      return tl::unexpected{tls.error()};
    }
    tls->common_name = node.substr(0, longest_common_name);
    plan.options.tls = std::move(*tls);
  }
  plan.options.limits.question = patience_of(directives);
  return plan;
}

}  // namespace muster::checkagent
