// SPDX-License-Identifier: Apache-2.0
// An nrpe.cfg with what it includes, the requests that its commands meet, and the listener that it describes.
// The input is one or more files, each ended by the byte 0x1e: /0 is the main file, /1, /2, … can be
// included, and the folder /d has them all as N.cfg.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkagent/command_line.hpp"
#include "checkagent/macro_expansion.hpp"
#include "checkagent/nrpe_config.hpp"
#include "checkagent/nrpe_listener_settings.hpp"
#include "checkagent/nrpe_question.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::checkagent;  // NOLINT(google-build-using-namespace)

constexpr char file_end = '\x1e';
constexpr std::size_t max_fuzzed_files = 8;

class FuzzedSource : public NrpeConfigSource {
public:
  explicit FuzzedSource(std::string_view text)
  {
    while (files_.size() < max_fuzzed_files) {
      const auto end = std::min(text.find(file_end), text.size());
      files_.emplace_back(text.substr(0, end));
      if (end == text.size()) {
        return;
      }
      text.remove_prefix(end + 1);
    }
  }

  muster::Expected<std::string> read_file(const std::string& path) override
  {
    ++reads;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto name = std::to_string(i);
      if (path == "/" + name || path == "/d/" + name + ".cfg") {
        return files_[i];
      }
    }
    return muster::failure(muster::ErrorCode::io_failure, "no such file");
  }

  muster::Expected<std::vector<DirectoryEntry>> list_directory(const std::string& path) override
  {
    ++reads;
    std::vector<DirectoryEntry> entries{{"..", DirectoryEntry::Kind::directory}};
    if (path != "/d") {
      return muster::failure(muster::ErrorCode::io_failure, "no such folder");
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
      entries.push_back({std::to_string(i) + ".cfg", DirectoryEntry::Kind::file});
    }
    return entries;
  }

  std::size_t reads = 0;

private:
  std::vector<std::string> files_;
};

void words_are_what_a_shell_would_make(const std::string& line)
{
  const auto words = words_to_execute(line);
  require(!words.empty());
  if (words.front() == "/bin/sh" && words.size() == 3 && words[1] == "-c" && words[2] == line) {
    return;
  }
  require(words.front().starts_with('/'));
  require(line.find_first_of("|&;<>()$`\\\"'*?[]#~!{}\t\r\n") == std::string::npos);
  for (const auto& word : words) {
    require(!word.empty() && word.find(' ') == std::string::npos && line.find(word) != std::string::npos);
  }
}

void command_is_sound(const std::string& name, const CommandDefinition& command, const std::string& argument)
{
  require(!name.empty() && name == command.name && name.find(']') == std::string::npos);
  require(
      !command.line.empty() && command.line.find_first_of(std::string_view{"\n\0", 2}) == std::string::npos);
  require(command.line_number > 0 && command.file.starts_with('/'));
  const auto bare = expand_macros(command.line, {});
  require(bare.size() <= command.line.size() + 1);
  const auto expanded = expand_macros(command.line, {argument});
  require(expanded.size() <= bare.size() + command.line.size() * argument.size());
  words_are_what_a_shell_would_make(bare);
  words_are_what_a_shell_would_make(expanded);
}

void settings_are_sound(const NrpeSettings& settings, std::string_view text)
{
  require(settings.command_timeout >= std::chrono::seconds{1});
  require(settings.command_timeout <= std::chrono::hours{24});
  for (const auto& start : settings.keep_env_vars) {
    require(!start.empty());
  }
  const auto arguments = split_arguments(text);
  require(arguments.size() <= max_arguments);
  const auto admitted = admit_request(settings, "check", arguments).has_value();
  for (const auto& argument : arguments) {
    require(!argument.empty() && argument.find('!') == std::string::npos);
    if (admitted) {
      require(settings.dont_blame_nrpe && argument.find('\0') == std::string::npos);
      require(argument.find_first_of(settings.nasty_metachars) == std::string::npos);
      require(settings.allow_bash_command_substitution || argument.find("$(") == std::string::npos);
    }
  }
}

// What a listener makes of the same file, and of a question of whoever it lets in.
void listener_is_sound(const NrpeSettings& settings, std::string_view text)
{
  if (const auto plan = plan_listener({}, settings.listener, "web1")) {
    require(plan->options.port >= 1024 && !plan->options.allowed_hosts.empty());
    require(plan->options.tls && plan->options.limits.question.count() > 0);
  }
  const auto question = read_nrpe_question(text.substr(0, text.find('\0')), settings, true);
  if (question) {
    require(!question->check.empty() && question->check.find('!') == std::string::npos);
    require(question->check.find_first_of(settings.nasty_metachars) == std::string::npos);
    require(question->arguments.empty() || settings.dont_blame_nrpe);
  }
}

// What comes before the first fault has none.
void fault_is_the_first(std::string_view text)
{
  const auto fault = first_fault("/0", text);
  if (!fault || fault->line_number == 0) {
    return;
  }
  std::size_t start = 0;
  for (std::size_t line = 1; line < fault->line_number; ++line) {
    start = text.find('\n', start) + 1;
    require(start != 0);
  }
  require(!first_fault("/0", text.substr(0, start)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const std::string text(bytes, bytes + size);
  FuzzedSource source{text};
  const auto table = read_nrpe_config("/0", source);
  constexpr std::size_t most_reads = 1024;
  require(source.reads > 0 && source.reads <= most_reads);
  constexpr std::size_t argument_bytes = 32;
  const auto argument = text.substr(0, argument_bytes);
  for (const auto& [name, command] : table.commands) {
    command_is_sound(name, command, argument);
  }
  for (const auto& fault : table.faults) {
    require(!fault.message.empty() && to_string(fault).starts_with(fault.file));
  }
  settings_are_sound(table.settings, text);
  listener_is_sound(table.settings, text);
  fault_is_the_first(text.substr(0, text.find(file_end)));
  return 0;
}
