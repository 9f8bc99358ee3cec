// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/watch.hpp"

#include <memory>
#include <utility>

#include "cli/commands/ask_collector.hpp"
#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "cli/watch/watch_lines.hpp"
#include "cli/watch/watch_screen.hpp"
#include "cli/watch/watch_session.hpp"
#include "libmuster/client/caller_session.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr double shortest_every_s = 0.5;  // a person sees no more, and the collector has other work
constexpr double longest_every_s = 3600;

Expected<json::object> query_of(
    const FleetArguments& arguments, const WatchArguments& watch, const std::string& combined)
{
  json::object query;
  if (!watch.check.empty()) {
    query["check"] = watch.check;
  }
  auto filter = filter_of(arguments);
  if (filter && !combined.empty()) {
    if (auto added = add_combined(*filter, combined); !added) {
      return tl::unexpected{added.error()};
    }
  }
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  if (const auto compiled = CompiledFilter::compile(*filter); !compiled) {
    return tl::unexpected{compiled.error()};
  }
  if (!filter->empty()) {
    query["select"] = protocol::to_json(*filter);
  }
  return query;
}

using Length = std::optional<std::chrono::milliseconds>;

// How long to go on; an `int` is the exit status of wrong usage, which has been said.
tl::expected<Length, int> length_of(const FleetArguments& arguments, const WatchArguments& watch)
{
  if (!arguments.json && !AlternateScreen::is_possible()) {
    const Error error{
        ErrorCode::invalid_input,
        "a screen needs a terminal: use mco status, or mco watch --json for a line with each change"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  if (watch.every_s < shortest_every_s || watch.every_s > longest_every_s) {
    const Error error{ErrorCode::invalid_input, "--every: expected 0.5 to 3600 seconds"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  if (watch.length.empty()) {
    return Length{};
  }
  const auto length = read_span(arguments, "--for", watch.length);
  return length ? tl::expected<Length, int>{Length{*length}} : tl::unexpected{length.error()};
}

StatusPolling::Settings polling_settings(
    const Prepared& prepared, const CollectorArguments& collector, const WatchArguments& watch)
{
  StatusPolling::Settings settings;
  settings.collector = collector.collector;
  settings.every =
      std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>{watch.every_s});
  settings.patience = prepared.addressed.question.wait;
  settings.brokers = prepared.settings.connection.brokers.size();
  return settings;
}

int exit_status_of(const FleetArguments& arguments, WatchSession& session, WatchSession::Ending ending)
{
  switch (ending) {
  case WatchSession::Ending::quit:
    return 0;
  case WatchSession::Ending::interrupted:
    return exit_interrupted;
  case WatchSession::Ending::time_over:
    return session.polling().told() && !session.polling().silence(WatchSession::now()) ? 0 : exit_broker;
  case WatchSession::Ending::hopeless:
    break;
  }
  const auto& why = *session.polling().hopeless();
  return fail(arguments, {why}, exit_code_of(why.code));
}

}  // namespace

int run_watch(
    const FleetArguments& arguments, const CollectorArguments& collector, const WatchArguments& watch)
{
  const auto length = length_of(arguments, watch);
  if (!length) {
    return length.error();
  }
  const auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto polling = polling_settings(*prepared, collector, watch);
  auto query = query_of(arguments, watch, {});
  auto key = client::read_caller_key(prepared->settings);
  if (!query || !key) {
    const auto& error = query ? key.error() : query.error();
    return fail(arguments, {error}, exit_code_of(error.code));
  }
  polling.query = std::move(*query);
  std::function<void()> changed = [] {};
  // Never destroyed: Paho's destructor waits for its threads, and the program ends here anyway.
  auto* const session = new WatchSession{// NOLINT(cppcoreguidelines-owning-memory)
                                         prepared->settings,
                                         std::move(*key),
                                         polling,
                                         [&changed] { changed(); }};
  WatchLines lines;
  WatchScreen screen{*session, output_options(arguments), [&](const std::string& combined) {
                       return query_of(arguments, watch, combined);
                     }};
  if (arguments.json) {
    changed = [&] {
      if (const auto line = lines.next(session->polling(), WatchSession::now()); !line.empty()) {
        print_now(line);
      }
      if (!output_is_open()) {
        session->quit();
      }
    };
  } else {
    changed = [&screen] { screen.draw(); };
  }
  const auto ending = session->run(*length);
  screen.leave();
  return exit_status_of(arguments, *session, ending);
}

}  // namespace muster::cli
