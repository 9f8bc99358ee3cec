// SPDX-License-Identifier: Apache-2.0
#include "checkagent/plugin_access.hpp"

#include <cerrno>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace muster::checkagent {

namespace {

// 0, or an errno.
int try_to_execute(const char* program)
{
  struct stat status {};

  if (::stat(program, &status) != 0) {
    return errno;
  }
  if (S_ISDIR(status.st_mode)) {
    return EISDIR;
  }
  return ::faccessat(AT_FDCWD, program, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

int become(const RunAs& account)
{
  const bool changed = ::setgroups(account.groups.size(), account.groups.data()) == 0 &&
                       ::setresgid(account.group, account.group, account.group) == 0 &&
                       ::setresuid(account.user, account.user, account.user) == 0;
  return changed ? 0 : errno;
}

int try_to_execute_as(const char* program, const RunAs& account)
{
  const pid_t child = ::fork();
  if (child < 0) {
    return errno;
  }
  if (child == 0) {
    const int error = become(account);
    ::_exit(error != 0 ? error : try_to_execute(program));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

}  // namespace

std::string why_not_executable(const std::string& program, const std::optional<RunAs>& run_as)
{
  const int error = run_as ? try_to_execute_as(program.c_str(), *run_as) : try_to_execute(program.c_str());
  return error == 0 ? std::string{} : std::generic_category().message(error);
}

}  // namespace muster::checkagent
