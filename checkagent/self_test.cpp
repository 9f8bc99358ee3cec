// SPDX-License-Identifier: Apache-2.0
#include "checkagent/self_test.hpp"

#include <cstdio>
#include <string>
#include <sys/timex.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "checkagent/announcement.hpp"
#include "checkagent/command_line.hpp"
#include "checkagent/nrpe_config_files.hpp"
#include "checkagent/run_as.hpp"
#include "checkagent/trusted_callers.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/topics.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

constexpr int exit_configuration = 78;
constexpr std::size_t largest_pem = std::size_t{1024} * 1024;
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds goodbye_patience{200};

// One line for each thing tried; remembers whether anything failed.
class Findings {
public:
  void good(const std::string& what) { std::printf("  ok    %s\n", what.c_str()); }

  void note(const std::string& what) { std::printf("  note  %s\n", what.c_str()); }

  void bad(const std::string& what, const std::string& fix)
  {
    failed_ = true;
    std::printf("  FAIL  %s\n        fix: %s\n", what.c_str(), fix.c_str());
  }

  [[nodiscard]] int exit_status() const { return failed_ ? exit_configuration : 0; }

private:
  bool failed_ = false;
};

void try_one_plugin(const CommandDefinition& command, Findings& findings)
{
  const auto words = words_to_execute(command.line);
  if (words.empty() || words.front() == "/bin/sh") {
    findings.note("check " + command.name + " goes through the shell: its program is not looked for");
  } else if (::access(words.front().c_str(), X_OK) != 0) {
    findings.bad(
        "check " + command.name + ": " + words.front() + " cannot be executed",
        "install it, or correct " + command.file + ":" + std::to_string(command.line_number));
  }
}

void try_checks(const Settings& settings, Findings& findings)
{
  NrpeConfigFiles files{settings.nrpe_config};
  const auto reading = files.reload();
  for (const auto& sentence : reading.health) {
    findings.bad(sentence, "correct that line; the lines before it count");
  }
  if (const auto account = account_of_plugins(reading.table, ::geteuid()); account) {
    findings.good("plugins run as " + account->name);
  } else {
    findings.bad(account.error().message, "correct nrpe.cfg, or run checkagent as root or as that user");
  }
  findings.good(
      std::to_string(reading.table.commands.size()) + " checks in " + settings.nrpe_config.string());
  for (const auto& [name, command] : reading.table.commands) {
    try_one_plugin(command, findings);
  }
}

void try_callers(const Settings& settings, Findings& findings)
{
  TrustedCallers callers{settings.trusted_callers};
  for (const auto& sentence : callers.health()) {
    findings.bad(sentence, "a .pub file is what `mco key generate` printed, unchanged");
  }
  const std::string folder = settings.trusted_callers.string();
  if (callers.keys().callers() == 0) {
    findings.bad(
        "nobody is trusted: every request will be refused", "copy NAME.pub of an operator into " + folder);
  } else {
    findings.good(std::to_string(callers.keys().callers()) + " trusted callers in " + folder);
  }
}

void try_clock(Findings& findings)
{
  timex clock{};
  if (::adjtimex(&clock) == TIME_ERROR) {
    findings.note("the kernel does not know whether its clock is right: run chrony or systemd-timesyncd");
  } else {
    findings.good("the clock is synchronized");
  }
}

void try_files(const Settings& settings, Findings& findings)
{
  for (const auto& file :
       {settings.connection.ca, settings.connection.certificate, settings.connection.key}) {
    const auto text = file.empty() ? Expected<std::string>{} : runtime::read_text_file(file, largest_pem);
    if (!text) {
      findings.bad(text.error().message, "`mco node add " + settings.identity + "` makes these files");
    }
  }
}

// Connects as the node would, under a client id of its own so that a running checkagent is left alone.
class BrokerTrial final : public mqtt::MqttListener {
public:
  BrokerTrial(const Settings& settings, const std::string& broker, Findings& findings)
      : settings_{settings}, topics_{settings.topic_dots_as_underscores}, findings_{findings}
  {
    mqtt::ConnectionOptions options;
    options.brokers = {broker};
    options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
    options.client_id = settings.identity + "-selftest";
    client_ = mqtt::make_paho_client(loop_.get_executor(), std::move(options));
  }

  void run()
  {
    client_->start(*this);
    loop_.run_for(patience);
    if (!over_) {
      findings_.bad(
          "the broker did not deliver this node's own message",
          "compare the broker's ACL with docs/protocol.md");
    }
    client_->close(goodbye_patience);
  }

  void on_connected(const std::string& broker) override
  {
    findings_.good("connected to " + broker);
    client_->subscribe(
        {{topics_.request_to_node(settings_.identity)}, {topics_.presence(settings_.identity)}});
    for (const auto& collective : settings_.collectives) {
      client_->subscribe({{topics_.request_to_collective(collective)}});
    }
    Announcement announcement{settings_.identity, "selftest", settings_.collectives, {}};
    mqtt::Message message;
    message.topic = topics_.presence(settings_.identity);
    message.payload = protocol::encode(announcement.presence(protocol::NodeState::stopped));
    client_->publish(std::move(message));
  }

  void on_disconnected(const Error& why) override
  {
    findings_.bad(
        why.message, "is the broker up, its address right, and the certificate of this CA and name?");
    end();
  }

  void on_refused(const std::string& topic, const Error& why) override
  {
    findings_.bad(why.message, "the broker's ACL must allow " + topic + " for this node's certificate name");
    end();
  }

  void on_message(mqtt::Message message) override
  {
    if (!over_ && !message.retained && message.topic == topics_.presence(settings_.identity)) {
      findings_.good("may publish and subscribe what a node needs");
      end();
    }
  }

private:
  void end()
  {
    over_ = true;
    loop_.stop();
  }

  const Settings& settings_;
  protocol::Topics topics_;
  Findings& findings_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<mqtt::MqttClient> client_;
  bool over_ = false;
};

void try_brokers(const Settings& settings, Findings& findings)
{
  for (const auto& broker : settings.connection.brokers) {
    // Not destroyed: Paho's destructor waits for its threads, and the program ends soon.
    auto* trial = new BrokerTrial{settings, broker, findings};  // NOLINT(cppcoreguidelines-owning-memory)
    trial->run();
  }
}

}  // namespace

int check_configuration(const Settings& settings)
{
  Findings findings;
  std::printf("checkagent %s, node %s\n", MUSTER_VERSION, settings.identity.c_str());
  try_files(settings, findings);
  try_checks(settings, findings);
  try_callers(settings, findings);
  return findings.exit_status();
}

int self_test(const Settings& settings)
{
  Findings findings;
  std::printf("checkagent %s, node %s\n", MUSTER_VERSION, settings.identity.c_str());
  try_files(settings, findings);
  try_checks(settings, findings);
  try_callers(settings, findings);
  try_clock(findings);
  try_brokers(settings, findings);
  return findings.exit_status();
}

}  // namespace muster::checkagent
