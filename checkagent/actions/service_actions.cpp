// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/service_actions.hpp"

#include <algorithm>
#include <utility>

#include "checkagent/actions/input_grammar.hpp"
#include "checkagent/actions/inputs.hpp"
#include "checkagent/actions/tool_text.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent::actions {

namespace asio = boost::asio;
namespace log = runtime::log;
using std::chrono::milliseconds;

namespace {

constexpr InputRule service_rule{
    "service",
    is_service_name,
    "the name of a service, at most 90 characters of [A-Za-z0-9.-_:@], not starting with -"};

constexpr milliseconds longest_question{10'000};  // systemctl show answers in some milliseconds

// A change that nobody waits for still has an end: systemd's own limit for a start is 90 s.
constexpr milliseconds longest_later_change{120'000};

std::optional<ServiceChange> change_named(std::string_view action)
{
  for (const auto change : {ServiceChange::start, ServiceChange::stop, ServiceChange::restart}) {
    if (action == to_string(change)) {
      return change;
    }
  }
  return std::nullopt;
}

Outcome with_unit(Outcome outcome, const Expected<ServiceUnit>& unit)
{
  if (unit) {
    outcome.data = to_json(*unit);
  }
  return outcome;
}

std::string why_change_failed(const ProgramRun& run)
{
  return run.end == ProgramRun::End::timed_out
             ? "it was not done in time; systemd goes on with it, ask for the status later"
             : why_it_failed(run);
}

}  // namespace

ServiceActions::ServiceActions(Options options, RunProgram run)
    : options_{std::move(options)}, run_{std::move(run)}
{}

asio::awaitable<Outcome> ServiceActions::perform(Task task)
{
  auto service = read_input(task.inputs, service_rule);
  if (!service) {
    co_return failed_input(service.error());
  }
  if (options_.systemctl.empty()) {
    co_return failed(status_aborted, "this node has no systemctl, and services are reached through it only");
  }
  if (task.action == "status") {
    co_return co_await tell_status(*std::move(service), std::move(task));
  }
  const auto wanted = change_named(task.action);
  if (!wanted) {
    co_return unknown_action("service", task.action);
  }
  co_return co_await change(*wanted, *std::move(service), std::move(task));
}

asio::awaitable<Expected<ServiceUnit>> ServiceActions::ask(std::string unit, milliseconds timeout)
{
  Program program{show_unit_words(options_.systemctl, unit), std::min(timeout, longest_question)};
  const ProgramRun run = co_await run_(std::move(program));
  co_return read_unit(run, unit);
}

asio::awaitable<Outcome> ServiceActions::tell_status(std::string service, Task task)
{
  const auto unit = co_await ask(unit_name(service), time_left(task));
  if (!unit) {
    co_return failed(status_aborted, unit.error().message);
  }
  co_return with_unit(Outcome{}, unit);
}

asio::awaitable<Outcome> ServiceActions::change(ServiceChange change, std::string service, Task task)
{
  const std::string name = unit_name(service);
  const auto unit = co_await ask(name, time_left(task));
  if (!unit) {
    co_return failed(status_aborted, could_not(change, service, unit.error().message));
  }
  if (const auto reason = reason_not_to(change, *unit)) {
    co_return with_unit(failed(status_aborted, could_not(change, service, *reason)), unit);
  }
  if (is_own(name)) {
    Outcome outcome = with_unit(Outcome{}, unit);
    outcome.message = "accepted: " + std::string{to_string(change)} + " of " + service +
                      " follows this answer, because it ends the one who gives it";
    outcome.afterwards = [this, change, name] { return carry_out_later(change, name); };
    co_return outcome;
  }
  co_return co_await carry_out(change, std::move(service), std::move(task));
}

asio::awaitable<Outcome> ServiceActions::carry_out(ServiceChange change, std::string service, Task task)
{
  const std::string name = unit_name(service);
  Program program{change_unit_words(options_.systemctl, change, name), time_left(task)};
  const ProgramRun run = co_await run_(std::move(program));
  const auto after = co_await ask(name, longest_question);
  log::info(
      "service " + std::string{to_string(change)} + " " + name + ": " +
      (run.succeeded() ? "done" : why_change_failed(run)));
  if (!run.succeeded()) {
    co_return with_unit(failed(status_aborted, could_not(change, service, why_change_failed(run))), after);
  }
  co_return with_unit(Outcome{}, after);
}

asio::awaitable<void> ServiceActions::carry_out_later(ServiceChange change, std::string unit)
{
  Program program{change_unit_words(options_.systemctl, change, unit), longest_later_change};
  const ProgramRun run = co_await run_(std::move(program));
  log::info(
      "service " + std::string{to_string(change)} + " " + unit +
      " after the answer: " + (run.succeeded() ? "done" : why_change_failed(run)));
}

bool ServiceActions::is_own(const std::string& unit) const
{
  return unit == unit_name(options_.own_service);
}

}  // namespace muster::checkagent::actions
