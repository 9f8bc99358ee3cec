// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/trusted_callers.hpp"

#include <chrono>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::node {

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text)
{
  std::ofstream{path, std::ios::trunc} << text;
}

// A caller with a key, and the folder of a node that may trust it.
class TrustedCallersTest : public testing::Test {
protected:
  static std::string line_of(const protocol::SecretKey& key) { return protocol::as_text(key.public_key()); }

  [[nodiscard]] fs::path file(const std::string& name) const { return folder_.path() / name; }

  static bool believes(const TrustedCallers& trusted, const protocol::SecretKey& key)
  {
    return trusted.keys().verifies(key.caller(), "a request", key.sign("a request"));
  }

  test::TemporaryDirectory folder_;
  protocol::SecretKey alice_ = protocol::generate_secret_key("alice@ops1");
  protocol::SecretKey alices_next_ = protocol::generate_secret_key("alice@ops1");
  protocol::SecretKey bob_ = protocol::generate_secret_key("bob@ops2");
};

}  // namespace

TEST_F(TrustedCallersTest, BelievesEveryKeyOfTheFolder)
{
  write(file("alice@ops1.pub"), line_of(alice_) + line_of(alices_next_));
  write(file("bob@ops2.pub"), "# bob\n" + line_of(bob_));
  const TrustedCallers trusted{folder_.path()};
  EXPECT_TRUE(believes(trusted, alice_));
  EXPECT_TRUE(believes(trusted, alices_next_));
  EXPECT_TRUE(believes(trusted, bob_));
  EXPECT_TRUE(trusted.health().empty());
}

TEST_F(TrustedCallersTest, ReadsNoOtherFiles)
{
  write(file("alice@ops1.key"), line_of(alice_));
  write(file(".bob.pub"), line_of(bob_));
  write(file("alice.pub~"), line_of(alice_));
  EXPECT_EQ(0U, TrustedCallers{folder_.path()}.keys().callers());
}

TEST_F(TrustedCallersTest, RevokesAtTheNextReloadWhatIsGone)
{
  write(file("alice.pub"), line_of(alice_) + line_of(alices_next_));
  write(file("bob.pub"), line_of(bob_));
  TrustedCallers trusted{folder_.path()};
  write(file("alice.pub"), line_of(alices_next_));
  fs::remove(file("bob.pub"));
  EXPECT_TRUE(trusted.changed_on_disk());
  EXPECT_TRUE(believes(trusted, alice_));
  trusted.reload();
  EXPECT_FALSE(believes(trusted, alice_));
  EXPECT_TRUE(believes(trusted, alices_next_));
  EXPECT_FALSE(believes(trusted, bob_));
  EXPECT_FALSE(trusted.changed_on_disk());
}

TEST_F(TrustedCallersTest, BelievesNoKeyOfAFileThatBrokeAndAllOthers)
{
  write(file("alice.pub"), line_of(alice_));
  write(file("bob.pub"), line_of(bob_));
  TrustedCallers trusted{folder_.path()};
  write(file("alice.pub"), line_of(alice_) + "muster-ed25519 AAAA\n");
  trusted.reload();
  EXPECT_FALSE(believes(trusted, alice_));
  EXPECT_TRUE(believes(trusted, bob_));
  ASSERT_EQ(1U, trusted.health().size());
  EXPECT_EQ(
      "trusted callers: " + file("alice.pub").string() +
          ": line 2: expected \"muster-ed25519 BASE64 NAME\"; none of its keys count",
      trusted.health().front());
  write(file("alice.pub"), line_of(alice_));
  EXPECT_TRUE(trusted.changed_on_disk());
  trusted.reload();
  EXPECT_TRUE(believes(trusted, alice_));
  EXPECT_TRUE(trusted.health().empty());
}

TEST_F(TrustedCallersTest, SeesEveryKindOfChange)
{
  write(file("alice.pub"), line_of(alice_));
  TrustedCallers trusted{folder_.path()};
  EXPECT_FALSE(trusted.changed_on_disk());
  write(file("bob.pub"), line_of(bob_));
  EXPECT_TRUE(trusted.changed_on_disk());
  trusted.reload();
  EXPECT_FALSE(trusted.changed_on_disk());
  fs::permissions(file("bob.pub"), fs::perms::others_write, fs::perm_options::add);
  EXPECT_TRUE(trusted.changed_on_disk());
  trusted.reload();
  fs::rename(file("bob.pub"), file("robert.pub"));
  EXPECT_TRUE(trusted.changed_on_disk());
}

TEST_F(TrustedCallersTest, BelievesNothingThatEverybodyMayWrite)
{
  write(file("alice.pub"), line_of(alice_));
  write(file("bob.pub"), line_of(bob_));
  fs::permissions(file("alice.pub"), fs::perms::others_write, fs::perm_options::add);
  TrustedCallers trusted{folder_.path()};
  EXPECT_FALSE(believes(trusted, alice_));
  EXPECT_TRUE(believes(trusted, bob_));
  const auto path = file("alice.pub").string();
  EXPECT_EQ(
      std::vector{
          "trusted callers: everybody may write to " + path + ", so its keys do not count; chmod o-w " +
          path},
      trusted.health());

  fs::permissions(folder_.path(), fs::perms::others_write, fs::perm_options::add);
  trusted.reload();
  EXPECT_EQ(0U, trusted.keys().callers());
}

TEST_F(TrustedCallersTest, SaysThatNobodyCanAskAndSeesTheFolderCome)
{
  const auto later = folder_.path() / "callers.d";
  TrustedCallers trusted{later};
  ASSERT_EQ(2U, trusted.health().size());
  EXPECT_EQ(
      "trusted callers: no keys in " + later.string() + ": nobody can ask this node",
      trusted.health().front());
  EXPECT_FALSE(trusted.changed_on_disk());
  fs::create_directory(later);
  write(later / "alice.pub", line_of(alice_));
  EXPECT_TRUE(trusted.changed_on_disk());
  trusted.reload();
  EXPECT_TRUE(believes(trusted, alice_));
}

TEST_F(TrustedCallersTest, TakesNoFileBeyondItsLimits)
{
  write(file("large.pub"), line_of(alice_) + std::string(TrustedCallers::largest_file, '#'));
  fs::create_directory(file("folder.pub"));
  EXPECT_EQ(0U, TrustedCallers{folder_.path()}.keys().callers());
  for (std::size_t i = 0; i <= TrustedCallers::most_files; ++i) {
    write(file(std::to_string(i) + ".pub"), "");
  }
  const TrustedCallers trusted{folder_.path()};
  EXPECT_EQ(
      "trusted callers: more than 1000 key files in " + folder_.path().string(), trusted.health().back());
}

TEST_F(TrustedCallersTest, SaysFewSentencesHoweverManyFilesAreBroken)
{
  for (int i = 0; i < 20; ++i) {
    write(file(std::to_string(i) + ".pub"), "rubbish\n");
  }
  const TrustedCallers trusted{folder_.path()};
  EXPECT_EQ(4U, trusted.health().size());
  EXPECT_EQ("trusted callers: 18 more files like these", trusted.health().back());
}

}  // namespace muster::node
