// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/worker_settings.hpp"

#include <utility>

#include "nagios-bridge/worker/worker_codec.hpp"

namespace muster::bridge {

namespace {

using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t most_workers = 20;          // as many as sinks
constexpr std::size_t longest_socket_path = 107;  // sun_path of sockaddr_un, with its NUL

NagiosWorkerSettings read_worker(SettingsReader entry, const std::filesystem::path& folder)
{
  NagiosWorkerSettings worker;
  entry.read_path("query_socket", folder, worker.query_socket);
  if (worker.query_socket.string().size() > longest_socket_path) {
    entry.refuse("query_socket", "expected at most 107 bytes: longer paths are no sockets");
  }
  entry.read_word("plugin", worker.plugin);
  if (!is_worker_word(worker.plugin)) {
    entry.refuse("plugin", "expected the name of a plugin, of [A-Za-z0-9_./@-]");
  }
  entry.read_number("max_jobs", {1, 10'000}, worker.max_jobs);
  entry.refuse_unknown_keys();
  return worker;
}

}  // namespace

std::vector<NagiosWorkerSettings> read_nagios_workers(
    SettingsReader& reader, runtime::Complaints& complaints, const std::filesystem::path& folder)
{
  std::vector<NagiosWorkerSettings> workers;
  const auto* list = reader.find("nagios_workers");
  if (list == nullptr) {
    return workers;
  }
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > most_workers) {
    reader.refuse("nagios_workers", "expected a list of at most 20: [{query_socket: …}]");
    return workers;
  }
  for (const auto& item : list->items) {
    if (item.kind != YamlNode::Kind::map) {
      complaints.add(item, "expected {query_socket: …}");
      continue;
    }
    workers.push_back(read_worker(SettingsReader{complaints, item}, folder));
  }
  return workers;
}

}  // namespace muster::bridge
