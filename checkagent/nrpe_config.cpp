// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_config.hpp"

#include <algorithm>
#include <utility>

#include "checkagent/nrpe_config_file.hpp"

namespace muster::checkagent {
namespace {

constexpr std::size_t max_depth = 16;    // of includes and folders; people use two
constexpr std::size_t max_files = 1024;  // files and folders: a file that includes two that include two …
constexpr std::size_t max_commands = 10'000;  // a hundred times what a big node has
constexpr std::size_t max_warnings = 100;     // enough to see what is wrong with a file that is no nrpe.cfg

using DirectoryEntry = NrpeConfigSource::DirectoryEntry;

bool is_config_file_name(std::string_view name)
{
  return name.size() > std::string_view{".cfg"}.size() && name.ends_with(".cfg");
}

// Walks the files and collects what their statements say.
class ConfigReader {
public:
  explicit ConfigReader(NrpeConfigSource& source) : source_{source} {}

  void read_main(const std::string& path) { read_file(path, {path, 0}); }

  CommandTable take() { return std::move(table_); }

private:
  // The line that names a file or folder; faults of naming are told there.
  struct Place {
    std::string file;
    std::size_t line_number = 0;
  };

  void read_file(const std::string& path, const Place& named_at);
  void read_directory(const std::string& path, const Place& named_at);
  void read_entry(const std::string& directory, const DirectoryEntry& entry, const Place& named_at);
  bool may_open(const std::string& path, const Place& named_at);
  void apply(const ConfigStatement& statement, const std::string& file);
  void define(const ConfigStatement& statement, const std::string& file);
  void warn(const Place& place, std::string message);
  void fault(const Place& place, std::string message);

  NrpeConfigSource& source_;
  CommandTable table_;
  std::vector<std::string> open_;  // from the main file to the one being read
  std::size_t opened_ = 0;
};

void ConfigReader::warn(const Place& place, std::string message)
{
  if (table_.warnings.size() < max_warnings) {
    table_.warnings.push_back({place.file, place.line_number, std::move(message)});
  }
}

void ConfigReader::fault(const Place& place, std::string message)
{
  table_.faults.push_back({place.file, place.line_number, std::move(message)});
}

bool ConfigReader::may_open(const std::string& path, const Place& named_at)
{
  if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
    fault(named_at, path + " includes itself, expected files that do not go round in a circle");
    return false;
  }
  if (open_.size() >= max_depth) {
    fault(named_at, path + " is included more than " + std::to_string(max_depth) + " levels deep");
    return false;
  }
  if (opened_ >= max_files) {
    if (opened_++ == max_files) {  // told once, not for each of the rest
      fault(named_at, "more than " + std::to_string(max_files) + " files and folders, the rest is left out");
    }
    return false;
  }
  ++opened_;
  return true;
}

void ConfigReader::read_file(const std::string& path, const Place& named_at)
{
  if (!may_open(path, named_at)) {
    return;
  }
  const auto text = source_.read_file(path);
  if (!text) {
    fault(named_at, "cannot read \"" + path + "\": " + text.error().message);
    return;
  }
  open_.push_back(path);
  auto parsed = parse_config_file(path, *text);
  for (const auto& statement : parsed.statements) {
    apply(statement, path);
  }
  if (parsed.fault) {
    table_.faults.push_back(std::move(*parsed.fault));
  }
  open_.pop_back();
}

void ConfigReader::read_directory(const std::string& path, const Place& named_at)
{
  if (!may_open(path, named_at)) {
    return;
  }
  auto entries = source_.list_directory(path);
  if (!entries) {
    fault(named_at, "cannot list \"" + path + "\": " + entries.error().message);
    return;
  }
  std::sort(entries->begin(), entries->end(), [](const auto& left, const auto& right) {
    return left.name < right.name;
  });
  open_.push_back(path);
  for (const auto& entry : *entries) {
    read_entry(path, entry, named_at);
  }
  open_.pop_back();
}

// Of nrpe: a hidden file counts, a hidden folder does not, and a folder called x.cfg is nothing at all.
void ConfigReader::read_entry(
    const std::string& directory, const DirectoryEntry& entry, const Place& named_at)
{
  const auto path = directory + "/" + entry.name;
  if (is_config_file_name(entry.name)) {
    if (entry.kind == DirectoryEntry::Kind::file) {
      read_file(path, named_at);
    }
  } else if (entry.kind == DirectoryEntry::Kind::directory && !entry.name.starts_with('.')) {
    read_directory(path, named_at);
  }
}

void ConfigReader::apply(const ConfigStatement& statement, const std::string& file)
{
  const Place here{file, statement.line_number};
  if (statement.longer_than_nrpe_reads) {
    warn(here, "nrpe would cut this line at 2046 bytes");
  }
  switch (statement.kind) {
  case StatementKind::include_file:
    return read_file(statement.value, here);
  case StatementKind::include_directory:
    return read_directory(
        statement.value.ends_with('/') ? statement.value.substr(0, statement.value.size() - 1)
                                       : statement.value,
        here);
  case StatementKind::command:
    return define(statement, file);
  case StatementKind::setting:
    return apply_setting(statement, table_.settings);
  case StatementKind::unused: {
    auto& unused = table_.settings.unused_directives;
    if (std::find(unused.begin(), unused.end(), statement.key) == unused.end()) {
      unused.push_back(statement.key);
    }
    table_.settings.listener[statement.key] = statement.value;
    return;
  }
  case StatementKind::unknown:
    return warn(here, unknown_directive_message(statement.key));
  }
}

void ConfigReader::define(const ConfigStatement& statement, const std::string& file)
{
  const Place here{file, statement.line_number};
  const auto known = table_.commands.find(statement.command_name);
  if (known != table_.commands.end()) {
    warn(
        here,
        "command[" + statement.command_name + "] replaces the one of " + known->second.file + ":" +
            std::to_string(known->second.line_number));
  } else if (table_.commands.size() >= max_commands) {
    return warn(here, "more than " + std::to_string(max_commands) + " commands, this one is left out");
  }
  table_.commands[statement.command_name] = {
      statement.command_name, statement.value, file, statement.line_number};
}

}  // namespace

std::string to_string(const ConfigFault& fault)
{
  const auto line = fault.line_number == 0 ? std::string{} : ":" + std::to_string(fault.line_number);
  return fault.file + line + ": " + fault.message;
}

CommandTable read_nrpe_config(const std::string& main_file, NrpeConfigSource& source)
{
  ConfigReader reader{source};
  reader.read_main(main_file);
  return reader.take();
}

std::optional<ConfigFault> first_fault(const std::string& file, std::string_view text)
{
  return parse_config_file(file, text).fault;
}

}  // namespace muster::checkagent
