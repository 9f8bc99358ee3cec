// SPDX-License-Identifier: Apache-2.0
#include "checkagent/listener_trial.hpp"

#include <string>

namespace muster::checkagent {

namespace {

constexpr const char* subject = "listener";
constexpr const char* where = "correct that in nrpe_listener of checkagent.yaml, or in nrpe.cfg";

std::string told(const nrpe_server::ListenerOptions& options)
{
  const auto port = "check_nrpe is answered on port " + std::to_string(options.port);
  if (!options.tls) {
    return port + ", in the clear";
  }
  const auto& certificate = options.tls->certificate;
  return port + (certificate.empty() ? ", with a certificate that nobody has signed"
                                     : ", with the certificate " + certificate.string());
}

}  // namespace

void try_listener(const Settings& settings, const CommandTable& table, Findings& findings)
{
  if (!settings.nrpe_listener) {
    return;
  }
  const auto plan = plan_listener(*settings.nrpe_listener, table.settings.listener, settings.identity);
  if (!plan) {
    return findings.tell(subject, bad(plan.error().message, where));
  }
  for (const auto& problem : plan->warnings) {
    findings.tell(subject, warning(problem, where));
  }
  const auto& tls = plan->options.tls;
  const auto sound = tls ? nrpe_server::Tls::make(*tls).map([](const auto&) {}) : Expected<void>{};
  findings.tell(subject, sound ? good(told(plan->options)) : bad(sound.error().message, where));
}

}  // namespace muster::checkagent
