// SPDX-License-Identifier: Apache-2.0
#include "checkagent/self_test.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "checkagent/broker_trial.hpp"
#include "checkagent/findings.hpp"
#include "checkagent/listener_trial.hpp"
#include "checkagent/local_trials.hpp"
#include "checkagent/nrpe_config_files.hpp"

namespace muster::checkagent {

namespace {

constexpr std::chrono::milliseconds patience{10'000};  // with each broker

void print_title(const std::string& of)
{
  std::printf("checkagent %s, %s\n", MUSTER_VERSION, of.c_str());
}

Finding with_context(const std::string& context, Finding finding)
{
  finding.what = context + finding.what;
  return finding;
}

void try_one_broker(
    const Settings& settings, const std::string& broker, const Finding& tls_files, Findings& findings)
{
  const auto outcome = try_broker(settings, broker, patience);
  if (!outcome.connected) {
    const Error silent{ErrorCode::timed_out, broker + ": no answer from the broker"};
    findings.tell("TLS", judge_no_connection(outcome.fell.value_or(silent)));
    findings.tell("ACL", warning("not tried, as there is no connection to " + broker, "first what TLS says"));
    return;
  }
  findings.tell("TLS", with_context("connected to " + broker + "; ", tls_files));
  const protocol::Topics topics{settings.topic_dots_as_underscores};
  for (const auto& finding : judge_rights(outcome, topics, settings.identity)) {
    findings.tell("ACL", finding);
  }
}

void try_brokers(const Settings& settings, Findings& findings)
{
  const auto tls_files = judge_tls_files(settings, std::chrono::system_clock::now());
  if (tls_files.grade == Finding::Grade::failure) {
    findings.tell("TLS", tls_files);
    findings.tell("ACL", warning("not tried, as there is no connection", "first what TLS says"));
    return;
  }
  for (const auto& broker : settings.connection.brokers) {
    try_one_broker(settings, broker, tls_files, findings);
  }
}

}  // namespace

int check_configuration(const std::filesystem::path& file, const Settings& settings)
{
  Findings findings;
  print_title("node " + settings.identity);
  const auto checks = NrpeConfigFiles{settings.nrpe_config}.reload();
  try_configuration(file, settings, checks, findings);
  findings.tell("TLS", judge_tls_files(settings, std::chrono::system_clock::now()));
  try_callers(settings, findings);
  try_policies(settings, findings);
  try_listener(settings, checks.table, findings);
  try_plugins(checks.table, findings);
  return findings.exit_status();
}

int self_test(const std::filesystem::path& file)
{
  Findings findings;
  const auto settings = read_settings(file);
  if (!settings) {
    print_title(file.string());
    for (const auto& error : settings.error()) {
      findings.tell("configuration", bad(error.message, "correct that; nothing else was tried"));
    }
    return findings.exit_status();
  }
  print_title("node " + settings->identity);
  const auto checks = NrpeConfigFiles{settings->nrpe_config}.reload();
  try_configuration(file, *settings, checks, findings);
  try_clock(findings);
  try_callers(*settings, findings);
  try_policies(*settings, findings);
  try_listener(*settings, checks.table, findings);
  try_plugins(checks.table, findings);
  try_brokers(*settings, findings);  // last: it starts threads, and what is before forks
  return findings.exit_status();
}

}  // namespace muster::checkagent
