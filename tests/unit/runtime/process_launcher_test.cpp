// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/process_launcher.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace muster::runtime {
namespace {

tl::expected<LaunchedProcess, LaunchFailure> launch_words(
    std::vector<std::string> words, std::optional<RunAs> run_as)
{
  const FileDescriptor sink{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  return launch({std::move(words), {}, std::move(run_as), sink.get(), sink.get()});
}

siginfo_t wait_for(pid_t pid)
{
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
  return info;
}

TEST(ProcessLauncher, ReportsTheErrorOfExecAndReapsTheChild)
{
  const auto launched = launch_words({"/no/such/program"}, std::nullopt);
  ASSERT_FALSE(launched);
  EXPECT_STREQ(launched.error().step, "execve");
  EXPECT_EQ(launched.error().error_number, ENOENT);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

// Without it, plugins of a killed checkagent would run on unseen.
TEST(ProcessLauncher, LetsTheKernelKillAProcessWhoseParentThreadEnds)
{
  std::optional<tl::expected<LaunchedProcess, LaunchFailure>> launched;
  std::thread{[&launched] { launched = launch_words({"/bin/sleep", "300"}, std::nullopt); }}.join();
  ASSERT_TRUE(launched->has_value());
  EXPECT_EQ(wait_for((*launched)->pid).si_status, SIGKILL);
}

TEST(ProcessLauncher, LetsTheKernelKillAProcessOfAnotherUserToo)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  std::optional<tl::expected<LaunchedProcess, LaunchFailure>> launched;
  constexpr uid_t nobody = 65'534;
  const RunAs run_as{nobody, nobody, {}};
  std::thread{[&] { launched = launch_words({"/bin/sleep", "300"}, run_as); }}.join();
  ASSERT_TRUE(launched->has_value());
  EXPECT_EQ(wait_for((*launched)->pid).si_status, SIGKILL);
}

}  // namespace
}  // namespace muster::runtime
