// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/puppet_actions.hpp"

#include <system_error>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "checkagent/actions/input_grammar.hpp"
#include "checkagent/actions/inputs.hpp"
#include "checkagent/actions/tool_text.hpp"
#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent::actions {

namespace asio = boost::asio;
namespace log = runtime::log;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t largest_state_file = std::size_t{64} * 1024;

// A puppet that cannot even start says so within this time; it then need not be asked for.
constexpr milliseconds time_to_fail{1'000};

constexpr InputRule message_rule{
    "message", is_message, "one line of at most 255 bytes, not starting with -", true};
constexpr InputRule tags_rule{"tags", is_tag_list, "Puppet tags separated by commas", true};
constexpr InputRule environment_rule{
    "environment", is_environment_name, "the name of a Puppet environment, of [a-z0-9_]", true};

std::filesystem::path first_that_exists(const std::vector<std::filesystem::path>& paths)
{
  std::error_code ignored;
  for (const auto& path : paths) {
    if (std::filesystem::exists(path, ignored)) {
      return path;
    }
  }
  return {};
}

std::optional<std::string> text_of(const std::filesystem::path& path)
{
  auto text = runtime::read_text_file(path, largest_state_file);
  return text ? std::optional{*std::move(text)} : std::nullopt;
}

// A lock is a lock by being there, also when it cannot be read.
std::optional<std::string> text_of_lock(const std::filesystem::path& path)
{
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? std::optional{text_of(path).value_or("")} : std::nullopt;
}

std::chrono::sys_seconds now_in_seconds()
{
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string joined(const Words& words)
{
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

Outcome with_state(Outcome outcome, const PuppetState& state)
{
  outcome.data = to_json(state);
  return outcome;
}

JobNote note_of_begun_run(protocol::Time began)
{
  JobNote note;
  note.what = "Puppet run";
  note.state = JobNote::State::running;
  note.started = began;
  return note;
}

}  // namespace

Expected<Words> run_once_arguments(const json::object& inputs)
{
  Words words{"agent", "--onetime", "--no-daemonize", "--color=false", "--verbose"};
  for (const auto& [name, option, otherwise] :
       {std::tuple{"noop", "--noop", ""},
        std::tuple{"splay", "--splay", "--no-splay"},
        std::tuple{"use_cached_catalog", "--use_cached_catalog", ""},
        std::tuple{"ignoreschedules", "--ignoreschedules", ""}}) {
    const auto flag = read_flag(inputs, name, false);
    if (!flag) {
      return tl::unexpected{flag.error()};
    }
    if (const std::string word{*flag ? option : otherwise}; !word.empty()) {
      words.push_back(word);
    }
  }
  for (const auto& rule : {tags_rule, environment_rule}) {
    const auto text = read_input(inputs, rule);
    if (!text) {
      return tl::unexpected{text.error()};
    }
    if (!text->empty()) {
      words.push_back("--" + std::string{rule.name});
      words.push_back(*text);
    }
  }
  return words;
}

// A run that has been started: whoever waits for a first sign may go, it stays.
struct PuppetActions::Start {
  explicit Start(const asio::any_io_executor& executor) : ended{executor, time_to_fail} {}

  protocol::Time began = wall_clock_now();
  ProgramRun run;
  bool done = false;
  asio::steady_timer ended;  // cut short at the end
};

PuppetActions::PuppetActions(Options options, RunProgram run)
    : options_{std::move(options)}, run_{std::move(run)}, notes_{options_.notes}
{}

asio::awaitable<Outcome> PuppetActions::perform(Task task)
{
  if (task.action == "status") {
    co_return tell_status();
  }
  if (task.action == "last_run_summary") {
    co_return tell_summary();
  }
  if (options_.puppet.empty()) {
    co_return failed(status_aborted, "this node has no puppet");
  }
  if (task.action == "enable") {
    co_return co_await enable(std::move(task));
  }
  if (task.action == "disable") {
    co_return co_await disable(std::move(task));
  }
  if (task.action == "runonce") {
    co_return co_await run_once(std::move(task));
  }
  co_return unknown_action("puppet", task.action);
}

PuppetFiles PuppetActions::files() const
{
  PuppetFiles files;
  const auto folder = first_that_exists(options_.state_folders);
  if (!folder.empty()) {
    files.disabled_lock = text_of_lock(folder / "agent_disabled.lock");
    files.run_lock = text_of_lock(folder / "agent_catalog_run.lock");
  }
  files.daemon_pid = text_of(first_that_exists(options_.daemon_pids));
  files.summary = text_of(first_that_exists(options_.summaries));
  return files;
}

PuppetState PuppetActions::state() const
{
  return puppet_state(files(), notes_.in_progress(), process_lives, now_in_seconds());
}

Outcome PuppetActions::tell_status() const
{
  if (options_.puppet.empty() && first_that_exists(options_.state_folders).empty()) {
    return failed(status_aborted, "this node has no puppet");
  }
  auto told = state();
  if (const auto note = notes_.read()) {
    told.begun_run = begun_run(*note, process_lives(note->process));
  }
  return with_state(Outcome{}, told);
}

Outcome PuppetActions::tell_summary() const
{
  const auto text = files().summary;
  if (!text) {
    return failed(status_aborted, "Puppet has left no last_run_summary.yaml here: it has not run yet");
  }
  const auto summary = parse_puppet_summary(*text);
  if (!summary) {
    return failed(status_aborted, summary.error().message);
  }
  Outcome outcome;
  outcome.data = to_json(*summary, now_in_seconds());
  return outcome;
}

asio::awaitable<Outcome> PuppetActions::enable(Task task)
{
  const auto before = state();
  if (before.enabled) {
    co_return with_state(failed(status_aborted, "Could not enable Puppet: Already enabled"), before);
  }
  Words arguments{"agent", "--enable"};
  co_return co_await call(std::move(arguments), "Could not enable Puppet: ", std::move(task));
}

asio::awaitable<Outcome> PuppetActions::disable(Task task)
{
  const auto message = read_input(task.inputs, message_rule);
  if (!message) {
    co_return failed_input(message.error());
  }
  const auto before = state();
  if (!before.enabled) {
    co_return with_state(failed(status_aborted, "Could not disable Puppet: Already disabled"), before);
  }
  Words arguments{"agent", "--disable"};
  arguments.push_back(message->empty() ? "Disabled via Muster" : *message);
  co_return co_await call(std::move(arguments), "Could not disable Puppet: ", std::move(task));
}

asio::awaitable<Outcome> PuppetActions::call(Words arguments, std::string could_not, Task task)
{
  Program program{{options_.puppet.string()}, time_left(task)};
  program.words.insert(program.words.end(), arguments.begin(), arguments.end());
  const ProgramRun run = co_await run_(std::move(program));
  log::info(
      "puppet " + joined(arguments) + ": " + (run.succeeded() ? "done" : why_it_failed(run, {"Error: "})));
  if (!run.succeeded()) {
    co_return with_state(failed(status_aborted, could_not + why_it_failed(run, {"Error: "})), state());
  }
  co_return with_state(Outcome{}, state());
}

asio::awaitable<Outcome> PuppetActions::run_once(Task task)
{
  auto arguments = run_once_arguments(task.inputs);
  if (!arguments) {
    co_return failed_input(arguments.error());
  }
  const auto before = state();
  if (!before.enabled) {
    const auto why = before.disable_message.empty() ? std::string{} : ": '" + before.disable_message + "'";
    co_return with_state(failed(status_aborted, "Puppet is disabled" + why), before);
  }
  if (before.applying) {
    co_return with_state(
        failed(status_aborted, "Puppet is currently applying a catalog, cannot run now"), before);
  }
  const std::string told = "Started a Puppet run using the 'puppet " + joined(*arguments) + "' command";
  Words words{options_.puppet.string()};
  words.insert(words.end(), arguments->begin(), arguments->end());
  const auto executor = co_await asio::this_coro::executor;
  const auto start = std::make_shared<Start>(executor);
  notes_.write(note_of_begun_run(start->began));
  asio::co_spawn(executor, run_to_its_end(std::move(words), start), asio::detached);
  co_await start->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  const bool broke = start->done && !start->run.succeeded();
  Outcome outcome =
      broke ? failed(status_aborted, "the Puppet run failed: " + why_it_failed(start->run, {"Error: "}))
            : Outcome{};
  outcome.data["summary"] = told;
  outcome.data["initiated_at"] = begun_run(note_of_begun_run(start->began), true).began;
  co_return outcome;
}

asio::awaitable<void> PuppetActions::run_to_its_end(Words words, std::shared_ptr<Start> start)
{
  Program program{std::move(words), milliseconds{0}, false};
  start->run = co_await run_(std::move(program));
  const auto message = start->run.succeeded() ? std::string{} : why_it_failed(start->run, {"Error: "});
  log::info("Puppet run: " + (message.empty() ? std::string{"done"} : message));
  auto note = note_of_begun_run(start->began);
  note.state = message.empty() ? JobNote::State::done : JobNote::State::failed;
  note.finished = wall_clock_now();
  note.message = message;
  notes_.write(std::move(note));
  start->done = true;
  start->ended.cancel();
}

}  // namespace muster::checkagent::actions
