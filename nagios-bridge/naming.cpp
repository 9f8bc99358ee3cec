// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/naming.hpp"

#include <memory>
#include <utility>

namespace muster::bridge {

Monitor monitor_behind(std::string_view kind)
{
  if (kind.starts_with("nagios")) {
    return Monitor::nagios;
  }
  if (kind.starts_with("icinga")) {
    return Monitor::icinga;
  }
  if (kind == "nsca") {
    return Monitor::nsca;
  }
  return kind == "nrdp" ? Monitor::nrdp : Monitor::file;
}

Naming naming_by(Monitor monitor, MappingRules rules)
{
  const auto mapping = std::make_shared<const Mapping>(monitor, std::move(rules));
  return {
      [mapping](const QueuedItem& item) { return mapping->map(item); },
      [mapping](const PassiveResult& result) { return mapping->refusal(result); }};
}

}  // namespace muster::bridge
