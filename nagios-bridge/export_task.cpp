// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export_task.hpp"

#include <algorithm>

#include "nagios-bridge/naming.hpp"

namespace muster::bridge {

ExportSettings export_settings(const Settings& settings, Monitor monitor)
{
  ExportSettings result;
  result.client.connection = settings.connection;
  result.client.caller = settings.identity;
  result.client.key = settings.key;
  result.client.topic_dots_as_underscores = settings.topic_dots_as_underscores;
  const auto sink =
      std::find_if(settings.sinks.begin(), settings.sinks.end(), [monitor](const SinkSettings& candidate) {
        return monitor_behind(candidate.kind) == monitor;
      });
  result.mapping = sink == settings.sinks.end() ? settings.mapping : sink->mapping;
  result.rules = settings.export_rules;
  if (!settings.own_check.host.empty()) {
    const auto every = std::chrono::ceil<std::chrono::seconds>(settings.own_check.every);
    result.rules.own = OwnService{settings.own_check.host, settings.own_check.service, freshness_of(every)};
  }
  return result;
}

}  // namespace muster::bridge
