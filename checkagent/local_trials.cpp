// SPDX-License-Identifier: Apache-2.0
#include "checkagent/local_trials.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <sys/timex.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "checkagent/command_line.hpp"
#include "checkagent/plugin_access.hpp"
#include "checkagent/run_as.hpp"
#include "libmuster/node/trusted_callers.hpp"
#include "libmuster/runtime/certificate_file.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t largest_pem = std::size_t{1} << 20U;

std::string counted(std::size_t number, const std::string& what)
{
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string date_of(std::chrono::sys_seconds time)
{
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string new_certificate(const Settings& settings)
{
  return "make a new one with `mco node add " + settings.identity + "`, or with your own authority";
}

Finding judge_certificate(
    const runtime::Certificate& certificate,
    const Settings& settings,
    std::chrono::system_clock::time_point now)
{
  const auto& file = settings.connection.certificate;
  if (certificate.valid_until <= now) {
    return bad(file + " has ended on " + date_of(certificate.valid_until), new_certificate(settings));
  }
  if (certificate.valid_from > now) {
    return bad(file + " is valid only from " + date_of(certificate.valid_from), "set this machine's clock");
  }
  const auto until =
      "certificate of " + certificate.common_name + " valid until " + date_of(certificate.valid_until);
  if (certificate.common_name != settings.identity) {
    return warning(
        until + ", but the identity is " + settings.identity,
        "the broker takes the certificate's name for ours: make the two the same");
  }
  if (certificate.valid_until < now + certificate_ends_soon) {
    return warning(until, new_certificate(settings));
  }
  return good(until);
}

// The program that the account itself starts, and why it cannot; empty if it can or nobody knows.
struct Trial {
  std::string program;
  std::string trouble;
};

Trial try_program(const std::string& line, const std::optional<RunAs>& run_as)
{
  const auto program = program_of(line);
  return {program, program.empty() ? std::string{} : why_not_executable(program, run_as)};
}

bool try_prefix(const NrpeSettings& settings, const PluginAccount& account, Findings& findings)
{
  const auto [program, trouble] = try_program(settings.command_prefix, account.run_as);
  if (!trouble.empty()) {
    findings.tell(
        "plugins",
        bad("command_prefix: " + account.name + " cannot execute " + program + ": " + trouble,
            "install it, or correct command_prefix"));
  }
  return trouble.empty();
}

struct Tally {
  std::size_t fine = 0;
  std::size_t unknown = 0;  // their first word is something for a shell
  std::size_t missing = 0;
};

Finding missing_plugin(const CommandDefinition& command, const std::string& who, const Trial& trial)
{
  std::string what{"check "};
  what.append(command.name).append(": ").append(who).append(" cannot execute ").append(trial.program);
  what.append(": ").append(trial.trouble);
  return bad(
      std::move(what), "install it, or correct " + command.file + ":" + std::to_string(command.line_number));
}

// A prefix such as sudo may change the account, so then the program has to be there for us at least.
Tally try_every_check(const CommandTable& table, const PluginAccount& account, Findings& findings)
{
  const bool prefixed = !table.settings.command_prefix.empty();
  const auto run_as = prefixed ? std::optional<RunAs>{} : account.run_as;
  const std::string who = prefixed ? "this account" : account.name;
  Tally tally;
  for (const auto& [name, command] : table.commands) {
    const auto trial = try_program(command.line, run_as);
    if (trial.program.empty()) {
      ++tally.unknown;
    } else if (trial.trouble.empty()) {
      ++tally.fine;
    } else {
      ++tally.missing;
      findings.tell("plugins", missing_plugin(command, who, trial));
    }
  }
  return tally;
}

}  // namespace

void try_configuration(
    const std::filesystem::path& file,
    const Settings& settings,
    const NrpeConfigFiles::Reading& checks,
    Findings& findings)
{
  for (const auto& sentence : checks.health) {
    findings.tell("configuration", bad(sentence, "correct that line; the lines before it count"));
  }
  const auto number = checks.table.commands.size();
  const auto read = file.string() + "; " + counted(number, "check") + " in " + settings.nrpe_config.string();
  if (!checks.health.empty()) {
    return;
  }
  findings.tell(
      "configuration",
      number != 0 ? good(read) : warning(read, "write command[NAME]=… lines, or set nrpe_config"));
}

Finding judge_tls_files(const Settings& settings, std::chrono::system_clock::time_point now)
{
  const auto& files = settings.connection;
  if (files.certificate.empty()) {
    return good("no TLS, which brokers on this machine alone may do");
  }
  for (const auto& file : {files.ca, files.key}) {
    if (const auto text = runtime::read_text_file(file, largest_pem); !text) {
      const bool denied = text.error().code == ErrorCode::denied;
      return bad(
          text.error().message,
          denied ? "let the account that runs checkagent read it"
                 : "`mco node add " + settings.identity + "` makes it");
    }
  }
  const auto certificate = runtime::read_certificate(files.certificate);
  return certificate ? judge_certificate(*certificate, settings, now)
                     : bad(certificate.error().message, new_certificate(settings));
}

void try_callers(const Settings& settings, Findings& findings)
{
  node::TrustedCallers callers{settings.trusted_callers};
  const auto number = callers.keys().callers();
  const auto folder = settings.trusted_callers.string();
  // The first sentence says that there are none, which is told below.
  for (std::size_t i = number == 0 ? 1 : 0; i < callers.health().size(); ++i) {
    findings.tell(
        "keys", bad(callers.health()[i], "a .pub file is what `mco key generate` printed, unchanged"));
  }
  if (number == 0) {
    findings.tell(
        "keys",
        bad("nobody is trusted: every request will be refused",
            "copy NAME.pub of an operator into " + folder));
  } else if (callers.health().empty()) {
    findings.tell("keys", good(counted(number, "trusted caller") + " in " + folder));
  }
}

Finding judge_clock(int state)
{
  if (state == TIME_ERROR) {
    return warning(
        "the kernel does not know whether its clock is right; requests are refused by clocks 30 s apart",
        "`timedatectl set-ntp true`, or install chrony");
  }
  return good("synchronized, says the kernel");
}

void try_clock(Findings& findings)
{
  timex clock{};
  findings.tell("clock", judge_clock(::adjtimex(&clock)));
}

void try_plugins(const CommandTable& table, Findings& findings)
{
  const auto account = account_of_plugins(table, ::geteuid());
  if (!account) {
    findings.tell(
        "plugins",
        bad(account.error().message, "run checkagent as root or as that user, or change nrpe_user"));
    return;
  }
  const bool prefix_is_fine = try_prefix(table.settings, *account, findings);
  const auto tally = try_every_check(table, *account, findings);
  if (prefix_is_fine && tally.missing == 0) {
    const auto more = counted(tally.unknown, "command line") + " for the shell to find";
    findings.tell(
        "plugins",
        good(
            account->name + " can execute the programs of " + counted(tally.fine, "check") +
            (tally.unknown == 0 ? "" : "; " + more)));
  }
}

}  // namespace muster::checkagent
