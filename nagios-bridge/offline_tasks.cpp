// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/offline_tasks.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <boost/json/serialize.hpp>

#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/export_task.hpp"
#include "nagios-bridge/queue/schema.hpp"
#include "nagios-bridge/status.hpp"
#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;

constexpr int exit_configuration = 78;
constexpr int exit_unknown = 3;  // as a plugin's: nothing is known
// As many sinks as there may be, each with its sentence.
constexpr std::size_t largest_status = std::size_t{120} * 1024;

int complain(const Error& error, int exit_status)
{
  std::fprintf(stderr, "nagios-bridge: %s\n", error.message.c_str());
  return exit_status;
}

// What the daemon does with a wish it does soon; when it does not run, at its next start.
int leave(const Settings& settings, const std::string& word)
{
  if (const auto left = leave_wish(settings.queue_file(), word); !left) {
    return complain(left.error(), EXIT_FAILURE);
  }
  std::printf(
      "%s\n",
      word == "retry" ? "the last result of each is told again, behind those that wait"
                      : "the list is emptied");
  return EXIT_SUCCESS;
}

int show_letters(const CommandOptions& options, const Settings& settings)
{
  auto database = sqlite::Database::join(settings.queue_file(), advice_on_damage());
  const auto letters =
      database ? DeadLetters::read(*database, DeadLetters::most) : tl::make_unexpected(database.error());
  if (!letters) {
    return complain(letters.error(), EXIT_FAILURE);
  }
  const auto text = options.json ? json::serialize(letters_json(*letters)) + "\n" : letters_text(*letters);
  std::fputs(text.c_str(), stdout);
  return EXIT_SUCCESS;
}

int run_dead_letters(const CommandOptions& options, const Settings& settings)
{
  switch (options.letters) {
  case CommandOptions::Letters::forget:
    return leave(settings, "forget");
  case CommandOptions::Letters::retry:
    return leave(settings, "retry");
  case CommandOptions::Letters::show:
    break;
  }
  return show_letters(options, settings);
}

// What the configuration names has to be there, too.
int check_config(const CommandOptions& options, const Settings& settings)
{
  int status = EXIT_SUCCESS;
  for (const auto& door : settings.nrpe_listeners) {
    if (const auto sound = check_files(door); !sound) {
      status = complain(sound.error().with_context("nrpe_listeners, " + place_of(door)), exit_configuration);
    }
  }
  if (status == EXIT_SUCCESS) {
    std::printf("%s: all is well\n", options.config.c_str());
  }
  return status;
}

int state_in(const json::object& status)
{
  constexpr std::int64_t worst = 3;
  const auto* state = status.if_contains("state");
  const auto* number = state == nullptr ? nullptr : state->if_int64();
  return number == nullptr ? exit_unknown : static_cast<int>(std::clamp<std::int64_t>(*number, 0, worst));
}

int run_status(const CommandOptions& options, const Settings& settings)
{
  const auto text = runtime::read_text_file(settings.status_file(), largest_status);
  auto status = text ? protocol::parse_object(*text) : tl::make_unexpected(text.error());
  if (!status) {
    const bool missing = !text && text.error().code == ErrorCode::not_found;
    return complain(
        status.error().with_context(
            missing ? "nagios-bridge has never run with this configuration"
                    : settings.status_file().string()),
        exit_unknown);
  }
  const auto now = wall_clock_now();
  const bool old = is_old(*status, now);
  (*status)["running"] = !old;
  const auto shown = options.json ? json::serialize(*status) + "\n" : status_text(*status, now);
  std::fputs(shown.c_str(), stdout);
  return old ? exit_unknown : state_in(*status);
}

}  // namespace

int run_offline(const CommandOptions& options, const Settings& settings)
{
  switch (options.task) {
  case CommandOptions::Task::status:
    return run_status(options, settings);
  case CommandOptions::Task::dead_letters:
    return run_dead_letters(options, settings);
  case CommandOptions::Task::export_fleet:
    return run_export(options.fleet, export_settings(settings, options.fleet.monitor));
  case CommandOptions::Task::check_config:
  case CommandOptions::Task::feed:
    break;
  }
  return check_config(options, settings);
}

}  // namespace muster::bridge
