// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/nrpe_server/listener.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::checkagent {

// `nrpe_listener` of checkagent.yaml. What is left out there, nrpe.cfg says.
struct NrpeListenerSettings {
  std::vector<std::string> addresses;
  std::optional<std::uint16_t> port;
  std::string allowed_hosts;  // in the grammar of nrpe.cfg
  bool arguments = false;     // let in, where dont_blame_nrpe does so too
  bool plain = false;         // in the clear, as nrpe -n
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path client_ca;
  std::optional<nrpe_server::ClientCertificates> client_certificates;
  std::optional<bool> adh;
};

// `nrpe_listener: true`, or a map of the above; absent or false: none.
std::optional<NrpeListenerSettings> read_nrpe_listener(
    runtime::SettingsReader& reader, const std::filesystem::path& folder);

// The directives of nrpe.cfg that are about its port; others are of no use to a listener.
bool is_listener_directive(std::string_view key);

struct ListenerPlan {
  nrpe_server::ListenerOptions options;
  std::vector<std::string> warnings;  // what of nrpe.cfg does not count, and why
};

// What both files say together; checkagent.yaml comes first. `node` is for a certificate that is made. Fails
// with `invalid_input` if nobody is let in, or where nrpe itself would not start. Pure.
Expected<ListenerPlan> plan_listener(
    const NrpeListenerSettings& settings,
    const std::map<std::string, std::string>& directives,
    const std::string& node);

}  // namespace muster::checkagent
