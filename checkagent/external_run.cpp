// SPDX-License-Identifier: Apache-2.0
#include "checkagent/external_run.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace log = runtime::log;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// A look costs one stat(); not even a fast disk takes more than some hundred MiB in between.
constexpr milliseconds between_looks{100};

// A program that is killed at its deadline is gone by then.
constexpr milliseconds longest_end{2000};

void log_lines(const std::string& agent, std::string_view text, void (*write)(std::string_view))
{
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty()) {
      write("agent " + agent + ": " + to_valid_utf8(line));
    }
  }
}

asio::awaitable<ProgramRun> run_logged(std::string agent, PluginCommand command)
{
  ProgramRun run = co_await run_program(std::move(command));
  log_lines(agent, run.output, log::info);
  log_lines(agent, run.errors, log::error);
  co_return run;
}

// Returns as soon as the file is too large, and throws when it is not watched any more: cancelled, or at the
// deadline.
asio::awaitable<void> outgrown(WatchedFile file, steady_clock::time_point deadline)
{
  asio::steady_timer timer{co_await asio::this_coro::executor};
  std::error_code error;
  while (steady_clock::now() < deadline) {
    timer.expires_after(between_looks);
    co_await timer.async_wait(asio::use_awaitable);
    const auto size = std::filesystem::file_size(file.path, error);
    if (!error && size > file.most_bytes) {
      co_return;
    }
  }
  throw boost::system::system_error{asio::error::timed_out};
}

}  // namespace

asio::awaitable<std::optional<ProgramRun>> run_external(
    std::string agent, PluginCommand command, WatchedFile reply)
{
  auto too_large = outgrown(std::move(reply), steady_clock::now() + command.timeout + longest_end);
  auto run = run_logged(std::move(agent), std::move(command));
  auto first = co_await (std::move(run) || std::move(too_large));
  if (auto* ended = std::get_if<ProgramRun>(&first)) {
    co_return std::move(*ended);
  }
  co_return std::nullopt;
}

}  // namespace muster::checkagent
