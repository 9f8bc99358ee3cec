// SPDX-License-Identifier: Apache-2.0
#include "checkagent/settings.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace muster::checkagent {

namespace {

constexpr const char* smallest = R"(
brokers: [mqtts://mon1.example.net]
tls: {ca: ca.pem, certificate: node.pem, key: node.key}
)";

ExpectedOrErrors<Settings> parse(const std::string& text, const std::string& host_name = "web1.example.net")
{
  return parse_settings("/etc/muster/checkagent.yaml", text, host_name, 8);
}

std::string errors_of(const std::string& text, const std::string& host_name = "web1.example.net")
{
  const auto settings = parse(text, host_name);
  std::string result;
  if (!settings) {
    for (const auto& error : settings.error()) {
      result += error.message + "\n";
    }
  }
  return result;
}

}  // namespace

TEST(Settings, NeedOnlyBrokersAndTheirTlsFiles)
{
  const auto settings = parse(smallest);
  ASSERT_TRUE(settings) << errors_of(smallest);
  EXPECT_EQ(settings->identity, "web1.example.net");
  EXPECT_EQ(settings->collectives, (std::vector<std::string>{"main"}));
  EXPECT_EQ(settings->connection.brokers, (std::vector<std::string>{"mqtts://mon1.example.net:8883"}));
  EXPECT_EQ(settings->connection.key, "/etc/muster/node.key");
  EXPECT_EQ(settings->nrpe_config, "/etc/nagios/nrpe.cfg");
  EXPECT_EQ(settings->trusted_callers, "/etc/muster/callers.d");
  EXPECT_EQ(settings->policies, "/etc/muster/policies.d");
  EXPECT_EQ(settings->audit_log, "/var/log/muster/audit.jsonl");
  EXPECT_EQ(settings->audit, node::AuditMode::all);
  EXPECT_FALSE(settings->audit_required);
  EXPECT_EQ(settings->state_dir, "/var/lib/muster/checkagent");
  EXPECT_EQ(settings->facter.asked, FacterChoice::Asked::if_there);
  EXPECT_EQ(settings->limits.concurrent_checks, 16U);
  EXPECT_EQ(settings->limits.queue, 64U);
  EXPECT_EQ(settings->limits.output_bytes, 65'536U);
  EXPECT_FALSE(settings->limits.check_timeout);
  EXPECT_EQ(settings->limits.recorder_results, 10'000U);
  EXPECT_EQ(settings->limits.recorder_bytes, 16U * 1024 * 1024);
  EXPECT_EQ(settings->log_level, LogLevel::info);
  EXPECT_FALSE(settings->topic_dots_as_underscores);
}

TEST(Settings, KnowThreeKindsOfAudit)
{
  EXPECT_EQ(parse(std::string{smallest} + "audit: off\n")->audit, node::AuditMode::off);
  EXPECT_EQ(
      errors_of(std::string{smallest} + "audit: some\n"),
      "/etc/muster/checkagent.yaml:4:8: audit: expected all, changes or off\n");
  EXPECT_NE(
      errors_of(std::string{smallest} + "audit: off\naudit_required: true\n").find("because audit is off"),
      std::string::npos);
}

TEST(Settings, TakeEveryKeyFromTheFile)
{
  const auto text = std::string{smallest} + R"(
identity: db1
collectives: [main, uk]
trusted_callers: callers
policies: policies.d
audit_log: audit.jsonl
audit: changes
audit_required: true
nrpe_config: /usr/local/nagios/etc/nrpe.cfg
facts_dir: /f
facts_file: /etc/mcollective/facts.yaml
classes_file: /c
facter: /opt/puppetlabs/bin/facter
announce: [kernel, os.family]
state_dir: /s
limits:
  concurrent_checks: 3
  queue: 5
  output_bytes: 8K
  check_timeout: 2m
  recorder_results: 100
  recorder_bytes: 1M
log_level: debug
topic_dots_as_underscores: true
)";
  const auto settings = parse(text);
  ASSERT_TRUE(settings) << errors_of(text);
  EXPECT_EQ(settings->identity, "db1");
  EXPECT_EQ(settings->collectives, (std::vector<std::string>{"main", "uk"}));
  EXPECT_EQ(settings->trusted_callers, "/etc/muster/callers");
  EXPECT_EQ(settings->policies, "/etc/muster/policies.d");
  EXPECT_EQ(settings->audit_log, "/etc/muster/audit.jsonl");
  EXPECT_EQ(settings->audit, node::AuditMode::changes);
  EXPECT_TRUE(settings->audit_required);
  EXPECT_EQ(settings->nrpe_config, "/usr/local/nagios/etc/nrpe.cfg");
  EXPECT_EQ(settings->facts_dir, "/f");
  EXPECT_EQ(settings->facts_file, "/etc/mcollective/facts.yaml");
  EXPECT_EQ(settings->classes_file, "/c");
  EXPECT_EQ(settings->facter.program, "/opt/puppetlabs/bin/facter");
  EXPECT_EQ(settings->announce, (std::vector<std::string>{"kernel", "os.family"}));
  EXPECT_EQ(settings->state_dir, "/s");
  EXPECT_EQ(settings->limits.concurrent_checks, 3U);
  EXPECT_EQ(settings->limits.queue, 5U);
  EXPECT_EQ(settings->limits.output_bytes, 8192U);
  EXPECT_EQ(settings->limits.check_timeout, std::chrono::minutes{2});
  EXPECT_EQ(settings->limits.recorder_results, 100U);
  EXPECT_EQ(settings->limits.recorder_bytes, 1024U * 1024);
  EXPECT_EQ(settings->log_level, LogLevel::debug);
  EXPECT_TRUE(settings->topic_dots_as_underscores);
}

TEST(Settings, TellEveryErrorAtOnceWithItsPlace)
{
  EXPECT_EQ(
      errors_of(R"(identity: Web1
broker: [mqtts://mon1]
collectives: [main, a/b, main]
limits: {queue: 0, concurent_checks: 3}
log_level: loud
brokers: [mqtt://mon1]
)"),
      "/etc/muster/checkagent.yaml:1:11: identity: expected a lower-case host name of [a-z0-9.-], at most "
      "253 "
      "characters\n"
      "/etc/muster/checkagent.yaml:2:1: unknown key 'broker'; did you mean 'brokers'?\n"
      "/etc/muster/checkagent.yaml:3:21: collectives: expected a name of [A-Za-z0-9._-], at most 64 "
      "characters\n"
      "/etc/muster/checkagent.yaml:3:26: collectives: expected each collective once\n"
      "/etc/muster/checkagent.yaml:4:17: queue: expected a whole number from 1 to 10000\n"
      "/etc/muster/checkagent.yaml:4:20: unknown key 'concurent_checks'; did you mean 'concurrent_checks'?\n"
      "/etc/muster/checkagent.yaml:5:12: log_level: expected debug, info, warning or error\n"
      "/etc/muster/checkagent.yaml:6:11: brokers: plain mqtt:// is allowed to this machine alone (127.0.0.1, "
      "[::1], "
      "localhost): use mqtts://\n");
}

TEST(Settings, AskForAnIdentityWhenTheHostNameCannotBeOne)
{
  EXPECT_NE(errors_of(smallest, "web_1").find("identity: expected a name"), std::string::npos);
  EXPECT_EQ(errors_of(std::string{smallest} + "identity: web-1\n", "web_1"), "");
}

TEST(Settings, TakeFacterAsAFlagOrAPath)
{
  using Asked = FacterChoice::Asked;
  EXPECT_EQ(parse(std::string{smallest} + "facter: true\n")->facter.asked, Asked::always);
  EXPECT_EQ(parse(std::string{smallest} + "facter: false\n")->facter.asked, Asked::never);
  EXPECT_EQ(parse(std::string{smallest} + "facter: bin/facter\n")->facter.asked, Asked::always);
  EXPECT_EQ(parse(std::string{smallest} + "facter: bin/facter\n")->facter.program, "/etc/muster/bin/facter");
  EXPECT_NE(errors_of(std::string{smallest} + "facter: maybe\n"), "");
  EXPECT_NE(errors_of(std::string{smallest} + "facter: [x]\n"), "");
}

TEST(Settings, SayWhatIsMissingInAnEmptyFile)
{
  EXPECT_EQ(errors_of("").substr(0, 46), "/etc/muster/checkagent.yaml: brokers: missing;");
}

TEST(Settings, AreNotReadFromABrokenFile)
{
  EXPECT_EQ(errors_of("brokers: [").substr(0, 28), "/etc/muster/checkagent.yaml:");
}

TEST(Settings, NameTheFileThatIsMissing)
{
  const auto settings = read_settings("/nonexistent/checkagent.yaml");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().front().code, ErrorCode::not_found);
  EXPECT_NE(settings.error().front().message.find("/nonexistent/checkagent.yaml"), std::string::npos);
}

}  // namespace muster::checkagent
