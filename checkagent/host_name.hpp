// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster::checkagent {

// This machine's name in lower case, in Facter's two parts. The resolver is never asked: a name must not
// depend on whether the network is there, nor wait for it.
struct HostName {
  std::string host;    // "web1"
  std::string domain;  // "example.net", may be empty

  [[nodiscard]] std::string full() const { return domain.empty() ? host : host + "." + domain; }
};

// From what the kernel says; without a dot there, the domain is that of the host's line in /etc/hosts, else
// the `domain` or first `search` word of /etc/resolv.conf.
HostName host_name_from(std::string_view kernel_name, std::string_view hosts, std::string_view resolv_conf);

HostName read_host_name();

}  // namespace muster::checkagent
