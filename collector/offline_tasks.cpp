// SPDX-License-Identifier: Apache-2.0
#include "collector/offline_tasks.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "collector/backup/backup.hpp"
#include "collector/notify_trial.hpp"
#include "collector/settings_advice.hpp"
#include "collector/state/replay.hpp"

namespace muster::collector {

namespace {

constexpr int exit_input = 64;

int run_replay(const std::filesystem::path& recorded, const Settings& settings)
{
  std::ifstream lines{recorded};
  const auto print = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
  const auto done = lines ? replay(lines, state_rules(settings), print)
                          : failure(ErrorCode::io_failure, "it cannot be read");
  if (!done) {
    std::fprintf(stderr, "collector: %s: %s\n", recorded.c_str(), done.error().message.c_str());
    return exit_input;
  }
  return EXIT_SUCCESS;
}

int run_backup(const CommandOptions& options, const Settings& settings)
{
  const auto& history = settings.history;
  const BackupPlaces places{
      settings.identity,
      settings.state_dir / "collector.db",
      history.history.layout.root,
      history.rrdcached_socket};
  const bool restores = options.task == CommandOptions::Task::restore;
  const auto done = restores ? restore_backup(options.backup, places) : make_backup(places, options.backup);
  if (!done) {
    std::fprintf(stderr, "collector: %s\n", done.error().message.c_str());
    return EXIT_FAILURE;
  }
  std::printf(
      "%s %s: collector.db %ju bytes, history %ju files, %ju bytes\n"
      "The configuration, keys and certificates are not in it.\n",
      restores ? "Restored from" : "Backed up to",
      options.backup.c_str(),
      done->database_bytes,
      done->history_files,
      done->history_bytes);
  return EXIT_SUCCESS;
}

int run_check(const CommandOptions& options, const Settings& settings)
{
  const auto advice = advice_on(settings);
  for (const auto& sentence : advice) {
    std::fprintf(stderr, "collector: %s: warning: %s\n", options.config.c_str(), sentence.c_str());
  }
  std::printf("%s: %s\n", options.config.c_str(), advice.empty() ? "all is well" : "it can be used as it is");
  return EXIT_SUCCESS;
}

}  // namespace

int run_offline(const CommandOptions& options, const Settings& settings)
{
  switch (options.task) {
  case CommandOptions::Task::replay:
    return run_replay(options.recorded, settings);
  case CommandOptions::Task::backup:
  case CommandOptions::Task::restore:
    return run_backup(options, settings);
  case CommandOptions::Task::tell:
    return tell(settings, options.receiver);
  case CommandOptions::Task::check_config:
  case CommandOptions::Task::collect:
    break;
  }
  return run_check(options, settings);
}

}  // namespace muster::collector
