// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/program_delivery.hpp"

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/coroutine_result.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Outcome = DeliveryResult::Outcome;

class AProgram : public testing::Test {
protected:
  DeliveryResult run(
      const std::string& script, std::string input = "", std::chrono::milliseconds timeout = 30s)
  {
    ProgramOrder order{
        {"/bin/sh", "-c", script, "sh", directory.path().string()},
        {{"PATH", "/usr/bin:/bin"}, {"MUSTER_TITLE", "CRITICAL: $(reboot)"}},
        std::move(input),
        timeout};
    return test::result_of(deliver_by_program(std::move(order)));
  }

  [[nodiscard]] std::string written(const char* name) const
  {
    std::ifstream file{directory.path() / name};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  test::TemporaryDirectory directory;
};

TEST_F(AProgram, ReadsWhatItIsToldAndSeesItInItsEnvironment)
{
  const std::string large(300'000, 'x');
  EXPECT_EQ(run("cat > $1/input; printf %s \"$MUSTER_TITLE\" > $1/title", large).outcome, Outcome::delivered);
  EXPECT_EQ(written("input"), large);
  EXPECT_EQ(written("title"), "CRITICAL: $(reboot)");
}

TEST_F(AProgram, NeedsNotReadAnything)
{
  EXPECT_EQ(run("exit 0", std::string(300'000, 'x')).outcome, Outcome::delivered);
}

TEST_F(AProgram, IsTriedAgainWhenItFailsAndItsLastWordsAreKept)
{
  const auto result = run("echo trying; echo 'no route to pager' >&2; exit 75");
  EXPECT_EQ(result.outcome, Outcome::again);
  EXPECT_EQ(result.why, "/bin/sh ended with exit status 75: no route to pager");
}

TEST_F(AProgram, MayPrintMoreThanAnybodyKeeps)
{
  const auto result = run("yes | head -c 3000000; exit 1");
  EXPECT_EQ(result.outcome, Outcome::again);
  EXPECT_LT(result.why.size(), 4096U);
}

TEST_F(AProgram, IsEndedWithItsChildrenAtTheDeadline)
{
  const auto result = run("trap '' TERM; sleep 300 & echo $! > $1/child; wait; sleep 300", "", 300ms);
  EXPECT_EQ(result.outcome, Outcome::again);
  EXPECT_THAT(result.why, HasSubstr("was killed after 300 ms"));
  const auto child = std::stoi(written("child"));
  for (int i = 0; i < 200 && ::kill(child, 0) == 0; ++i) {
    std::ifstream status{"/proc/" + std::to_string(child) + "/stat"};
    std::string text;
    std::getline(status, text);
    if (text.find(" Z ") != std::string::npos) {
      return;  // dead, and waiting for whoever reaps orphans here
    }
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_NE(::kill(child, 0), 0);
}

TEST_F(AProgram, MayLeaveSomethingRunningThatHoldsItsOutput)
{
  EXPECT_EQ(run("sleep 2 & exit 0").outcome, Outcome::delivered);
}

TEST_F(AProgram, ThatIsNotThereIsNamed)
{
  ProgramOrder order{{"/no/such/program"}, {}, "", 1s};
  const auto result = test::result_of(deliver_by_program(std::move(order)));
  EXPECT_EQ(result.outcome, Outcome::again);
  EXPECT_EQ(result.why, "/no/such/program cannot be started: No such file or directory");
}

}  // namespace
}  // namespace muster::collector
