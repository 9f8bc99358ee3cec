// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/package_actions.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>

#include "checkagent/actions/input_grammar.hpp"
#include "checkagent/actions/inputs.hpp"
#include "checkagent/actions/tool_text.hpp"
#include "libmuster/runtime/digest.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent::actions {

namespace asio = boost::asio;
namespace log = runtime::log;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr InputRule package_rule{
    "package",
    is_package_name,
    "the name of a package, at most 90 characters of [A-Za-z0-9+._-], starting with a letter or digit, not "
    "ending with -"};
constexpr InputRule version_rule{
    "version",
    is_package_version,
    "a version, at most 90 characters of [A-Za-z0-9+.~:_^-], starting with a letter or digit",
    true};

constexpr milliseconds longest_question{30'000};  // of a query; dnf reads its metadata for some
constexpr milliseconds least_for_change{2'000};   // with less than this left nothing is begun
constexpr seconds later_lock_wait{600};           // nobody waits for an answer then
constexpr milliseconds later_fetch{1'800'000};    // a slow mirror
constexpr std::size_t longest_output = 4096;      // of a tool's last words
constexpr std::size_t most_listed = 400;          // updates in one answer; the number of all is told

std::optional<PackageChange::Kind> change_named(std::string_view action)
{
  using Kind = PackageChange::Kind;
  for (const auto kind : {Kind::install, Kind::update, Kind::uninstall, Kind::purge}) {
    if (action == to_string(kind)) {
      return kind;
    }
  }
  return std::nullopt;
}

std::string title(const PackageChange& change)
{
  return std::string{to_string(change.kind)} + " of " + change.package +
         (change.version.empty() ? "" : " " + change.version);
}

Expected<PackageChange> read_change(PackageChange::Kind kind, const json::object& inputs)
{
  const auto package = read_input(inputs, package_rule);
  if (!package) {
    return tl::unexpected{package.error()};
  }
  const auto version = read_input(inputs, version_rule);
  if (!version) {
    return tl::unexpected{version.error()};
  }
  return PackageChange{kind, *package, *version};
}

std::string name_without_architecture(const std::string& package)
{
  return package.substr(0, package.find(':'));
}

json::object updates_to_json(const std::vector<OutdatedPackage>& outdated)
{
  json::array list;
  for (const auto& package : outdated) {
    if (list.size() == most_listed) {
      break;
    }
    json::object one;
    one["package"] = package.package;
    one["version"] = package.version;
    one["repo"] = package.repo;
    list.push_back(std::move(one));
  }
  json::object data;
  data["outdated"] = outdated.size();
  data["outdated_packages"] = std::move(list);
  return data;
}

// Of the names and versions, whatever their order.
std::string digest_of(std::vector<std::string> packages)
{
  std::sort(packages.begin(), packages.end());
  std::string text;
  for (const auto& package : packages) {
    text.append(package).append("\n");
  }
  return runtime::md5(text);
}

}  // namespace

// One change on its way; whoever waits for it may go, it stays.
struct PackageActions::Transaction {
  explicit Transaction(const asio::any_io_executor& executor, seconds wait)
      : lock_wait{wait}, ended{executor, steady_clock::time_point::max()}
  {}

  seconds lock_wait;
  ProgramRun run;
  bool done = false;
  asio::steady_timer ended;  // cut short at the end
};

PackageActions::PackageActions(const Options& options, RunProgram run)
    : options_{options},
      run_{std::move(run)},
      tool_{make_package_tool(options.provider, options.tools)},
      notes_{options.notes}
{}

asio::awaitable<Outcome> PackageActions::perform(Task task)
{
  if (tool_ == nullptr) {
    co_return failed(
        status_aborted, "this node has neither apt nor dnf, and packages are reached through these");
  }
  if (task.action == "status") {
    co_return co_await tell_status(std::move(task));
  }
  if (task.action == "count" || task.action == "md5") {
    const bool digest = task.action == "md5";
    co_return co_await sum_up(std::move(task), digest);
  }
  if (task.action == "checkupdates") {
    co_return co_await check_updates(std::move(task));
  }
  if (task.action == "refresh") {
    co_return co_await refresh(std::move(task));
  }
  if (const auto kind = change_named(task.action)) {
    co_return co_await change(*kind, std::move(task));
  }
  co_return unknown_action("package", task.action);
}

asio::awaitable<Expected<PackageState>> PackageActions::ask(std::string package, milliseconds timeout)
{
  Program program{tool_->query(package), std::min(timeout, longest_question)};
  const ProgramRun run = co_await run_(std::move(program));
  co_return tool_->read_query(run, package);
}

asio::awaitable<Outcome> PackageActions::tell_status(Task task)
{
  const auto package = read_input(task.inputs, package_rule);
  if (!package) {
    co_return failed_input(package.error());
  }
  const auto state = co_await ask(*package, time_left(task));
  if (!state) {
    co_return failed(status_aborted, state.error().message);
  }
  Outcome outcome;
  outcome.data = to_json(*state, tool_->provider());
  outcome.data["output"] = "";
  outcome.data["last_change"] = notes_.told();
  outcome.data["in_progress"] = notes_.in_progress();
  co_return outcome;
}

// How many packages are installed, and with `digest` what tells two nodes with the same ones from others.
asio::awaitable<Outcome> PackageActions::sum_up(Task task, bool digest)
{
  Program program{tool_->list_installed(), std::min(time_left(task), longest_question)};
  const ProgramRun run = co_await run_(std::move(program));
  if (!run.succeeded()) {
    co_return failed(status_aborted, tool_->why_failed(run));
  }
  auto packages = tool_->read_installed(run.output);
  Outcome outcome;
  outcome.data["count"] = packages.size();
  outcome.data["provider"] = tool_->provider();
  if (digest) {
    outcome.data["md5"] = digest_of(std::move(packages));
  }
  co_return outcome;
}

asio::awaitable<Outcome> PackageActions::check_updates(Task task)
{
  Program program{tool_->updates(), time_left(task)};
  const ProgramRun run = co_await run_(std::move(program));
  const auto outdated = tool_->read_updates(run);
  if (!outdated) {
    co_return failed(status_aborted, outdated.error().message);
  }
  Outcome outcome;
  outcome.data = updates_to_json(*outdated);
  outcome.data["provider"] = tool_->provider();
  co_return outcome;
}

asio::awaitable<Outcome> PackageActions::refresh(Task task)
{
  Program program{tool_->refresh(), time_left(task)};
  const ProgramRun run = co_await run_(std::move(program));
  Outcome outcome =
      run.succeeded() ? Outcome{} : failed(status_aborted, "refresh: " + tool_->why_failed(run));
  outcome.data["output"] = last_lines(run.output + run.errors, longest_output);
  outcome.data["provider"] = tool_->provider();
  co_return outcome;
}

asio::awaitable<Outcome> PackageActions::change(PackageChange::Kind kind, Task task)
{
  const auto wanted = read_change(kind, task.inputs);
  if (!wanted) {
    co_return failed_input(wanted.error());
  }
  auto decided = co_await decide(*wanted, task);
  if (decided) {
    co_return *std::move(decided);
  }
  if (name_without_architecture(wanted->package) == options_.own_package) {
    co_return promise(*wanted);
  }
  co_return co_await carry_out(*wanted, std::move(task));
}

// What can be told without a change; nothing: make it.
asio::awaitable<std::optional<Outcome>> PackageActions::decide(PackageChange change, Task task)
{
  const auto state = co_await ask(change.package, time_left(task));
  if (!state) {
    co_return failed(status_aborted, state.error().message);
  }
  std::string newest;
  if (change.kind == PackageChange::Kind::install || change.kind == PackageChange::Kind::update) {
    Program program{tool_->newest(change.package), std::min(time_left(task), longest_question)};
    const ProgramRun run = co_await run_(std::move(program));
    auto known = tool_->read_newest(run);
    if (!known) {
      co_return failed(status_aborted, known.error().message);
    }
    newest = *std::move(known);
  }
  co_return outcome_without_change(*tool_, change, *state, newest);
}

asio::awaitable<Outcome> PackageActions::carry_out(PackageChange change, Task task)
{
  auto not_fetched = co_await fetch(change, task);
  if (not_fetched) {
    co_return *std::move(not_fetched);
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto lock_wait = std::chrono::floor<seconds>(time_left(task));
  const auto transaction = std::make_shared<Transaction>(executor, lock_wait);
  asio::co_spawn(executor, make(change, transaction), asio::detached);
  const auto latest = steady_clock::now() + time_left(task);
  transaction->ended.expires_at(latest);
  while (!transaction->done && steady_clock::now() < latest) {
    co_await transaction->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (!transaction->done) {
    Outcome late = failed(
        status_aborted,
        "late: " + title(change) + " still runs and is left to its end; action status tells how it ended");
    late.data["output"] = late.message;
    late.data["provider"] = tool_->provider();
    co_return late;
  }
  co_return co_await tell_end(std::move(change), std::move(transaction->run));
}

// Fetches what the change needs, in time; an outcome if that failed.
asio::awaitable<std::optional<Outcome>> PackageActions::fetch(PackageChange change, Task task)
{
  const auto too_late = [&change] {
    return failed(
        status_aborted,
        "not begun: too little time was left for the " + title(change) + "; nothing was changed");
  };
  const auto left = time_left(task);
  if (left < least_for_change) {
    co_return too_late();
  }
  // A second before the timeout, so that apt itself says whose lock it is.
  Program program{tool_->download(change, std::chrono::floor<seconds>(left - seconds{1})), left};
  if (program.words.empty()) {
    co_return std::nullopt;
  }
  const ProgramRun run = co_await run_(std::move(program));
  if (run.succeeded()) {
    const bool enough = time_left(task) >= seconds{1};
    co_return enough ? std::nullopt : std::optional{too_late()};
  }
  Outcome outcome =
      failed(status_aborted, title(change) + ": " + tool_->why_failed(run) + " (nothing was changed)");
  outcome.data["output"] = last_lines(run.output + run.errors, longest_output);
  outcome.data["provider"] = tool_->provider();
  log::warning("package " + outcome.message);
  co_return outcome;
}

asio::awaitable<void> PackageActions::make(PackageChange change, std::shared_ptr<Transaction> transaction)
{
  note(change, JobNote::State::running);
  Program program{tool_->make(change, transaction->lock_wait), milliseconds{0}, false};
  transaction->run = co_await run_(std::move(program));
  const auto& run = transaction->run;
  const auto message = run.succeeded() ? std::string{} : tool_->why_failed(run);
  note(change, run.succeeded() ? JobNote::State::done : JobNote::State::failed, message);
  log::info("package " + title(change) + ": " + (run.succeeded() ? "done" : "failed: " + message));
  transaction->done = true;
  transaction->ended.cancel();
}

asio::awaitable<Outcome> PackageActions::tell_end(PackageChange change, ProgramRun run)
{
  Outcome outcome =
      run.succeeded() ? Outcome{} : failed(status_aborted, title(change) + ": " + tool_->why_failed(run));
  const auto after = co_await ask(change.package, longest_question);
  if (after) {
    outcome.data = to_json(*after, tool_->provider());
  }
  outcome.data["output"] = last_lines(run.output + run.errors, longest_output);
  co_return outcome;
}

// The package that contains us: its installation restarts checkagent, and the answer would be lost.
Outcome PackageActions::promise(const PackageChange& change)
{
  note(change, JobNote::State::waiting);
  Outcome outcome;
  outcome.message =
      "accepted: " + title(change) +
      " runs after this answer, because it restarts checkagent; action status tells how it ended";
  outcome.data["name"] = change.package;
  outcome.data["output"] = outcome.message;
  outcome.data["provider"] = tool_->provider();
  outcome.afterwards = [this, change] { return carry_out_later(change); };
  return outcome;
}

asio::awaitable<void> PackageActions::carry_out_later(PackageChange change)
{
  Program program{tool_->download(change, later_lock_wait), later_fetch};
  if (!program.words.empty()) {
    const ProgramRun run = co_await run_(std::move(program));
    if (!run.succeeded()) {
      note(change, JobNote::State::failed, tool_->why_failed(run) + " (nothing was changed)");
      log::warning("package " + title(change) + ": " + tool_->why_failed(run));
      co_return;
    }
  }
  const auto executor = co_await asio::this_coro::executor;
  co_await make(change, std::make_shared<Transaction>(executor, later_lock_wait));
}

void PackageActions::note(const PackageChange& change, JobNote::State state, const std::string& message) const
{
  JobNote note;
  note.what = title(change);
  note.state = state;
  note.started = wall_clock_now();
  note.message = message;
  if (state == JobNote::State::done || state == JobNote::State::failed) {
    note.finished = note.started;
    if (const auto begun = notes_.read(); begun && begun->what == note.what) {
      note.started = begun->started;
    }
  }
  notes_.write(std::move(note));
}

}  // namespace muster::checkagent::actions
