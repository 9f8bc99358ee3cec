// SPDX-License-Identifier: Apache-2.0
#include "checkagent/check_command.hpp"

#include <algorithm>
#include <string_view>
#include <unistd.h>

#include "checkagent/macro_expansion.hpp"

namespace muster::checkagent {
namespace {

// Plugins may ask for it; this is the version whose rules we keep.
constexpr const char* nrpe_version = "4.1.0";

// Linux refuses a single argument of 128 KiB, and sh -c gets the line as one.
constexpr std::size_t max_command_line_bytes = std::size_t{64} * 1024;

// What check_nrpe asks when it is given no command: who is there.
constexpr const char* version_check = "_NRPE_CHECK";

void set(Environment& environment, const std::string& name, std::string value)
{
  const auto same = [&name](const auto& variable) { return variable.first == name; };
  const auto known = std::find_if(environment.begin(), environment.end(), same);
  if (known == environment.end()) {
    environment.emplace_back(name, std::move(value));
  } else {
    known->second = std::move(value);
  }
}

void set_unless_kept(Environment& environment, const std::string& name, std::string value)
{
  const auto same = [&name](const auto& variable) { return variable.first == name; };
  if (std::none_of(environment.begin(), environment.end(), same)) {
    environment.emplace_back(name, std::move(value));
  }
}

Expected<std::string> line_of(const CommandTable& table, const std::string& check)
{
  const auto found = table.commands.find(check);
  if (found != table.commands.end()) {
    const auto& prefix = table.settings.command_prefix;
    return prefix.empty() ? found->second.line : prefix + " " + found->second.line;
  }
  if (check == version_check) {
    return "/bin/echo Muster checkagent " MUSTER_VERSION;
  }
  return failure(ErrorCode::not_found, "command[" + check + "] is not defined in this node's nrpe.cfg");
}

}  // namespace

Environment plugin_environment(
    const NrpeSettings& settings, const PluginAccount& account, const Environment& inherited)
{
  Environment environment;
  for (const auto& variable : inherited) {
    const auto is_named = [&variable](const std::string& start) { return variable.first.starts_with(start); };
    if (std::any_of(settings.keep_env_vars.begin(), settings.keep_env_vars.end(), is_named)) {
      environment.push_back(variable);
    }
  }
  set(environment, "PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
  set(environment, "IFS", " \t\n");
  set(environment, "PWD", "/");
  set(environment, "NRPE_MULTILINESUPPORT", "1");
  set(environment, "NRPE_PROGRAMVERSION", nrpe_version);
  set_unless_kept(environment, "HOME", account.home);
  set_unless_kept(environment, "USER", account.name);
  set_unless_kept(environment, "LOGNAME", account.name);
  set_unless_kept(environment, "SHELL", account.shell);
  return environment;
}

namespace {

Environment environment_now()
{
  Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable{*entry};
    const auto equals = variable.find('=');
    if (equals != std::string_view::npos && equals > 0) {
      environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace

const Environment& environment_at_start()
{
  static const Environment environment = environment_now();
  return environment;
}

Expected<PluginCommand> make_plugin_command(
    const CommandTable& table,
    const PluginAccount& account,
    const std::string& check,
    const std::vector<std::string>& arguments)
{
  if (const auto admitted = admit_request(table.settings, check, arguments); !admitted) {
    return tl::make_unexpected(admitted.error());
  }
  const auto line = line_of(table, check);
  if (!line) {
    return tl::make_unexpected(line.error());
  }
  PluginCommand command;
  command.command_line = expand_macros(*line, arguments);
  if (command.command_line.size() > max_command_line_bytes) {
    return failure(ErrorCode::invalid_input, "the command line with its arguments is longer than 64 KiB");
  }
  command.timeout = table.settings.command_timeout;
  command.run_as = account.run_as;
  command.environment = plugin_environment(table.settings, account, environment_at_start());
  return command;
}

}  // namespace muster::checkagent
