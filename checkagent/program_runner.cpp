// SPDX-License-Identifier: Apache-2.0
#include "checkagent/program_runner.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/child_process.hpp"
#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::checkagent {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using actions::Program;
using actions::ProgramRun;
using std::chrono::milliseconds;

constexpr milliseconds term_grace{300};     // apt-get removes its lock and its half of a download
constexpr milliseconds kill_patience{250};  // to be gone after SIGKILL

// All that a tool sees: the C locale because its output is read, and nobody who could answer a question.
std::vector<std::pair<std::string, std::string>> clean_environment()
{
  return {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", "/root"},
      {"USER", "root"},
      {"LOGNAME", "root"},
      {"SHELL", "/bin/sh"},
      {"LC_ALL", "C.UTF-8"},
      {"TERM", "dumb"},
      {"SYSTEMD_COLORS", "0"},
      {"DEBIAN_FRONTEND", "noninteractive"},
      {"DEBCONF_NONINTERACTIVE_SEEN", "true"},
      {"APT_LISTCHANGES_FRONTEND", "none"},
      {"APT_LISTBUGS_FRONTEND", "none"},
      {"UCF_FORCE_CONFFOLD", "1"}};
}

// A file in memory, above the three standard descriptors even if one of those is closed here.
runtime::FileDescriptor open_output(const char* name)
{
  runtime::FileDescriptor file{::memfd_create(name, MFD_CLOEXEC)};
  if (file.valid() && file.get() <= STDERR_FILENO) {
    file = runtime::FileDescriptor{::fcntl(file.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  }
  return file;
}

std::string beginning_of(const runtime::FileDescriptor& file)
{
  std::string text;
  std::array<char, 8192> buffer{};
  while (text.size() < actions::program_output_limit) {
    const auto count = ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (count <= 0) {
      break;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return to_valid_utf8(text);
}

ProgramRun could_not_start(const std::string& program, const char* step, int error_number)
{
  ProgramRun run;
  run.errors = "cannot start " + program + ": " + step + ": " + std::generic_category().message(error_number);
  return run;
}

asio::awaitable<void> pass(milliseconds duration)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> kill(runtime::ChildProcess& process)
{
  process.send_signal(SIGTERM);
  co_await (process.ended() || pass(term_grace));
  process.send_signal(SIGKILL);
  if (!process.end()) {
    co_await (process.ended() || pass(kill_patience));
  }
}

asio::awaitable<ProgramRun> wait_for(runtime::ChildProcess& process, const Program& program)
{
  ProgramRun run;
  if (program.may_be_killed) {
    co_await (process.ended() || pass(program.timeout));
  } else {
    co_await process.ended();
  }
  if (const auto end = process.end()) {
    run.end = end->signalled ? ProgramRun::End::signalled : ProgramRun::End::exited;
    run.number = end->number;
    process.reap();
    co_return run;
  }
  run.end = ProgramRun::End::timed_out;
  co_await kill(process);
  co_return run;
}

}  // namespace

asio::awaitable<ProgramRun> run_program(Program program)
{
  const auto output = open_output("output");
  const auto errors = open_output("errors");
  if (program.words.empty() || !output.valid() || !errors.valid()) {
    co_return could_not_start(program.words.empty() ? "nothing" : program.words.front(), "memfd", errno);
  }
  runtime::Launch order{
      program.words, clean_environment(), std::nullopt, output.get(), errors.get(), program.may_be_killed};
  auto launched = launch(order);
  if (!launched) {
    co_return could_not_start(program.words.front(), launched.error().step, launched.error().error_number);
  }
  runtime::ChildProcess process{co_await asio::this_coro::executor, *std::move(launched)};
  if (!program.may_be_killed) {
    process.let_run();
  }
  ProgramRun run = co_await wait_for(process, program);
  run.output = beginning_of(output);
  run.errors = beginning_of(errors);
  co_return run;
}

}  // namespace muster::checkagent
