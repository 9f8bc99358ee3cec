// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checkagent/settings.hpp"

namespace muster::checkagent {

// Where the key of the TLS connection lies is not for everybody; the callers' keys are public.
std::map<std::string, std::string> told_settings(const Settings& settings)
{
  const auto& limits = settings.limits;
  return {
      {"identity", settings.identity},
      {"collectives", fmt::format("{}", fmt::join(settings.collectives, ","))},
      {"brokers", fmt::format("{}", fmt::join(settings.connection.brokers, ","))},
      {"tls.ca", settings.connection.ca},
      {"tls.certificate", settings.connection.certificate},
      {"trusted_callers", settings.trusted_callers.string()},
      {"policies", settings.policies.string()},
      {"agents_dir", settings.agents_dir.string()},
      {"agents_config_dir", settings.agents_config_dir.string()},
      {"audit_log", settings.audit_log.string()},
      {"audit_required", settings.audit_required ? "true" : "false"},
      {"nrpe_config", settings.nrpe_config.string()},
      {"nrpe_listener", settings.nrpe_listener ? "true" : "false"},
      {"facts_dir", settings.facts_dir.string()},
      {"facts_file", settings.facts_file.string()},
      {"classes_file", settings.classes_file.string()},
      {"announce", fmt::format("{}", fmt::join(settings.announce, ","))},
      {"privileged_socket", settings.privileged_socket.string()},
      {"state_dir", settings.state_dir.string()},
      {"limits.concurrent_checks", std::to_string(limits.concurrent_checks)},
      {"limits.queue", std::to_string(limits.queue)},
      {"limits.output_bytes", std::to_string(limits.output_bytes)},
      {"limits.recorder_results", std::to_string(limits.recorder_results)},
      {"limits.recorder_bytes", std::to_string(limits.recorder_bytes)},
      {"topic_dots_as_underscores", settings.topic_dots_as_underscores ? "true" : "false"}};
}

}  // namespace muster::checkagent
