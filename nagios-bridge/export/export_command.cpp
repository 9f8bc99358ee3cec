// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/export_command.hpp"

#include <cstdio>
#include <utility>

#include "nagios-bridge/export/ask_fleet.hpp"
#include "nagios-bridge/export/export_folder.hpp"
#include "nagios-bridge/export/text_diff.hpp"

namespace muster::bridge {

namespace {

constexpr int exit_differs = 1;
constexpr int exit_input = 64;
constexpr int exit_broker = 69;
constexpr int exit_files = 74;  // EX_IOERR
constexpr int exit_denied = 77;

std::string ending_for(Monitor monitor)
{
  return monitor == Monitor::icinga ? ".conf" : ".cfg";
}

void say(const std::string& text)
{
  std::fprintf(stderr, "nagios-bridge: %s\n", text.c_str());
}

int failed_asking(const Error& error)
{
  say(error.message);
  switch (error.code) {
  case ErrorCode::denied:
    return exit_denied;
  case ErrorCode::invalid_input:
    return exit_input;
  default:
    return exit_broker;
  }
}

int failed_files(const Error& error)
{
  say(error.message);
  return exit_files;
}

Intervals intervals_in(const ExportFiles& files)
{
  for (const auto& [path, text] : files) {
    if (auto intervals = read_written_intervals(text)) {
      return std::move(*intervals);
    }
  }
  return {};
}

std::size_t services_of(const Definitions& definitions)
{
  std::size_t count = 0;
  for (const auto& host : definitions.hosts) {
    count += host.services.size();
  }
  return count;
}

int print_all(const ExportPlan& plan)
{
  for (const auto& [path, text] : plan.wanted) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return 0;
}

int print_diff(const std::filesystem::path& folder, const std::vector<FileChange>& changes)
{
  for (const auto& change : changes) {
    const auto text = text_diff((folder / change.path).string(), change.before, change.after);
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return changes.empty() ? 0 : exit_differs;
}

int write_all(const ExportFolder& folder, const ExportPlan& plan, const std::vector<FileChange>& changes)
{
  if (const auto done = folder.apply(changes); !done) {
    return failed_files(done.error());
  }
  std::printf(
      "%zu hosts, %zu services; %zu files, %zu of them changed or removed\n",
      plan.hosts,
      plan.services,
      plan.wanted.size(),
      changes.size());
  return 0;
}

}  // namespace

Expected<ExportCommand> parse_export_command(const std::vector<std::string_view>& words)
{
  ExportCommand command;
  bool named = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "--diff") {
      command.diff = true;
    } else if (words[at] == "-o" && at + 1 < words.size()) {
      command.folder = std::filesystem::path{words[++at]};
    } else if (!named && (words[at] == "nagios" || words[at] == "icinga2")) {
      command.monitor = words[at] == "nagios" ? Monitor::nagios : Monitor::icinga;
      named = true;
    } else {
      return failure(
          ErrorCode::invalid_input, "export: unknown or incomplete word " + std::string{words[at]});
    }
  }
  if (!named) {
    return failure(ErrorCode::invalid_input, "export: expected nagios or icinga2");
  }
  if (command.diff && !command.folder) {
    return failure(ErrorCode::invalid_input, "export: --diff compares with a folder: add -o DIR");
  }
  return command;
}

ExportPlan plan_export(
    const ExportCommand& command,
    const MappingRules& mapping,
    const ExportRules& rules,
    const FleetAnswers& answers,
    const std::optional<Intervals>& intervals,
    ExportFiles present)
{
  const Mapping names{command.monitor, mapping};
  const auto definitions = define(
      with_written(answers, nodes_in(present)), names, rules, intervals ? *intervals : intervals_in(present));
  ExportPlan plan;
  plan.wanted = command.monitor == Monitor::icinga ? icinga_files(definitions, rules)
                                                   : nagios_files(definitions, rules);
  plan.present = std::move(present);
  plan.notes = answers.notes;
  plan.notes.insert(plan.notes.end(), definitions.faults.begin(), definitions.faults.end());
  plan.hosts = definitions.hosts.size();
  plan.services = services_of(definitions);
  return plan;
}

int run_export(const ExportCommand& command, const ExportSettings& settings)
{
  const auto fleet = ask_fleet(settings.client);
  if (!fleet) {
    return failed_asking(fleet.error());
  }
  const ExportFolder folder{command.folder.value_or("")};
  auto present = command.folder ? folder.read(ending_for(command.monitor)) : Expected<ExportFiles>{};
  if (!present) {
    return failed_files(present.error());
  }
  const auto plan = plan_export(
      command,
      settings.mapping,
      settings.rules,
      answers_in(fleet->report, settings.rules),
      fleet->intervals,
      std::move(*present));
  for (const auto& note : plan.notes) {
    say(note);
  }
  if (!command.folder) {
    return print_all(plan);
  }
  const auto changes = changes_between(plan.present, plan.wanted);
  return command.diff ? print_diff(*command.folder, changes) : write_all(folder, plan, changes);
}

}  // namespace muster::bridge
