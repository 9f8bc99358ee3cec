// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_config_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "checkagent/text.hpp"

namespace muster::checkagent {
namespace {

constexpr std::size_t nrpe_line_bytes = 2046;
constexpr int max_timeout_seconds = 24 * 60 * 60;  // longer than any check, short enough for every clock type

constexpr std::array<std::string_view, 22> unused_keys{
    "address_family",      "allow_weak_random_seed",
    "allowed_hosts",       "connection_timeout",
    "disable_syslog",      "listen_queue_size",
    "log_facility",        "log_file",
    "max_commands",        "pid_file",
    "server_address",      "server_port",
    "ssl_cacert_file",     "ssl_cert_file",
    "ssl_cipher_list",     "ssl_client_certs",
    "ssl_enabled",         "ssl_logging",
    "ssl_privatekey_file", "ssl_shutdown_timeout",
    "ssl_use_adh",         "ssl_version",
};

// As C's atoi: blanks, a sign, digits, and whatever follows is not looked at; 0 if there is no number.
int leading_number(std::string_view text)
{
  text = without_leading_blanks(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  int number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc::result_out_of_range ? max_timeout_seconds : number;
}

bool is_one(std::string_view value)
{
  return leading_number(value) == 1;
}

std::vector<std::string> split_at_commas(std::string_view text)
{
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto part = without_blanks_around(text.substr(0, comma));
    if (!part.empty()) {  // to nrpe an empty name keeps everything; nobody can mean that
      parts.emplace_back(part);
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

using ApplySetting = void (*)(NrpeSettings&, const std::string&);

const std::map<std::string_view, ApplySetting>& settings_by_key()
{
  static const std::map<std::string_view, ApplySetting> table{
      {"dont_blame_nrpe",
       [](NrpeSettings& s, const std::string& value) { s.dont_blame_nrpe = is_one(value); }},
      {"allow_bash_command_substitution",
       [](NrpeSettings& s, const std::string& value) { s.allow_bash_command_substitution = is_one(value); }},
      {"command_prefix", [](NrpeSettings& s, const std::string& value) { s.command_prefix = value; }},
      {"command_timeout",
       [](NrpeSettings& s, const std::string& value) {
         s.command_timeout = std::chrono::seconds{std::min(leading_number(value), max_timeout_seconds)};
       }},
      {"nasty_metachars",
       [](NrpeSettings& s, const std::string& value) { s.nasty_metachars = unescape_metachars(value); }},
      {"keep_env_vars",
       [](NrpeSettings& s, const std::string& value) { s.keep_env_vars = split_at_commas(value); }},
      {"nrpe_user", [](NrpeSettings& s, const std::string& value) { s.nrpe_user = value; }},
      {"nrpe_group", [](NrpeSettings& s, const std::string& value) { s.nrpe_group = value; }},
  };
  return table;
}

// In the order in which nrpe asks, because it asks for substrings: "xcommand[a]" defines a command.
StatementKind kind_of(std::string_view key)
{
  if (key == "include_dir") {
    return StatementKind::include_directory;
  }
  if (key == "include" || key == "include_file") {
    return StatementKind::include_file;
  }
  if (key.find("command[") != std::string_view::npos) {
    return StatementKind::command;
  }
  if (settings_by_key().contains(key)) {
    return StatementKind::setting;
  }
  if (std::find(unused_keys.begin(), unused_keys.end(), key) != unused_keys.end() ||
      key.find("debug") != std::string_view::npos) {
    return StatementKind::unused;
  }
  return StatementKind::unknown;
}

// What stands in the first brackets; empty if nothing does. A missing "]" is forgiven, as in nrpe.
std::string_view name_in_brackets(std::string_view key)
{
  const auto bracket = key.find('[', std::min(key.find_first_not_of('['), key.size()));
  key.remove_prefix(std::min(bracket, key.size() - 1) + 1);
  key.remove_prefix(std::min(key.find_first_not_of(']'), key.size()));
  return key.substr(0, key.find(']'));
}

// Fails with what was expected.
Expected<ConfigStatement> parse_line(std::string_view line)
{
  if (line.size() > max_config_line_bytes) {
    return failure(
        ErrorCode::invalid_input,
        "line of " + std::to_string(line.size()) + " bytes, expected at most 32 KiB");
  }
  if (line.find('\0') != std::string_view::npos) {
    return failure(ErrorCode::invalid_input, "a NUL byte, expected text");
  }
  const auto name_start = std::min(line.find_first_not_of('='), line.size());
  const auto equals = line.find('=', name_start);
  if (name_start == line.size() || equals == std::string_view::npos || equals + 1 == line.size()) {
    return failure(ErrorCode::invalid_input, "no value, expected \"name=value\" or a comment");
  }
  ConfigStatement statement;
  statement.key = line.substr(name_start, equals - name_start);
  statement.value = line.substr(equals + 1);
  statement.longer_than_nrpe_reads = line.size() > nrpe_line_bytes;
  statement.kind = kind_of(statement.key);
  if (statement.kind == StatementKind::command) {
    statement.command_name = name_in_brackets(statement.key);
    if (statement.command_name.empty()) {
      return failure(ErrorCode::invalid_input, "a command without a name, expected \"command[name]=line\"");
    }
  }
  if (statement.key == "command_timeout" && leading_number(statement.value) < 1) {
    return failure(
        ErrorCode::invalid_input,
        "command_timeout is \"" + statement.value + "\", expected a number of seconds from 1");
  }
  return statement;
}

}  // namespace

ParsedConfigFile parse_config_file(const std::string& file, std::string_view text)
{
  ParsedConfigFile parsed;
  if (text.size() > max_config_file_bytes) {
    parsed.fault = ConfigFault{file, 0, "larger than 1 MiB, expected an nrpe.cfg"};
    return parsed;
  }
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = without_blanks_around(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    auto statement = parse_line(line);
    if (!statement) {
      parsed.fault = ConfigFault{file, line_number, std::move(statement.error().message)};
      return parsed;
    }
    statement->line_number = line_number;
    parsed.statements.push_back(std::move(*statement));
  }
  return parsed;
}

void apply_setting(const ConfigStatement& statement, NrpeSettings& settings)
{
  const auto found = settings_by_key().find(statement.key);
  if (found != settings_by_key().end()) {
    found->second(settings, statement.value);
  }
}

std::string unknown_directive_message(std::string_view key)
{
  auto quoted = "unknown directive \"" + std::string{key} + "\"";
  const auto trimmed = without_blanks_around(key);
  if (trimmed != key && kind_of(trimmed) != StatementKind::unknown) {
    return quoted + ", expected \"" + std::string{trimmed} + "=\" without a blank before the equals sign";
  }
  return quoted;
}

std::string unescape_metachars(std::string_view text)
{
  static const std::map<char, char> meanings{
      {'a', '\a'},
      {'b', '\b'},
      {'f', '\f'},
      {'n', '\n'},
      {'r', '\r'},
      {'t', '\t'},
      {'v', '\v'},
  };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
      continue;
    }
    const auto meaning = meanings.find(text[++i]);
    bytes += meaning == meanings.end() ? text[i] : meaning->second;
  }
  return bytes;
}

}  // namespace muster::checkagent
