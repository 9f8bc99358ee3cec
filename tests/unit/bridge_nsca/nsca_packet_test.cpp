// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_packet.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/nsca/nsca_cipher.hpp"

namespace muster::bridge {
namespace {

using testing::HasSubstr;

std::string packet_of(const NscaMessage& message)
{
  std::string bytes;
  append_nsca_packet(bytes, message, 0x01020304, 7);
  return bytes;
}

// That of zlib, bit by bit.
std::uint32_t crc_of(const std::string& bytes)
{
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xEDB88320U : crc >> 1U;
    }
  }
  return ~crc;
}

TEST(NscaPacket, HasItsFieldsWhereTheDaemonReadsThem)
{
  const auto packet = packet_of({2, "web1", "load", "too much"});
  ASSERT_EQ(packet.size(), 4304U);
  EXPECT_EQ(packet.substr(0, 2), std::string("\0\3", 2)) << "version";
  EXPECT_EQ(packet.substr(8, 4), "\x01\x02\x03\x04") << "the daemon's time";
  EXPECT_EQ(packet.substr(12, 2), std::string("\0\2", 2)) << "return code";
  EXPECT_STREQ(packet.c_str() + 14, "web1");
  EXPECT_STREQ(packet.c_str() + 78, "load");
  EXPECT_STREQ(packet.c_str() + 206, "too much");
}

TEST(NscaPacket, HasTheCrcOfItselfWithZerosInItsPlace)
{
  auto packet = packet_of({0, "web1", "", "fine"});
  std::uint32_t told = 0;
  for (std::size_t i = 4; i < 8; ++i) {
    told = told << 8U | static_cast<unsigned char>(packet[i]);
    packet[i] = '\0';
  }
  EXPECT_EQ(told, crc_of(packet));
}

TEST(NscaPacket, NeverWritesBeyondAField)
{
  const std::string longest(9000, 'x');
  const auto packet = packet_of({0, longest, longest, longest});
  ASSERT_EQ(packet.size(), 4304U);
  EXPECT_EQ(std::string{packet.c_str() + 14}.size(), 63U);
  EXPECT_EQ(std::string{packet.c_str() + 78}.size(), 127U);
  EXPECT_EQ(std::string{packet.c_str() + 206}.size(), 4095U);
}

TEST(NscaPacket, LeavesNoRunOfZerosThatWouldShowAPassword)
{
  const auto packet = packet_of({0, "a", "b", "c"});
  EXPECT_LT(std::count(packet.begin(), packet.end(), '\0'), 12);
}

TEST(NscaPacket, GoesBehindWhatIsThere)
{
  std::string bytes = packet_of({0, "a", "b", "c"});
  append_nsca_packet(bytes, {1, "d", "e", "f"}, 0, 1);
  ASSERT_EQ(bytes.size(), 8608U);
  EXPECT_STREQ(bytes.c_str() + 14, "a");
  EXPECT_STREQ(bytes.c_str() + 4304 + 14, "d");
}

TEST(NscaGreeting, IsAnIvAndATime)
{
  std::array<char, nsca_greeting_size> bytes{};
  bytes.fill('i');
  bytes[128] = '\x6a';
  bytes[129] = '\xff';
  bytes[130] = '\0';
  bytes[131] = '\1';
  const auto greeting = parse_nsca_greeting(bytes);
  EXPECT_EQ(greeting.iv.front(), 'i');
  EXPECT_EQ(greeting.iv.back(), 'i');
  EXPECT_EQ(greeting.time, 0x6aff0001U);
}

NscaGreeting greeting_of_ones()
{
  NscaGreeting greeting;
  greeting.iv.fill('\1');
  return greeting;
}

std::string encrypted(std::uint64_t method, std::string text, int times = 1)
{
  auto cipher = make_nsca_cipher(method, "ab", greeting_of_ones());
  EXPECT_TRUE(cipher);
  auto last = text;
  for (int i = 0; i < times; ++i) {
    last = text;
    (*cipher)->encrypt(last);
  }
  return last;
}

TEST(NscaCipher, OfNoneChangesNothing)
{
  EXPECT_EQ(encrypted(0, "text"), "text");
}

TEST(NscaCipher, OfXorBeginsEachPacketAnew)
{
  const std::string expected{'\0' ^ 'a' ^ 1, '\0' ^ 'b' ^ 1, '\0' ^ 'a' ^ 1};
  EXPECT_EQ(encrypted(1, std::string(3, '\0')), expected);
  EXPECT_EQ(encrypted(1, std::string(3, '\0'), 2), expected);
}

TEST(NscaCipher, OfOpensslIsOneStreamForTheConnection)
{
  for (const std::uint64_t method : {3U, 14U}) {
    const auto first = encrypted(method, "text");
    EXPECT_NE(first, "text");
    EXPECT_EQ(first, encrypted(method, "text"));
    EXPECT_NE(first, encrypted(method, "text", 2));
  }
}

TEST(NscaCipher, OfLibmcryptIsRefusedWithWhatToDo)
{
  EXPECT_THAT(check_nsca_method(8).error().message, HasSubstr("8 (Blowfish)"));
  EXPECT_THAT(check_nsca_method(8).error().message, HasSubstr("decryption_method=14"));
  for (std::uint64_t method = 0; method < 30; ++method) {
    const bool works = method == 0 || method == 1 || method == 3 || method == 14;
    EXPECT_EQ(check_nsca_method(method).has_value(), works) << method;
    EXPECT_EQ(make_nsca_cipher(method, "secret", greeting_of_ones()).has_value(), works) << method;
  }
}

}  // namespace
}  // namespace muster::bridge
