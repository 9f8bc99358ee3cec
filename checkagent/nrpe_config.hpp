// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::checkagent {

// The grammar of nrpe.cfg as nrpe 4.1 reads it, over files that somebody else fetches. Where nrpe only
// damages (lines cut at 2046 bytes, a path cut at 255), we do not.

// One `command[NAME]=LINE`.
struct CommandDefinition {
  std::string name;
  std::string line;  // as written, before command_prefix and macros
  std::string file;
  std::size_t line_number = 0;
};

// Something in a file that is not as it should be. Line 0 means the file as a whole.
struct ConfigFault {
  std::string file;
  std::size_t line_number = 0;
  std::string message;  // what was found, and what was expected
};

// "/etc/nagios/nrpe.cfg:12: …"
std::string to_string(const ConfigFault& fault);

struct NrpeSettings {
  bool dont_blame_nrpe = false;  // arguments from the wire are let in
  bool allow_bash_command_substitution = false;
  std::string command_prefix;
  std::chrono::seconds command_timeout{60};
  std::string nasty_metachars{"|`&><'\\[]{};\r\n"};
  std::vector<std::string> keep_env_vars;  // each keeps every variable that starts with it
  std::string nrpe_user;                   // empty: as checkagent itself
  std::string nrpe_group;
  // Directives of nrpe that mean nothing here (its port, its TLS, its log), each once: worth one log line.
  std::vector<std::string> unused_directives;
  // Of these, what they say: for a listener in place of nrpe's. The last of a name counts.
  std::map<std::string, std::string> listener;
};

// What all files together say.
struct CommandTable {
  std::map<std::string, CommandDefinition> commands;  // by name; the last definition of a name counts
  NrpeSettings settings;
  std::vector<ConfigFault> faults;    // the rest of that file, or the file named, does not count
  std::vector<ConfigFault> warnings;  // read over
};

// Where the text of a configuration comes from.
class NrpeConfigSource {
public:
  struct DirectoryEntry {
    std::string name;
    enum class Kind { file, directory, other } kind = Kind::other;  // of what a symbolic link points to
  };

  NrpeConfigSource() = default;
  NrpeConfigSource(const NrpeConfigSource&) = delete;
  NrpeConfigSource& operator=(const NrpeConfigSource&) = delete;
  virtual ~NrpeConfigSource() = default;

  virtual Expected<std::string> read_file(const std::string& path) = 0;
  // In any order, with or without "." and "..".
  virtual Expected<std::vector<DirectoryEntry>> list_directory(const std::string& path) = 0;
};

// Never fails: a fault ends the reading of its file, the lines before it count, and the other files count.
CommandTable read_nrpe_config(const std::string& main_file, NrpeConfigSource& source);

// The first line of one file's text at which nrpe would stop reading it. `file` is for the message.
std::optional<ConfigFault> first_fault(const std::string& file, std::string_view text);

}  // namespace muster::checkagent
