// SPDX-License-Identifier: Apache-2.0
#include "cli/broker_files.hpp"

#include <string>

namespace muster::cli {

std::string mosquitto_conf(const BrokerSettings& settings)
{
  const auto folder = settings.folder.string();
  const auto listener =
      std::to_string(settings.port) + (settings.listen_address.empty() ? "" : " " + settings.listen_address);
  return "# The broker of Muster, for mosquitto 2: link or copy this file into /etc/mosquitto/conf.d.\n"
         "per_listener_settings false\n"
         "listener " +
         listener +
         "\n"
         "\n"
         "# Nobody without a certificate; its name is the user name that the rights in the acl file are "
         "about.\n"
         "allow_anonymous false\n"
         "cafile " +
         folder +
         "/ca.pem\n"
         "certfile " +
         folder +
         "/server.pem\n"
         "keyfile " +
         folder +
         "/server.key\n"
         "require_certificate true\n"
         "use_identity_as_username true\n"
         "acl_file " +
         folder +
         "/acl\n"
         "\n"
         "# By default mosquitto drops messages silently when more than 1,000 wait for one client, and one "
         "request\n"
         "# to a large fleet is answered by more. An inflight limit of 0 would break bridges.\n"
         "max_queued_messages 0\n"
         "max_queued_bytes 0\n"
         "max_inflight_messages 1000\n"
         "set_tcp_nodelay true\n"
         "max_packet_size 1048576\n"
         "\n"
         "# Who is there is retained, so it has to outlive a restart of the broker.\n"
         "persistence true\n"
         "autosave_interval 300\n"
         "persistent_client_expiration 7d\n"
         "# Each connection is an open file: for more than 1,000 nodes set LimitNOFILE=65536 in the unit.\n";
}

std::string acl_for_members()
{
  return "# What a member publishes ends in its own name (%u, from its certificate), so none can speak as "
         "another.\n"
         "pattern read muster/1/request/+\n"
         "pattern read muster/1/node/%u\n"
         "pattern readwrite muster/1/presence/%u\n"
         "pattern write muster/1/result/%u\n"
         "pattern write muster/1/reply/+/+/%u\n"
         "pattern read muster/1/reply/%u/+/+\n";
}

std::string acl_for_caller(std::string_view caller, CallerRights rights)
{
  return "\nuser " + std::string{caller} +
         "\n"
         "topic write muster/1/request/+\n"
         "topic write muster/1/node/+\n" +
         (rights.forget ? "topic readwrite muster/1/presence/+\n" : "topic read muster/1/presence/+\n") +
         (rights.results ? "topic read muster/1/result/+\n" : "");
}

bool acl_names(std::string_view acl, std::string_view caller)
{
  const auto line = "user " + std::string{caller};
  std::size_t start = 0;
  while (start < acl.size()) {
    const auto end = acl.find('\n', start);
    const auto length = end == std::string_view::npos ? acl.size() - start : end - start;
    if (acl.substr(start, length) == line) {
      return true;
    }
    start += length + 1;
  }
  return false;
}

}  // namespace muster::cli
