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
  return result;
}

}  // namespace muster::bridge
