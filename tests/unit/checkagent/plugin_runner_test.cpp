// SPDX-License-Identifier: Apache-2.0
// Real processes. A test that could hang has a plugin timeout far above what it needs; no test measures time.
#include "checkagent/plugin_runner.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/runtime/file_descriptor.hpp"
#include "tests/support/coroutine_result.hpp"
#include "tests/unit/checkagent/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

PluginRun run(PluginCommand command)
{
  return test::result_of(run_plugin(std::move(command)));
}

PluginRun run(const std::string& line, std::chrono::milliseconds timeout = 1min)
{
  PluginCommand command;
  command.command_line = line;
  command.timeout = timeout;
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  return run(std::move(command));
}

// Not running any more: gone, or a zombie that only waits for its parent.
bool is_running(pid_t pid)
{
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string number;
  std::string name;
  std::string state;
  file >> number >> name >> state;
  return file.good() && state != "Z" && state != "X";
}

// Waits, with patience, for what must happen soon.
bool eventually(const std::function<bool()>& happened)
{
  for (int i = 0; i < 1000; ++i) {
    if (happened()) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

pid_t read_pid(const std::string& file)
{
  pid_t pid = 0;
  std::ifstream{file} >> pid;
  return pid;
}

std::size_t open_descriptors()
{
  const std::filesystem::directory_iterator entries{"/proc/self/fd"};
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

class EachState : public testing::TestWithParam<int> {};

TEST_P(EachState, IsThePluginsExitStatus)
{
  const auto result = run("echo 'text|a=1'; exit " + std::to_string(GetParam()));
  EXPECT_EQ(static_cast<int>(result.state), GetParam());
  EXPECT_EQ(result.output.summary, "text");
  EXPECT_EQ(result.output.perfdata, "a=1");
  EXPECT_EQ(result.end, PluginEnd::exited);
  EXPECT_EQ(result.exit_code, GetParam());
}

INSTANTIATE_TEST_SUITE_P(PluginRunner, EachState, testing::Values(0, 1, 2, 3));

TEST(PluginRunner, RunsAPlainLineWithoutAShell)
{
  const auto result = run("/usr/bin/readlink /proc/self/exe");
  EXPECT_EQ(result.output.summary, "/usr/bin/readlink");
}

TEST(PluginRunner, NotesWhenItStarted)
{
  const auto before = std::chrono::system_clock::now();
  const auto result = run("/bin/true");
  EXPECT_GE(result.started, before);
  EXPECT_LE(result.started, std::chrono::system_clock::now());
}

TEST(PluginRunner, TellsThatAPluginIsNotThere)
{
  const auto result = run("/no/such/plugin -w 5");
  EXPECT_EQ(result.state, CheckState::unknown);
  EXPECT_EQ(result.end, PluginEnd::could_not_start);
  EXPECT_EQ(result.reason, "plugin not found: /no/such/plugin");
}

TEST(PluginRunner, TellsThatAPluginIsNotExecutable)
{
  const auto result = run("/etc/passwd");
  EXPECT_EQ(result.end, PluginEnd::could_not_start);
  EXPECT_EQ(result.reason, "plugin not executable: /etc/passwd");
}

TEST(PluginRunner, TellsThatAnInterpreterIsNotThere)
{
  const TemporaryDirectory directory;
  const auto script = directory.write_script("check", "#!/no/such/perl\n");
  EXPECT_THAT(run(script).reason, StartsWith("interpreter not found"));
}

TEST(PluginRunner, RunsAScriptWithoutAFirstLineThroughTheShell)
{
  const TemporaryDirectory directory;
  const auto script = directory.write_script("check", "echo \"script $1\"\nexit 1\n");
  const auto result = run(script + " one");
  EXPECT_EQ(result.state, CheckState::warning);
  EXPECT_EQ(result.output.summary, "script one");
}

TEST(PluginRunner, UsesStandardErrorForTheReasonOfAFailure)
{
  const auto result = run("echo 'no such disk' >&2; exit 2");
  EXPECT_EQ(result.state, CheckState::unknown);
  EXPECT_EQ(result.reason, "printed nothing, exit status 2: no such disk");
  EXPECT_THAT(run("no_such_command_here").reason, HasSubstr("not found"));
}

TEST(PluginRunner, IgnoresStandardErrorOfAPluginThatWorks)
{
  const auto result = run("echo noise >&2; echo fine");
  EXPECT_EQ(result.state, CheckState::ok);
  EXPECT_EQ(result.output.summary, "fine");
  EXPECT_EQ(result.output.details, "");
}

TEST(PluginRunner, NamesTheSignalThatKilledThePlugin)
{
  const auto result = run("echo half; kill -SEGV $$");
  EXPECT_EQ(result.state, CheckState::unknown);
  EXPECT_EQ(result.end, PluginEnd::signalled);
  EXPECT_EQ(result.exit_code, SIGSEGV);
  EXPECT_EQ(result.output.summary, "half (killed by SIGSEGV)");
}

TEST(PluginRunner, KillsTheWholeGroupOnTimeoutAndSaysSo)
{
  const TemporaryDirectory directory;
  const auto pid_file = directory.path("pid");
  const auto result = run("echo started; sleep 300 & echo $! > " + pid_file + "; wait", 1500ms);
  EXPECT_EQ(result.state, CheckState::unknown);
  EXPECT_EQ(result.end, PluginEnd::timed_out);
  EXPECT_EQ(result.output.summary, "timed out after 1.5 s");
  EXPECT_EQ(result.output.details, "started");
  const auto child = read_pid(pid_file);
  ASSERT_GT(child, 0);
  EXPECT_TRUE(eventually([child] { return !is_running(child); }));
}

TEST(PluginRunner, KillsAPluginThatIgnoresSigterm)
{
  const auto result = run("trap '' TERM; echo $$; sleep 300; sleep 300", 500ms);
  EXPECT_EQ(result.end, PluginEnd::timed_out);
  EXPECT_EQ(result.reason, "timed out after 0.5 s");
  EXPECT_FALSE(is_running(std::stoi(result.output.details)));
}

// Joins the group of checkagent, where a signal to its own group does not find it.
const std::string leave_the_group = "setpgrp(0, getpgrp(getppid())) or die; ";

TEST(PluginRunner, KillsAPluginThatHasLeftItsGroup)
{
  const auto result = run(
      "exec perl -e '$| = 1; $SIG{TERM} = \"IGNORE\"; " + leave_the_group + "print $$; sleep 300 while 1'",
      1500ms);
  EXPECT_EQ(result.end, PluginEnd::timed_out);
  EXPECT_EQ(result.reason, "timed out after 1.5 s");
  EXPECT_FALSE(is_running(std::stoi(result.output.details)));
}

TEST(PluginRunner, LetsAPluginCleanUpThatHasLeftItsGroup)
{
  const TemporaryDirectory directory;
  const auto lock = directory.write("lock", "");
  run("exec perl -e '$SIG{TERM} = sub { unlink \"" + lock + "\"; exit }; " + leave_the_group +
          "sleep 300 while 1'",
      1500ms);
  EXPECT_FALSE(std::filesystem::exists(lock));
}

TEST(PluginRunner, LetsAPluginCleanUpOnTimeout)
{
  const TemporaryDirectory directory;
  const auto lock = directory.write("lock", "");
  run("trap 'rm " + lock + "; exit' TERM; while :; do sleep 0.01; done", 500ms);
  EXPECT_FALSE(std::filesystem::exists(lock));
}

TEST(PluginRunner, DoesNotWaitForAGrandchildThatHoldsTheOutput)
{
  const TemporaryDirectory directory;
  const auto pid_file = directory.path("pid");
  const auto result = run("sleep 300 & echo $! > " + pid_file + "; echo early; exit 1");
  EXPECT_EQ(result.end, PluginEnd::exited);
  EXPECT_EQ(result.state, CheckState::warning);
  EXPECT_EQ(result.output.summary, "early");
  const auto child = read_pid(pid_file);
  EXPECT_TRUE(eventually([child] { return !is_running(child); }));
}

TEST(PluginRunner, LeavesAChildAloneThatLetGoOfTheOutput)
{
  const auto result = run("sleep 300 >/dev/null 2>&1 & echo $!");
  const auto child = std::stoi(result.output.summary);
  EXPECT_TRUE(is_running(child));
  ::kill(child, SIGKILL);
}

TEST(PluginRunner, CutsAFloodWithoutDisturbingThePlugin)
{
  const auto result = run("head -c 1000000 /dev/zero | tr '\\0' B; exit 1");
  EXPECT_EQ(result.state, CheckState::warning);
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.output.summary.size(), default_output_limit);
  EXPECT_THAT(result.output.details, HasSubstr("output cut"));
}

TEST(PluginRunner, EndsAFloodThatNeverEnds)
{
  const auto result = run("yes; yes", 500ms);
  EXPECT_EQ(result.end, PluginEnd::timed_out);
  EXPECT_TRUE(result.truncated);
}

TEST(PluginRunner, ReadsAFloodOnStandardErrorToo)
{
  const auto result = run("head -c 1000000 /dev/zero | tr '\\0' E >&2; echo fine");
  EXPECT_EQ(result.state, CheckState::ok);
  EXPECT_EQ(result.output.summary, "fine");
}

TEST(PluginRunner, WaitsForAPluginThatClosesItsOutput)
{
  const auto result = run("echo fine; exec >&- 2>&-; sleep 0.3; exit 2");
  EXPECT_EQ(result.state, CheckState::critical);
  EXPECT_EQ(result.output.summary, "fine");
}

TEST(PluginRunner, PassesNoDescriptorOn)
{
  const runtime::FileDescriptor leak{
      ::open("/dev/null", O_RDONLY)};  // NOLINT: without O_CLOEXEC, as some library does it
  ASSERT_TRUE(leak.valid());
  const auto result = run(
      "n=3; while [ $n -lt 64 ]; do [ -e /proc/$$/fd/$n ] && echo leaked $n; n=$((n+1)); done; echo none");
  EXPECT_EQ(result.output.summary, "none");
  EXPECT_THAT(run("/bin/ls /proc/self/fd").output.details, "1\n2\n3");  // 3 is the folder that ls reads
}

TEST(PluginRunner, GivesAnEmptyStandardInput)
{
  EXPECT_EQ(run("cat; echo eof").output.summary, "eof");
}

TEST(PluginRunner, StartsInTheRootDirectoryWithTheUsualMask)
{
  const auto result = run("pwd; umask");
  EXPECT_EQ(result.output.summary, "/");
  EXPECT_EQ(result.output.details, "0022");
}

TEST(PluginRunner, GivesExactlyTheEnvironmentAskedFor)
{
  PluginCommand command;
  command.command_line = "/usr/bin/env";
  command.environment = {{"A", "1"}, {"B", "x=y z"}};
  const auto result = run(std::move(command));
  EXPECT_EQ(result.output.summary, "A=1");
  EXPECT_EQ(result.output.details, "B=x=y z");
}

TEST(PluginRunner, MakesEachPluginLeaderOfItsOwnGroup)
{
  const auto result = run("read -r pid name state parent group rest < /proc/$$/stat; echo $((group - $$))");
  EXPECT_EQ(result.output.summary, "0");
}

TEST(PluginRunner, ResetsSignalsForThePlugin)
{
  sigset_t some{};
  sigset_t before{};
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  const auto old_action = std::signal(SIGPIPE, SIG_IGN);
  const auto result = run("/bin/grep -E ^Sig[BI] /proc/self/status");
  const auto still_ignored = std::signal(SIGPIPE, old_action);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(result.output.summary, "SigBlk:\t0000000000000000");
  EXPECT_EQ(result.output.details, "SigIgn:\t0000000000000000");
  EXPECT_EQ(still_ignored, SIG_IGN);  // the child's reset did not reach us
}

TEST(PluginRunner, ChangesUserAndGroups)
{
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  constexpr uid_t nobody = 65'534;
  PluginCommand command;
  command.command_line = "id -u; id -g; id -G; grep ^Uid: /proc/self/status";
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  command.run_as = RunAs{nobody, nobody, {nobody, 4}};
  const auto result = run(std::move(command));
  EXPECT_EQ(result.output.summary, "65534");
  EXPECT_EQ(result.output.details, "65534\n65534 4\nUid:\t65534\t65534\t65534\t65534");
  EXPECT_EQ(::geteuid(), 0U);  // the child's change did not reach us
}

TEST(PluginRunner, TellsThatItMayNotChangeTheUser)
{
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may";
  }
  PluginCommand command;
  command.command_line = "/bin/true";
  command.run_as = RunAs{1, 1, {1}};
  const auto result = run(std::move(command));
  EXPECT_EQ(result.end, PluginEnd::could_not_start);
  EXPECT_THAT(result.reason, HasSubstr("setgroups"));
}

// A plugin that has written its number into a file and runs on, on a loop that the test drives.
struct EndlessPlugin {
  TemporaryDirectory directory;
  asio::io_context loop;
  asio::cancellation_signal cancel;

  pid_t start()
  {
    PluginCommand command;
    command.command_line = "sleep 300 & echo $! > " + directory.path("pid") + "; wait";
    command.timeout = 1min;
    command.environment = {{"PATH", "/usr/bin:/bin"}};
    asio::co_spawn(
        loop, run_plugin(std::move(command)), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    pid_t pid = 0;
    eventually([this, &pid] {
      loop.poll();
      return (pid = read_pid(directory.path("pid"))) > 0;
    });
    return pid;
  }
};

TEST(PluginRunner, KillsTheGroupWhenCancelled)
{
  EndlessPlugin plugin;
  const auto pid = plugin.start();
  ASSERT_TRUE(is_running(pid));
  plugin.cancel.emit(asio::cancellation_type::terminal);
  plugin.loop.run();  // would go on for a minute
  EXPECT_TRUE(eventually([pid] { return !is_running(pid); }));
}

TEST(PluginRunner, KillsTheGroupWhenItsLoopIsDestroyed)
{
  pid_t pid = 0;
  {
    EndlessPlugin plugin;
    pid = plugin.start();
    ASSERT_TRUE(is_running(pid));
  }
  EXPECT_TRUE(eventually([pid] { return !is_running(pid); }));
}

TEST(PluginRunner, LeavesNeitherZombiesNorDescriptors)
{
  run("/bin/true");
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    run("/bin/true");
    run("echo x; exit 4");
    run("/no/such/plugin");
    run("sleep 300", 1ms);
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(PluginRunner, RunsManyAtOnce)
{
  asio::io_context loop;
  std::vector<std::string> summaries;
  constexpr std::size_t many = 50;
  for (std::size_t i = 0; i < many; ++i) {
    PluginCommand command;
    command.command_line = "/bin/echo " + std::to_string(i);
    asio::co_spawn(
        loop, run_plugin(std::move(command)), [&summaries](const std::exception_ptr&, const PluginRun& run) {
          summaries.push_back(run.output.summary);
        });
  }
  loop.run();
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < many; ++i) {
    expected.push_back(std::to_string(i));
  }
  EXPECT_THAT(summaries, testing::UnorderedElementsAreArray(expected));
}

// What Boost.Process's vfork_launcher breaks: the loop's own descriptors when a lower number is free.
TEST(PluginRunner, LeavesTheLoopsDescriptorsAlone)
{
  runtime::FileDescriptor low{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  asio::io_context loop;
  low = runtime::FileDescriptor{};
  std::vector<CheckState> states;
  for (int i = 0; i < 3; ++i) {
    PluginCommand command;
    command.command_line = "/bin/echo fine";
    asio::co_spawn(
        loop, run_plugin(std::move(command)), [&states](const std::exception_ptr&, const PluginRun& run) {
          states.push_back(run.state);
        });
  }
  loop.run();
  EXPECT_EQ(states, std::vector<CheckState>(3, CheckState::ok));
}

}  // namespace
}  // namespace muster::checkagent
