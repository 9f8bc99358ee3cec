// SPDX-License-Identifier: Apache-2.0
#include "cli/send_folder.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace muster::cli {

namespace {

// Starts a program of PATH with this descriptor in the place of its standard input or output. What else it
// prints, or a login shell on the other side, is no output of ours and goes to standard error.
Expected<pid_t> start(const std::vector<std::string>& words, int descriptor, int place)
{
  std::vector<std::string> copies{words};
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (auto& word : copies) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, descriptor, place);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return failure(ErrorCode::io_failure, words.front() + ": " + std::generic_category().message(error));
  }
  return child;
}

// The exit status, or 128 and the signal as a shell says it.
int wait_for(pid_t child)
{
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return -1;
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string install_command()
{
  return "mkdir -p /etc/muster && tar -C /etc/muster -x --no-same-owner -f - && "
         "{ ! id nagios >/dev/null 2>&1 || chown nagios /etc/muster/tls/node.key; }";
}

Expected<void> send_folder(const std::filesystem::path& folder, const std::string& host)
{
  if (host.empty() || host.front() == '-') {
    return failure(ErrorCode::invalid_input, "'" + host + "' is no host for ssh");
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return failure(ErrorCode::io_failure, "pipe: " + std::generic_category().message(errno));
  }
  const auto tar = start({"tar", "-C", folder.string(), "-cf", "-", "."}, ends[1], STDOUT_FILENO);
  const auto ssh = start({"ssh", "--", host, install_command()}, ends[0], STDIN_FILENO);
  ::close(ends[0]);
  ::close(ends[1]);
  const int tar_status = tar ? wait_for(*tar) : -1;
  const int ssh_status = ssh ? wait_for(*ssh) : -1;
  if (!tar || !ssh) {
    return tl::unexpected<Error>{tar ? ssh.error() : tar.error()};
  }
  if (tar_status != 0 || ssh_status != 0) {
    return failure(
        ErrorCode::io_failure,
        "installing over ssh on " + host + " failed: ssh ended with status " + std::to_string(ssh_status) +
            ", tar with " + std::to_string(tar_status));
  }
  return {};
}

}  // namespace muster::cli
