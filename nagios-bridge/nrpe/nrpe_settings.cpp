// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_settings.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/node_name.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using nrpe_server::ClientCertificates;
using nrpe_server::TlsOptions;
using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t most_listeners = 1024;  // one for each node, where nodes are chosen by address or port
constexpr std::size_t most_addresses = 16;    // each is a socket
// Connections at once: of a port, a crowd of a monitoring; of all ports, a fraction of the descriptors that
// the unit gives to the bridge.
constexpr std::size_t most_inside = 512;
constexpr std::size_t least_inside = 16;
constexpr std::size_t most_inside_of_all = 16'384;
constexpr std::size_t longest_common_name = 64;  // of a certificate (RFC 5280)

void read_client_certificates(SettingsReader& reader, ClientCertificates& target)
{
  std::string word = "none";
  reader.read_word("client_certificates", word);
  if (word == "asked") {
    target = ClientCertificates::asked_for;
  } else if (word == "required") {
    target = ClientCertificates::required;
  } else if (word != "none") {
    reader.refuse("client_certificates", "expected none, asked or required");
  }
}

void check_tls(SettingsReader& reader, const TlsOptions& tls)
{
  const bool certificates = tls.client_certificates != ClientCertificates::not_asked_for;
  if (tls.certificate.empty() != tls.key.empty()) {
    reader.refuse("certificate", "expected certificate and key, or neither of them");
  }
  if (certificates && tls.client_ca.empty()) {
    reader.refuse("client_certificates", "expected client_ca with it: who signs certificates of clients");
  }
  if (tls.adh && tls.client_certificates == ClientCertificates::required) {
    reader.refuse("adh", "expected no adh where clients have to show a certificate");
  }
}

TlsOptions read_tls(SettingsReader reader, const std::filesystem::path& folder, const std::string& identity)
{
  TlsOptions tls;
  reader.read_path("certificate", folder, tls.certificate);
  reader.read_path("key", folder, tls.key);
  reader.read_path("client_ca", folder, tls.client_ca);
  read_client_certificates(reader, tls.client_certificates);
  reader.read_flag("adh", tls.adh);
  check_tls(reader, tls);
  reader.refuse_unknown_keys();
  tls.common_name = identity.substr(identity.find('@') + 1).substr(0, longest_common_name);
  return tls;
}

void read_allowed_hosts(SettingsReader& reader, nrpe::AllowedHosts& target)
{
  std::vector<std::string> items;
  const bool read = reader.read_words("allowed_hosts", nrpe::AllowedHosts::most_items, items);
  if (items.empty() && (read || reader.find("allowed_hosts") == nullptr)) {
    reader.refuse("allowed_hosts", "expected who is let in: addresses, networks and host names of monitors");
    return;
  }
  std::string list;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto hosts = nrpe::AllowedHosts::parse(items[i]);
    if (hosts.empty() || !hosts.unreadable().empty()) {
      reader.refuse_item(
          "allowed_hosts", i, "expected an address, a network such as 10.1.0.0/16 or a host name");
    }
    list += (list.empty() ? "" : ",") + items[i];
  }
  target = nrpe::AllowedHosts::parse(list);
}

void read_transport(
    SettingsReader& reader,
    const std::filesystem::path& folder,
    const std::string& identity,
    NrpeDoorSettings& door)
{
  bool plain = false;
  reader.read_flag("plain", plain);
  if (plain && reader.find("tls") != nullptr) {
    reader.refuse("tls", "expected no tls where plain is true: then everything goes in the clear");
  }
  auto tls = read_tls(reader.read_map("tls"), folder, identity);
  if (!plain) {
    door.options.tls = std::move(tls);
  }
}

// The kernel would say so of the second one, when it is too late.
bool is_at_one_place(const NrpeDoorSettings& one, const NrpeDoorSettings& other)
{
  const auto& mine = one.options.addresses;
  const auto& theirs = other.options.addresses;
  const auto is_theirs = [&theirs](const std::string& address) {
    return std::find(theirs.begin(), theirs.end(), address) != theirs.end();
  };
  return one.options.port == other.options.port &&
         (mine.empty() || theirs.empty() || std::any_of(mine.begin(), mine.end(), is_theirs));
}

NrpeDoorSettings read_door(
    SettingsReader reader, const std::filesystem::path& folder, const std::string& identity)
{
  NrpeDoorSettings door;
  reader.read_words("address", most_addresses, door.options.addresses);
  std::uint64_t port = door.options.port;
  reader.read_number("port", {1, 65'535}, port);
  door.options.port = static_cast<std::uint16_t>(port);
  if (reader.read_word("node", door.rules.node) && !is_node_name(door.rules.node)) {
    reader.refuse("node", "expected the name of a node, in lower case; without it questions name theirs");
  }
  read_allowed_hosts(reader, door.options.allowed_hosts);
  reader.read_flag("arguments", door.rules.arguments);
  reader.read_duration("timeout", {2s, 10min}, door.timeout);
  read_transport(reader, folder, identity, door);
  reader.refuse_unknown_keys();
  return door;
}

}  // namespace

std::vector<NrpeDoorSettings> read_nrpe_listeners(
    SettingsReader& reader,
    runtime::Complaints& complaints,
    const std::filesystem::path& folder,
    const std::string& identity)
{
  std::vector<NrpeDoorSettings> doors;
  const auto* list = reader.find("nrpe_listeners");
  if (list == nullptr) {
    return doors;
  }
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > most_listeners) {
    reader.refuse("nrpe_listeners", "expected a list of at most 1024 ports, each with its allowed_hosts");
    return doors;
  }
  for (const auto& item : list->items) {
    if (item.kind != YamlNode::Kind::map) {
      complaints.add(item, "expected a port: {port: 5666, allowed_hosts: [127.0.0.1]}");
      continue;
    }
    auto door = read_door(SettingsReader{complaints, item}, folder, identity);
    const auto same = [&door](const NrpeDoorSettings& other) { return is_at_one_place(door, other); };
    if (std::any_of(doors.begin(), doors.end(), same)) {
      complaints.add(
          item, "expected another address or port than those of an entry above: " + place_of(door));
    }
    doors.push_back(std::move(door));
  }
  for (auto& door : doors) {
    door.options.connections = std::clamp(most_inside_of_all / doors.size(), least_inside, most_inside);
  }
  return doors;
}

}  // namespace muster::bridge
