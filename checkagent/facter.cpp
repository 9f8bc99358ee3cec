// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facter.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace muster::checkagent {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t max_output = std::size_t{1} << 20U;  // facter prints about 20 KiB

constexpr const char* no_facts = "{}";

std::filesystem::path find_facter(const std::vector<std::filesystem::path>& folders)
{
  for (const auto& folder : folders) {
    auto candidate = folder / "facter";
    if (::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return {};
}

std::string text_of(int error)
{
  return std::generic_category().message(error);
}

// What a child needs to start; owns the two C structures.
class SpawnPlan {
public:
  explicit SpawnPlan(int output)
  {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  SpawnPlan(SpawnPlan&&) = delete;
  SpawnPlan& operator=(SpawnPlan&&) = delete;

  ~SpawnPlan()
  {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  // Zero or an errno.
  int run(const std::filesystem::path& program, pid_t& child) const
  {
    std::string name = program.string();
    std::string flag = "--json";
    const std::array<char*, 3> words{name.data(), flag.data(), nullptr};
    return ::posix_spawn(&child, name.c_str(), &actions_, &attributes_, words.data(), ::environ);
  }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Reads until the end of the output; nothing when the deadline or the limit came first.
std::optional<std::string> read_until(int input, Clock::time_point deadline)
{
  std::string text;
  std::array<char, 16'384> block{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waiting{input, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
      return std::nullopt;
    }
    const auto got = ::read(input, block.data(), block.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return text;
    }
    if (text.size() + static_cast<std::size_t>(got) > max_output) {
      return std::nullopt;
    }
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

// True when the child has ended by then; it has not been waited for.
bool ends_before(pid_t child, Clock::time_point deadline)
{
  // glibc 2.36 declares pidfd_open without extern "C".
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (handle < 0) {
    return false;
  }
  pollfd waiting{handle, POLLIN, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  const bool ended = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) > 0;
  ::close(handle);
  return ended;
}

// Takes the whole group along, so that nobody is left behind. The group keeps its number as long as its
// leader has not been waited for.
int end_child(pid_t child)
{
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Expected<std::string> run_facter(const std::filesystem::path& program, std::chrono::milliseconds deadline)
{
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failure(ErrorCode::io_failure, "cannot make a pipe: " + text_of(errno));
  }
  pid_t child = -1;
  const int error = SpawnPlan{ends[1]}.run(program, child);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return failure(ErrorCode::not_found, "cannot run " + program.string() + ": " + text_of(error));
  }
  const auto end = Clock::now() + deadline;
  auto printed = read_until(ends[0], end);
  ::close(ends[0]);
  const bool ended = printed && ends_before(child, end);
  const int status = end_child(child);
  if (!ended) {
    return failure(
        ErrorCode::timed_out,
        program.string() + " did not end within " + std::to_string(deadline.count()) +
            " ms and 1 MiB of output; it was killed");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return failure(ErrorCode::io_failure, program.string() + " failed");
  }
  return *std::move(printed);
}

Expected<std::string> missing_facter(const std::vector<std::filesystem::path>& folders)
{
  std::string places;
  for (const auto& folder : folders) {
    places += (places.empty() ? "" : ", ") + folder.string();
  }
  return failure(
      ErrorCode::not_found, "facter is in none of " + places + "; name it as a path or set 'facter: false'");
}

}  // namespace

FactsSource::Facter make_facter(
    const FacterChoice& choice,
    std::chrono::milliseconds deadline,
    const std::vector<std::filesystem::path>& folders)
{
  if (choice.asked == FacterChoice::Asked::never) {
    return {};
  }
  return [choice, deadline, folders]() -> Expected<std::string> {
    const auto program = choice.program.empty() ? find_facter(folders) : choice.program;
    if (!program.empty()) {
      return run_facter(program, deadline);
    }
    return choice.asked == FacterChoice::Asked::if_there ? no_facts : missing_facter(folders);
  };
}

}  // namespace muster::checkagent
