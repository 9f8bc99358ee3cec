// SPDX-License-Identifier: Apache-2.0
#include "collector/web/tokens.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace muster::collector::web {

namespace {

const std::string alices = "aaaaaaaaaaaaaaaaaaaaaaaa";
const std::string prometheus_token = "pppppppppppppppppppppppp";

std::string fault(const std::string& text)
{
  const auto tokens = Tokens::parse("tokens", text);
  return tokens ? "" : tokens.error().message;
}

// A file of one token with this mode.
class TokenFile {
public:
  explicit TokenFile(mode_t mode)
  {
    std::string name = "/tmp/muster_tokens_XXXXXX";
    const int descriptor = ::mkstemp(name.data());
    ::close(descriptor);
    path_ = name;
    std::ofstream{path_} << "alice operate " << alices << "\n";
    ::chmod(path_.c_str(), mode);
  }

  ~TokenFile() { ::unlink(path_.c_str()); }

  TokenFile(const TokenFile&) = delete;
  TokenFile& operator=(const TokenFile&) = delete;
  TokenFile(TokenFile&&) = delete;
  TokenFile& operator=(TokenFile&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

}  // namespace

TEST(Tokens, say_whose_a_token_is_and_what_it_may)
{
  const auto tokens = Tokens::parse(
      "tokens", "# people\nalice operate " + alices + "\n\n\tprometheus  read " + prometheus_token + "\r\n");
  ASSERT_TRUE(tokens) << tokens.error().message;
  EXPECT_EQ(2U, tokens->size());
  const auto alice = tokens->find(alices);
  ASSERT_TRUE(alice);
  EXPECT_EQ("alice", alice->name);
  EXPECT_EQ(Right::operate, alice->right);
  EXPECT_EQ(Right::read, tokens->find(prometheus_token)->right);
}

TEST(Tokens, are_nobodys_if_they_are_not_whole)
{
  const auto tokens = Tokens::parse("tokens", "alice operate " + alices);
  ASSERT_TRUE(tokens);
  EXPECT_FALSE(tokens->find(""));
  EXPECT_FALSE(tokens->find(alices.substr(1)));
  EXPECT_FALSE(tokens->find(alices + "a"));
  EXPECT_FALSE(tokens->find("aaaaaaaaaaaaaaaaaaaaaaab"));
}

TEST(Tokens, are_refused_with_the_line_that_is_wrong_and_without_the_token)
{
  EXPECT_EQ("tokens:2: expected NAME RIGHT TOKEN", fault("\nalice operate\n"));
  EXPECT_EQ("tokens:1: expected NAME RIGHT TOKEN", fault("alice operate " + alices + " more"));
  EXPECT_EQ("tokens:1: RIGHT: expected read or operate", fault("alice admin " + alices));
  EXPECT_EQ("tokens:1: NAME: expected at most 64 of [A-Za-z0-9._@-]", fault("al<ce read " + alices));
  EXPECT_EQ(
      "tokens:1: TOKEN: expected 24 to 256 visible letters, for instance of `openssl rand -hex 24`",
      fault("alice read short"));
  EXPECT_NE("", fault("alice read " + std::string(257, 'x')));
}

TEST(Tokens, are_a_bounded_number)
{
  std::string text;
  for (std::size_t number = 0; number <= Tokens::most_tokens; ++number) {
    text += "alice read " + alices + "\n";
  }
  EXPECT_EQ("tokens:257: more than 256 tokens", fault(text));
}

TEST(Tokens, come_from_a_file_that_only_its_owner_and_group_can_read)
{
  EXPECT_TRUE(Tokens::read(TokenFile{0600}.path()));
  EXPECT_TRUE(Tokens::read(TokenFile{0640}.path()));
  for (const mode_t mode : {0644U, 0604U, 0602U, 0660U}) {
    const TokenFile file{mode};
    const auto tokens = Tokens::read(file.path());
    ASSERT_FALSE(tokens) << mode;
    EXPECT_EQ(ErrorCode::denied, tokens.error().code);
    EXPECT_NE(std::string::npos, tokens.error().message.find("chmod 0640"));
  }
}

TEST(Tokens, need_a_file_that_is_there)
{
  const auto tokens = Tokens::read("/nowhere/tokens");
  ASSERT_FALSE(tokens);
  EXPECT_EQ(ErrorCode::not_found, tokens.error().code);
}

}  // namespace muster::collector::web
