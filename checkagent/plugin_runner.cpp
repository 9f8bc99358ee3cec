// SPDX-License-Identifier: Apache-2.0
#include "checkagent/plugin_runner.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "checkagent/command_line.hpp"
#include "checkagent/plugin_verdict.hpp"
#include "libmuster/runtime/child_process.hpp"

namespace muster::checkagent {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;

constexpr std::size_t stderr_limit = 4096;  // for one sentence and a backtrace
constexpr milliseconds drain_grace{
    100};  // for output of a grandchild that holds the pipe after the plugin's end
constexpr milliseconds term_grace{
    200};  // to clean up; the answer still leaves within a second of the deadline
constexpr milliseconds kill_patience{250};  // to be gone after SIGKILL
constexpr std::size_t max_survivors = 64;   // processes that hang for ever must not pile up

// One standard stream of the plugin, read to its end.
struct Stream {
  Stream(const asio::any_io_executor& executor, std::size_t limit) : pipe{executor}, capture{limit} {}

  asio::posix::stream_descriptor pipe;
  runtime::OutputCapture capture;
  bool at_end = false;
};

// A plugin that runs.
struct RunningPlugin {
  RunningPlugin(const asio::any_io_executor& executor, std::size_t output_limit)
      : output{executor, output_limit}, errors{executor, stderr_limit}
  {}

  Stream output;
  Stream errors;
  std::optional<runtime::ChildProcess> process;
};

// The writing end, above the three standard descriptors even if one of those is closed here.
tl::expected<runtime::FileDescriptor, runtime::LaunchFailure> open_pipe(Stream& stream)
{
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return tl::make_unexpected(runtime::LaunchFailure{"pipe", errno});
  }
  stream.pipe.assign(ends[0]);
  runtime::FileDescriptor writing{ends[1]};
  if (writing.get() <= STDERR_FILENO) {
    writing = runtime::FileDescriptor{::fcntl(writing.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  }
  return writing;
}

tl::expected<runtime::LaunchedProcess, runtime::LaunchFailure> launch_words_or_script(
    runtime::Launch& order, const PluginCommand& command)
{
  order.words = command.words.empty() ? words_to_execute(command.command_line) : command.words;
  auto launched = launch(order);
  if (!launched && command.words.empty() &&
      launched.error().error_number == ENOEXEC) {  // a script without "#!": a shell runs it
    order.words = shell_words(command.command_line);
    launched = launch(order);
  }
  return launched;
}

std::string explain(const runtime::LaunchFailure& failure, const std::string& program)
{
  const auto why = std::generic_category().message(failure.error_number);
  if (std::string_view{failure.step} != "execve") {
    return std::string{"cannot start "} + program + ": " + failure.step + ": " + why;
  }
  switch (failure.error_number) {
  case ENOENT:
    return ::access(program.c_str(), F_OK) == 0
               ? "interpreter not found: the one that the first line of " + program + " names"
               : "plugin not found: " + program;
  case EACCES:
    return "plugin not executable: " + program;
  default:
    return "cannot start " + program + ": " + why;
  }
}

// Fails with why it could not start.
Expected<void> start(
    RunningPlugin& plugin, const asio::any_io_executor& executor, const PluginCommand& command)
{
  if (runtime::processes_that_survived() >= max_survivors) {
    return failure(
        ErrorCode::denied, "not started: 64 earlier plugins were killed and still hang, see ps for state D");
  }
  const auto output = open_pipe(plugin.output);
  const auto errors = open_pipe(plugin.errors);
  if (!output || !errors) {
    return failure(
        ErrorCode::io_failure,
        explain((output ? errors : output).error(), "\"" + command.command_line + "\""));
  }
  runtime::Launch order{
      {}, command.environment, command.run_as, output->get(), errors->get(), true, command.folder};
  auto launched = launch_words_or_script(order, command);
  if (!launched) {
    return failure(ErrorCode::io_failure, explain(launched.error(), order.words.front()));
  }
  plugin.process.emplace(executor, std::move(*launched));
  return {};
}

void take(Stream& stream, const boost::system::error_code& error, std::string_view bytes)
{
  stream.capture.append(bytes);
  stream.at_end = error && error != asio::error::would_block && error != asio::error::operation_aborted;
}

asio::awaitable<void> read_to_end(Stream& stream)
{
  std::array<char, 8192> buffer{};
  while (!stream.at_end) {
    const auto [error, count] =
        co_await stream.pipe.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    take(stream, error, {buffer.data(), count});
    if (error) {
      co_return;
    }
  }
}

// What is in the pipe now, without waiting, and not for ever if somebody keeps writing.
void read_what_is_there(Stream& stream)
{
  std::array<char, 8192> buffer{};
  boost::system::error_code error;
  stream.pipe.non_blocking(true, error);
  for (std::size_t taken = 0; !error && taken <= default_output_limit * 2;) {
    const auto count = stream.pipe.read_some(asio::buffer(buffer), error);
    take(stream, error, {buffer.data(), count});
    taken += count;
  }
}

asio::awaitable<void> pass(milliseconds duration)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Reads both streams until cancelled; a plugin may close them long before it ends.
asio::awaitable<void> read_both(RunningPlugin& plugin)
{
  co_await (read_to_end(plugin.output) && read_to_end(plugin.errors));
  asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
  co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
}

// After its end a plugin's output is in the pipe already, unless a child that it left behind has the pipe
// too.
asio::awaitable<void> read_the_rest(RunningPlugin& plugin)
{
  read_what_is_there(plugin.output);
  if (!plugin.output.at_end) {
    co_await (read_to_end(plugin.output) || pass(drain_grace));
    if (!plugin.output.at_end) {
      plugin.process->send_signal(SIGKILL);
    }
  }
  read_what_is_there(plugin.errors);
}

// Returns whether it is gone.
asio::awaitable<bool> kill(RunningPlugin& plugin)
{
  plugin.process->send_signal(SIGTERM);
  co_await (plugin.process->ended() || pass(term_grace));
  plugin.process->send_signal(SIGKILL);  // the whole group, also when its leader has ended politely
  if (!plugin.process->end()) {
    co_await (plugin.process->ended() || pass(kill_patience));
  }
  read_what_is_there(plugin.output);
  read_what_is_there(plugin.errors);
  co_return plugin.process->end().has_value();
}

asio::awaitable<PluginEvidence> watch(RunningPlugin& plugin, milliseconds timeout)
{
  PluginEvidence evidence;
  co_await (plugin.process->ended() || pass(timeout) || read_both(plugin));
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    // Whoever waited does so no more; the plugin can clean up as at its deadline. A cancelled coroutine could
    // not wait for that.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    const bool ended = co_await kill(plugin);
    if (ended) {
      plugin.process->reap();
    }
    throw boost::system::system_error{asio::error::operation_aborted};
  }
  if (const auto end = plugin.process->end()) {
    co_await read_the_rest(plugin);
    plugin.process->reap();
    evidence.end = end->signalled ? PluginEnd::signalled : PluginEnd::exited;
    evidence.exit_code = end->number;
    co_return evidence;
  }
  evidence.end = PluginEnd::timed_out;
  evidence.timeout = timeout;
  const bool gone = co_await kill(plugin);
  evidence.survives_kill = !gone;
  if (gone) {
    plugin.process->reap();
  }
  co_return evidence;
}

}  // namespace

asio::awaitable<ProgramRun> run_program(PluginCommand command)
{
  const auto executor = co_await asio::this_coro::executor;
  RunningPlugin program{executor, command.output_limit};
  ProgramRun run;
  if (const auto running = start(program, executor, command)) {
    const PluginEvidence evidence = co_await watch(program, command.timeout);
    run.end = evidence.end;
    run.exit_code = evidence.exit_code;
  } else {
    run.start_failure = running.error().message;
  }
  run.output = program.output.capture.kept();
  run.errors = program.errors.capture.kept();
  co_return run;
}

asio::awaitable<PluginRun> run_plugin(PluginCommand command)
{
  const auto started = std::chrono::system_clock::now();
  const auto start_tick = std::chrono::steady_clock::now();
  const auto executor = co_await asio::this_coro::executor;
  RunningPlugin plugin{executor, command.output_limit};
  PluginEvidence evidence;
  if (const auto running = start(plugin, executor, command)) {
    evidence = co_await watch(plugin, command.timeout);
  } else {
    evidence.start_failure = running.error().message;
  }
  auto run = judge(evidence, plugin.output.capture, plugin.errors.capture);
  run.printed = plugin.output.capture.take();
  run.started = started;
  run.duration = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_tick);
  co_return run;
}

}  // namespace muster::checkagent
