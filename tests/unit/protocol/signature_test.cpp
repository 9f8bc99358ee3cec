// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/protocol/samples.hpp"

namespace muster::protocol {

namespace {

std::string public_line(const SecretKey& key)
{
  return as_text(key.public_key());
}

void expect_bad_keys(const std::string& text, const std::string& complaint)
{
  const auto keys = parse_public_keys(text);
  ASSERT_FALSE(keys) << text;
  EXPECT_EQ(keys.error().code, ErrorCode::invalid_input);
  EXPECT_NE(keys.error().message.find(complaint), std::string::npos) << keys.error().message;
}

}  // namespace

TEST(SignatureOfAMessage, IsTheOneThatRfc8032Gives)
{
  // Test 2 of RFC 8032, section 7.1, as seed and public key in one.
  const auto key = parse_secret_key(
      "muster-ed25519-secret "
      "TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs9QBfD6EOJWpK3CqdNG368nJgszy7ElozAzVXxKvRmDA== a@b\n");
  ASSERT_TRUE(key) << key.error().message;
  const auto signature = key->sign("\x72");
  EXPECT_EQ(
      to_base64(signature.data(), signature.size()),
      "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==");
  EXPECT_TRUE(is_signed_by(key->public_key(), "\x72", signature));
}

TEST(SignatureOfAMessage, HoldsForItsBytesAndItsKeyOnly)
{
  const auto alice = generate_secret_key("alice@ops1");
  const auto other = generate_secret_key("alice@ops1");
  const std::string message{"some\nbytes \0 and more", 20};
  auto signature = alice.sign(message);
  EXPECT_TRUE(is_signed_by(alice.public_key(), message, signature));
  EXPECT_FALSE(is_signed_by(other.public_key(), message, signature));
  EXPECT_FALSE(is_signed_by(alice.public_key(), message + " ", signature));
  EXPECT_FALSE(is_signed_by(alice.public_key(), message.substr(1), signature));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto altered = signature;
    altered[bit / 8] = static_cast<unsigned char>(altered[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(is_signed_by(alice.public_key(), message, altered)) << "bit " << bit;
  }
}

TEST(SignatureOfAMessage, NeverHoldsForAKeyOfZeros)
{
  const PublicKey weak{{}, "alice@ops1"};
  EXPECT_FALSE(is_signed_by(weak, "anything", Signature{}));
}

TEST(KeyFile, ReadsWhatItWrote)
{
  const auto key = generate_secret_key("Alice.B_c-d@ops1.example.org");
  const auto again = parse_secret_key(key.as_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->caller(), key.caller());
  EXPECT_EQ(again->as_text(), key.as_text());
  EXPECT_EQ(public_line(*again), public_line(key));
}

TEST(KeyFile, MayHaveSeveralKeysCommentsAndWindowsLineEnds)
{
  const auto old_key = generate_secret_key("alice@ops1");
  const auto new_key = generate_secret_key("alice@ops1");
  const auto old_line = public_line(old_key);
  const auto keys = parse_public_keys(
      "# rotation\n\n  \t\n" + old_line.substr(0, old_line.size() - 1) + "\r\n\t" + public_line(new_key) +
      "#end");
  ASSERT_TRUE(keys) << keys.error().message;
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[0].bytes, old_key.public_key().bytes);
  EXPECT_EQ((*keys)[1].bytes, new_key.public_key().bytes);
}

TEST(KeyFile, MayBeEmptyWhichRevokes)
{
  ASSERT_TRUE(parse_public_keys(""));
  EXPECT_TRUE(parse_public_keys("# gone\n")->empty());
}

TEST(KeyFile, NamesTheLineThatIsBad)
{
  const auto good = public_line(test::recorded_key());
  const auto base64 = good.substr(15, 44);
  expect_bad_keys(good + "muster-ed25519 " + base64 + "\n", "line 2: expected");
  expect_bad_keys("muster-ed25519 " + base64 + " alice@ops1 more\n", "line 1: expected");
  expect_bad_keys("\n\nmuster-rsa " + base64 + " alice@ops1\n", "line 3: expected");
  expect_bad_keys("muster-ed25519-secret " + base64 + " alice@ops1\n", "line 1: expected");
  expect_bad_keys("muster-ed25519 " + base64 + " alice\n", "line 1: expected");
  expect_bad_keys("muster-ed25519 " + base64 + " alice@\n", "line 1: expected");
  expect_bad_keys(good + "nonsense", "line 2: expected");
}

TEST(KeyFile, AcceptsOnlyOneWayToWriteBase64)
{
  const auto good = public_line(test::recorded_key());
  const auto base64 = good.substr(15, 44);  // 32 bytes: 43 letters and one '='
  const auto line = [](const std::string& key) { return "muster-ed25519 " + key + " alice@ops1\n"; };
  ASSERT_TRUE(parse_public_keys(line(base64)));
  for (const auto& bad :
       {base64.substr(0, 43),
        base64 + "=",
        base64.substr(1),
        "A" + base64,
        base64.substr(0, 43) + "A",
        base64.substr(0, 42) + "1=",  // bits beyond the end
        "-_" + base64.substr(2),      // of URLs
        base64.substr(0, 10) + "*" + base64.substr(11),
        std::string{"="}}) {
    expect_bad_keys(line(bad), "line 1: the key is not valid base64");
  }
}

TEST(KeyFile, TakesNoMoreThan64Keys)
{
  const auto line = public_line(test::recorded_key());
  std::string text;
  for (int count = 0; count < 64; ++count) {
    text += line;
  }
  ASSERT_TRUE(parse_public_keys(text));
  expect_bad_keys(text + line, "more than 64 keys");
}

TEST(KeyFile, HasOneSecretKeyAndNoOther)
{
  const auto text = test::recorded_key().as_text();
  EXPECT_TRUE(parse_secret_key(text));
  EXPECT_FALSE(parse_secret_key(""));
  EXPECT_FALSE(parse_secret_key(text + text));
  EXPECT_FALSE(parse_secret_key(public_line(test::recorded_key())));
}

TEST(KeyFile, NoticesASecretKeyThatIsDamaged)
{
  auto text = test::recorded_key().as_text();
  auto& letter = text.at(std::string_view{"muster-ed25519-secret "}.size() + 70);  // in the public half
  letter = letter == 'A' ? 'B' : 'A';
  const auto key = parse_secret_key(text);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("damaged"), std::string::npos) << key.error().message;
}

TEST(KeyFile, SurvivesAnyCutOfItsText)
{
  const auto text = test::recorded_key().as_text() + public_line(test::recorded_key());
  for (std::size_t size = 0; size <= text.size(); ++size) {
    static_cast<void>(parse_secret_key(text.substr(0, size)));
    static_cast<void>(parse_public_keys(text.substr(size)));
  }
  EXPECT_FALSE(parse_secret_key(text));
}

TEST(Base64OfASignature, HasExactly88Letters)
{
  Signature signature{};
  signature.back() = 1;
  const auto text = to_base64(signature.data(), signature.size());
  EXPECT_EQ(text.size(), 88U);
  EXPECT_EQ(signature_from_base64(text), signature);
  EXPECT_FALSE(signature_from_base64(""));
  EXPECT_FALSE(signature_from_base64(text + " "));
  EXPECT_FALSE(signature_from_base64(" " + text));
  EXPECT_FALSE(signature_from_base64(text.substr(0, 87)));
  EXPECT_FALSE(signature_from_base64(text.substr(4)));
  EXPECT_FALSE(signature_from_base64("AAAA" + text));
}

TEST(KeyRing, BelievesEveryKeyOfACallerAndNobodyElse)
{
  const auto old_key = generate_secret_key("alice@ops1");
  const auto new_key = generate_secret_key("alice@ops1");
  const auto bob = generate_secret_key("bob@ops1");
  KeyRing ring;
  EXPECT_FALSE(ring.knows("alice@ops1"));
  ring.add(old_key.public_key());
  ring.add(new_key.public_key());
  ring.add(bob.public_key());
  EXPECT_EQ(ring.callers(), 2U);
  EXPECT_TRUE(ring.knows("alice@ops1"));
  EXPECT_FALSE(ring.knows("alice@ops"));
  EXPECT_TRUE(ring.verifies("alice@ops1", "message", old_key.sign("message")));
  EXPECT_TRUE(ring.verifies("alice@ops1", "message", new_key.sign("message")));
  EXPECT_FALSE(ring.verifies("alice@ops1", "message", bob.sign("message")));
  EXPECT_FALSE(ring.verifies("bob@ops1", "message", old_key.sign("message")));
  EXPECT_FALSE(ring.verifies("carol@ops1", "message", old_key.sign("message")));
}

TEST(RandomWord, HasTheLengthAndLettersOfAWordAndIsNewEachTime)
{
  EXPECT_EQ(random_word(0), "");
  const auto word = random_word(64);
  EXPECT_EQ(word.size(), 64U);
  EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_NE(random_word(16), random_word(16));
}

}  // namespace muster::protocol
