// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facter.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {

namespace {

using std::chrono::milliseconds;

class Facter : public testing::Test {
protected:
  // What a facter prints that is this shell script.
  [[nodiscard]] Expected<std::string> run(
      const std::string& script, milliseconds deadline = facter_deadline) const
  {
    const auto program = folder_.path() / "facter";
    EXPECT_TRUE(runtime::write_file_atomically(program, "#!/bin/sh\n" + script, 0700));
    return make_facter({FacterChoice::Asked::always, program}, deadline)();
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

private:
  const test::TemporaryDirectory folder_;
};

// A process that is dead may stay as a zombie where nobody waits for orphans.
bool is_alive(const std::string& pid)
{
  const auto status = runtime::read_text_file("/proc/" + pid + "/status", 10'000);
  return status && status->find("State:\tZ") == std::string::npos;
}

}  // namespace

TEST_F(Facter, IsAskedForJson)
{
  EXPECT_EQ(run("echo \"{\\\"flag\\\": \\\"$*\\\"}\"").value_or(""), "{\"flag\": \"--json\"}\n");
}

TEST_F(Facter, IsKilledWithItsChildrenAtTheDeadline)
{
  const auto pid_file = folder() / "pid";
  const auto printed = run("sleep 600 & echo $! > " + pid_file.string() + "; sleep 600", milliseconds{500});
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().code, ErrorCode::timed_out);
  auto child = runtime::read_text_file(pid_file, 100).value_or("");
  ASSERT_FALSE(child.empty());
  child.pop_back();
  for (int tries = 0; is_alive(child) && tries < 500; ++tries) {
    std::this_thread::sleep_for(milliseconds{10});  // the signal is on its way
  }
  EXPECT_FALSE(is_alive(child));
}

TEST_F(Facter, IsKilledWhenItClosesItsOutputAndStays)
{
  const auto printed = run("echo '{}'; exec >&-; sleep 600", milliseconds{100});
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().code, ErrorCode::timed_out);
}

TEST_F(Facter, IsKilledWhenItFloods)
{
  EXPECT_FALSE(
      run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"));
}

TEST_F(Facter, ThatFailsIsNotBelieved)
{
  EXPECT_FALSE(run("echo '{}'; exit 1"));
}

TEST_F(Facter, GetsNoDescriptorsOfOurs)
{
  const int inheritable = ::dup(0);
  const auto printed = run("ls /proc/self/fd | wc -l");
  ::close(inheritable);
  EXPECT_EQ(printed.value_or(""), "4\n") << "stdin, stdout, stderr and that of ls itself";
}

TEST_F(Facter, ThatIsMissingIsNamed)
{
  const auto printed = make_facter({FacterChoice::Asked::always, "/nonexistent/facter"})();
  ASSERT_FALSE(printed);
  EXPECT_NE(printed.error().message.find("/nonexistent/facter"), std::string::npos);
}

TEST_F(Facter, IsFoundInItsUsualPlacesAndMayComeLater)
{
  const auto facter =
      make_facter({FacterChoice::Asked::if_there, ""}, facter_deadline, {"/nonexistent", folder()});
  EXPECT_EQ(facter().value_or("failed"), "{}") << "not there yet, which is no failure";
  ASSERT_TRUE(run("echo '{\"os\": 1}'"));
  EXPECT_EQ(facter().value_or("failed"), "{\"os\": 1}\n");
}

TEST_F(Facter, ThatWasAskedForIsMissedInItsUsualPlaces)
{
  const auto printed =
      make_facter({FacterChoice::Asked::always, ""}, facter_deadline, {"/nonexistent", folder()})();
  ASSERT_FALSE(printed);
  EXPECT_NE(printed.error().message.find("in none of /nonexistent, " + folder().string()), std::string::npos);
}

TEST_F(Facter, IsNotAskedWhenItIsNotWanted)
{
  EXPECT_FALSE(make_facter({FacterChoice::Asked::never, ""}));
}

}  // namespace muster::checkagent
