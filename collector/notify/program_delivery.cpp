// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/program_delivery.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/child_process.hpp"
#include "libmuster/runtime/output_capture.hpp"

namespace muster::collector {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using runtime::FileDescriptor;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kept_output = 2048;   // for one sentence, and what led to it
constexpr milliseconds term_grace{500};     // to clean up
constexpr milliseconds kill_patience{250};  // to be gone after SIGKILL
constexpr std::size_t most_survivors = 16;  // processes that hang for ever must not pile up
constexpr std::size_t most_at_the_end = std::size_t{64} << 10U;  // what a pipe holds

DeliveryResult again(std::string why)
{
  return {DeliveryResult::Outcome::again, std::move(why), std::nullopt};
}

// Above the three standard descriptors, even if one of those is closed here.
FileDescriptor above_standard(int descriptor)
{
  FileDescriptor file{descriptor};
  if (file.valid() && file.get() <= STDERR_FILENO) {
    file = FileDescriptor{::fcntl(file.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  }
  return file;
}

// A file in memory that reads from its beginning: no pipe, so that a program that reads nothing blocks
// nobody.
FileDescriptor input_of(const std::string& text)
{
  auto file = above_standard(::memfd_create("notification", MFD_CLOEXEC));
  std::size_t written = 0;
  while (file.valid() && written < text.size()) {
    const auto count = ::write(file.get(), text.data() + written, text.size() - written);
    if (count <= 0) {
      return FileDescriptor{};
    }
    written += static_cast<std::size_t>(count);
  }
  return file.valid() && ::lseek(file.get(), 0, SEEK_SET) == 0 ? std::move(file) : FileDescriptor{};
}

struct RunningProgram {
  explicit RunningProgram(const asio::any_io_executor& executor) : pipe{executor}, output{kept_output} {}

  asio::posix::stream_descriptor pipe;
  runtime::OutputCapture output;
  std::optional<runtime::ChildProcess> process;
};

// Empty, or why it could not.
std::string start(RunningProgram& program, const asio::any_io_executor& executor, const ProgramOrder& order)
{
  if (runtime::processes_that_survived() >= most_survivors) {
    return "not started: 16 earlier programs were killed and still hang, see ps for state D";
  }
  std::array<int, 2> ends{-1, -1};
  const auto input = input_of(order.input);
  if (!input.valid() || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return "no file or pipe for it: " + std::generic_category().message(errno);
  }
  program.pipe.assign(ends[0]);
  const auto writing = above_standard(ends[1]);
  runtime::Launch launch{
      order.words, order.environment, std::nullopt, writing.get(), writing.get(), true, "/", input.get()};
  auto launched = runtime::launch(launch);
  if (!launched) {
    return order.words.front() +
           " cannot be started: " + std::generic_category().message(launched.error().error_number);
  }
  program.process.emplace(executor, std::move(*launched));
  return {};
}

asio::awaitable<void> pass(milliseconds duration)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Until cancelled; a program may close its output long before it ends.
asio::awaitable<void> read_on(RunningProgram& program)
{
  std::array<char, 4096> buffer{};
  boost::system::error_code error;
  while (!error) {
    const auto [failed, count] =
        co_await program.pipe.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    program.output.append({buffer.data(), count});
    error = failed;
  }
  asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
  co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
}

void read_what_is_there(RunningProgram& program)
{
  std::array<char, 4096> buffer{};
  boost::system::error_code error;
  program.pipe.non_blocking(true, error);
  for (std::size_t taken = 0; !error && taken <= most_at_the_end;) {
    const auto count = program.pipe.read_some(asio::buffer(buffer), error);
    program.output.append({buffer.data(), count});
    taken += count;
  }
}

asio::awaitable<void> kill(RunningProgram& program)
{
  program.process->send_signal(SIGTERM);
  co_await (program.process->ended() || pass(term_grace));
  program.process->send_signal(SIGKILL);  // the whole group, also when its leader has ended politely
  if (!program.process->end()) {
    co_await (program.process->ended() || pass(kill_patience));
  }
  if (program.process->end()) {
    program.process->reap();
  }
}

// The last line that it printed says most.
std::string said(const runtime::OutputCapture& output)
{
  auto text = output.kept();
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  const auto line = text.rfind('\n');
  text.erase(0, line == std::string::npos ? 0 : line + 1);
  return text.empty() ? text : ": " + text;
}

}  // namespace

asio::awaitable<DeliveryResult> deliver_by_program(ProgramOrder order)
{
  const auto executor = co_await asio::this_coro::executor;
  RunningProgram program{executor};
  if (auto why = start(program, executor, order); !why.empty()) {
    co_return again(std::move(why));
  }
  co_await (program.process->ended() || pass(order.timeout) || read_on(program));
  const auto end = program.process->end();
  if (!end) {
    co_await kill(program);
    co_return again(
        order.words.front() + " was killed after " + std::to_string(order.timeout.count()) + " ms");
  }
  read_what_is_there(program);
  program.process->reap();
  if (!end->signalled && end->number == 0) {
    DeliveryResult delivered;
    co_return delivered;
  }
  const std::string way = end->signalled ? " was killed by signal " : " ended with exit status ";
  co_return again(order.words.front() + way + std::to_string(end->number) + said(program.output));
}

}  // namespace muster::collector
