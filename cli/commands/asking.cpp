// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/asking.hpp"

#include <utility>

#include "cli/exit_code.hpp"
#include "cli/stdin_nodes.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

tl::expected<client::ClientSettings, int> settings_of(const FleetArguments& arguments)
{
  auto settings = client::read_client_settings(arguments.config, client::process_environment());
  if (settings) {
    return std::move(*settings);
  }
  return tl::unexpected{fail(arguments, settings.error(), exit_configuration)};
}

}  // namespace

int fail(const FleetArguments& arguments, const std::vector<Error>& errors, int exit_status)
{
  for (const auto& error : errors) {
    complain("mco: " + printable(error.message, true) + "\n");
  }
  if (arguments.json) {
    print(failure_json(errors, exit_status));
  }
  return exit_status;
}

tl::expected<Prepared, int> prepare(const FleetArguments& arguments)
{
  if (arguments.json && !arguments.quiet) {
    announce_json();
  }
  auto settings = settings_of(arguments);
  if (!settings) {
    return tl::unexpected{settings.error()};
  }
  auto addressed = address(arguments, *settings);
  if (!addressed) {
    return tl::unexpected{fail(arguments, {addressed.error()}, exit_usage)};
  }
  Strictness strictness;
  strictness.strict = arguments.strict;
  strictness.named.insert(addressed->question.nodes.begin(), addressed->question.nodes.end());
  return Prepared{std::move(*settings), std::move(*addressed), std::move(strictness)};
}

tl::expected<fleet::FleetReport, int> ask(
    const FleetArguments& arguments, const Prepared& prepared, const OnAnswer& on_answer)
{
  TerminalProgress bar{arguments};
  client::Observer observer;
  observer.progress = [&bar](const client::Progress& progress) { bar.show(progress); };
  if (on_answer) {
    observer.answer = [&bar, &on_answer](const protocol::Answer& answer) {
      bar.erase();
      on_answer(answer);
    };
  }
  auto report = client::run_fleet_request(
      prepared.settings, prepared.addressed.question, prepared.addressed.filter, observer);
  bar.erase();
  if (!report) {
    return tl::unexpected{fail(arguments, {report.error()}, exit_code_of(report.error().code))};
  }
  return std::move(*report);
}

int final_status(const fleet::FleetReport& report, int status)
{
  if (report.interrupted) {
    return exit_interrupted;
  }
  return report.broker_lost.empty() ? status : exit_broker;
}

int print_and_exit(
    const FleetArguments& arguments, const fleet::FleetReport& report, int status, const std::string& text)
{
  const int exit_status = final_status(report, status);
  if (!arguments.quiet || exit_status != 0) {
    print(text);
  }
  if (!report.broker_lost.empty() && !report.interrupted) {
    complain("mco: the broker went away: " + printable(report.broker_lost, false) + "\n");
  } else if (report.cut_short) {
    complain(
        "mco: the broker had not told of all nodes when the time was over: some may be missing here; ask "
        "with a longer "
        "-t\n");
  }
  return exit_status;
}

JsonContext json_context(const FleetArguments& arguments, const fleet::FleetReport& report, int status)
{
  return {report.request_id, final_status(report, status), arguments.utc ? Zone::utc : Zone::local};
}

bool presence_decides(const fleet::Question& question)
{
  const auto& filter = question.filter;
  return filter.facts.empty() && filter.classes.empty() && filter.compound.empty();
}

}  // namespace muster::cli
