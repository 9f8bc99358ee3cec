// SPDX-License-Identifier: Apache-2.0
#include "checkagent/node_lock.hpp"

#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/unit/checkagent/recorder_rig.hpp"

namespace muster::checkagent {

TEST(NodeLock, KeepsASecondCheckagentFromTheSameNameAndNamesTheFirst)
{
  const ScratchFolder folder;
  const auto state = folder.path() / "muster" / "checkagent";
  const auto first = NodeLock::take(state, "web1.example.net");
  ASSERT_TRUE(first);
  const auto second = NodeLock::take(state, "web1.example.net");
  ASSERT_FALSE(second);
  EXPECT_EQ(ErrorCode::denied, second.error().code);
  EXPECT_EQ(
      "a checkagent with the name web1.example.net runs on this host: " +
          (state / "web1.example.net.lock").string() + " is locked by process " + std::to_string(::getpid()) +
          "; stop it, or give this one another identity",
      second.error().message);
}

TEST(NodeLock, LetsOtherNamesRun)
{
  const ScratchFolder folder;
  const auto first = NodeLock::take(folder.path(), "web1");
  EXPECT_TRUE(first && NodeLock::take(folder.path(), "web2"));
}

TEST(NodeLock, IsFreeAgainWhenItsHolderIsKilled)
{
  const ScratchFolder folder;
  int ends[2];
  ASSERT_EQ(0, ::pipe(ends));
  const auto child = ::fork();
  if (child == 0) {
    const auto lock = NodeLock::take(folder.path(), "web1");
    const char said = lock ? 'y' : 'n';
    if (::write(ends[1], &said, 1) == 1) {
      ::pause();
    }
    ::_exit(1);
  }
  char said = 0;
  EXPECT_EQ(1, ::read(ends[0], &said, 1));
  EXPECT_EQ('y', said);
  const auto refused = NodeLock::take(folder.path(), "web1");
  EXPECT_TRUE(
      !refused && refused.error().message.find("process " + std::to_string(child)) != std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(NodeLock::take(folder.path(), "web1"));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(NodeLock, BelievesNothingOfALockFileButANumber)
{
  const ScratchFolder folder;
  auto first = std::optional{NodeLock::take(folder.path(), "web1")};
  std::ofstream{folder.path() / "web1.lock"} << "\x1b[2Jrubbish";
  const auto refused = NodeLock::take(folder.path(), "web1");
  ASSERT_FALSE(refused);
  EXPECT_NE(std::string::npos, refused.error().message.find("is locked by another process;"));
}

TEST(NodeLock, SaysWhyAStateFolderCannotBeUsed)
{
  const ScratchFolder folder;
  std::ofstream{folder.path() / "file"} << "x";
  const auto refused = NodeLock::take(folder.path() / "file" / "state", "web1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(ErrorCode::io_failure, refused.error().code);
  EXPECT_TRUE(refused.error().message.starts_with("cannot make the state folder " + folder.path().string()));
  EXPECT_FALSE(NodeLock::take(folder.path(), "../web1"));
}

}  // namespace muster::checkagent
