// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe/packet.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "libmuster/nrpe/crc32.hpp"

namespace muster::nrpe {
namespace {

namespace json = boost::json;

std::string bytes_of(const json::object& row, const char* key)
{
  std::string bytes;
  const auto& hex = row.at(key).as_string();
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string{hex.data() + i, 2}, nullptr, 16));
  }
  return bytes;
}

std::string text_at(const json::object& row, const char* key)
{
  const auto& text = row.at(key).as_string();
  return {text.data(), text.size()};
}

// What was captured between a real check_nrpe 4.1.0 and a real nrpe 4.1.0; see the field `source` of each.
std::vector<json::object> captured(const char* direction)
{
  std::vector<json::object> rows;
  std::ifstream file{MUSTER_TEST_DATA "/nrpe_packets.jsonl"};
  for (std::string line; std::getline(file, line);) {
    auto row = json::parse(line).as_object();
    if (row.at("dir") == direction) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string why(const Expected<Packet>& packet)
{
  return packet ? "accepted" : packet.error().message;
}

std::string query_bytes(Version version, const std::string& text = "check_load")
{
  return encode(make_query(version, text).value());
}

// As a stranger would forge it: with a CRC that is right.
std::string with_right_crc(std::string bytes)
{
  bytes.replace(4, 4, 4, '\0');
  const auto crc = crc32(bytes);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[4 + i] = static_cast<char>(crc >> (24U - 8U * i));
  }
  return bytes;
}

TEST(Crc32, IsThatOfZlib)
{
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
}

TEST(NrpePacket, ReadsAndWritesEveryRequestThatCheckNrpeSent)
{
  const auto rows = captured("request");
  ASSERT_EQ(rows.size(), 11U);
  for (const auto& row : rows) {
    const auto bytes = bytes_of(row, "hex");
    const auto packet = decode(bytes);
    ASSERT_TRUE(packet) << why(packet);
    EXPECT_EQ(static_cast<int>(packet->version), row.at("version").as_int64());
    EXPECT_EQ(packet->kind, Kind::query);
    EXPECT_EQ(text_of(*packet), text_at(row, "query"));
    EXPECT_EQ(encode(*packet), bytes);
  }
}

TEST(NrpePacket, AsksByteForByteAsCheckNrpeDoes)
{
  for (const auto& row : captured("request")) {
    const auto bytes = bytes_of(row, "hex");
    const auto sent = decode(bytes).value();
    auto asked = make_query(sent.version, text_at(row, "query"));
    ASSERT_TRUE(asked) << why(asked);
    asked->result = sent.result;  // of v2: whatever was in the memory of check_nrpe
    asked->filler = sent.filler;
    EXPECT_EQ(encode(*asked), bytes);
  }
}

TEST(NrpePacket, AnswersByteForByteAsNrpeDoes)
{
  std::size_t answered = 0;
  for (const auto& row : captured("exchange")) {
    if (!row.contains("response_hex")) {
      continue;
    }
    const auto request = bytes_of(row, "request_hex");
    const auto query = decode(request);
    ASSERT_TRUE(query) << why(query);
    EXPECT_EQ(text_of(*query), text_at(row, "query"));
    EXPECT_EQ(encode(*query), request);
    const auto response = bytes_of(row, "response_hex");
    const auto sent = decode(response).value();
    EXPECT_EQ(text_of(sent), text_at(row, "text"));
    const auto state = static_cast<CheckState>(row.at("result").as_int64());
    auto answer = make_response(*query, state, text_at(row, "text"));
    answer.filler = sent.filler;  // random bytes of nrpe
    EXPECT_EQ(encode(answer), response);
    ++answered;
  }
  EXPECT_EQ(answered, 12U);
}

TEST(NrpePacket, TakesV3AsNrpe3DidAndNotWithoutTheZerosBehindIt)
{
  for (const auto& row : captured("exchange")) {
    if (row.at("version") == 3) {
      const auto cut = bytes_of(row, "request_hex");
      EXPECT_EQ(bytes_needed(cut).value(), cut.size() + 3);
      EXPECT_FALSE(decode(cut));
      EXPECT_EQ(text_of(decode(with_right_crc(cut + std::string(3, '\0'))).value()), text_at(row, "query"));
    }
  }
}

TEST(NrpePacket, TellsHowMuchToReadFromHowItStarts)
{
  EXPECT_EQ(bytes_needed("").value(), 10U);
  EXPECT_EQ(bytes_needed(query_bytes(Version::v2).substr(0, 9)).value(), 10U);
  EXPECT_EQ(bytes_needed(query_bytes(Version::v2).substr(0, 10)).value(), 1036U);
  EXPECT_EQ(bytes_needed(query_bytes(Version::v4).substr(0, 15)).value(), 16U);
  EXPECT_EQ(bytes_needed(query_bytes(Version::v4, std::string(1500, 'x')).substr(0, 16)).value(), 1517U);
  EXPECT_EQ(bytes_needed(query_bytes(Version::v3, std::string(1500, 'x')).substr(0, 16)).value(), 1520U);
}

TEST(NrpePacket, RefusesWhatIsNone)
{
  EXPECT_EQ(why(decode("GET / HTTP/1.1\r\n")), "packet version 18245, expected 2, 3 or 4");
  EXPECT_EQ(why(decode(std::string(1036, '\0'))), "packet version 0, expected 2, 3 or 4");
  auto bytes = query_bytes(Version::v4);
  bytes[20] = 'X';
  EXPECT_EQ(why(decode(bytes)), "a wrong CRC");
  bytes = query_bytes(Version::v4);
  bytes[3] = 3;
  EXPECT_EQ(why(decode(with_right_crc(bytes))), "packet kind 3, expected 1 (query) or 2 (response)");
  bytes = query_bytes(Version::v4);
  bytes[11] = 1;
  EXPECT_EQ(why(decode(with_right_crc(bytes))), "bytes where NRPE has zeros");
  bytes = query_bytes(Version::v3);
  bytes.back() = 1;
  EXPECT_EQ(why(decode(with_right_crc(bytes))), "bytes where NRPE has zeros");
  bytes = query_bytes(Version::v2);
  EXPECT_EQ(why(decode(bytes.substr(1))), "packet version 512, expected 2, 3 or 4");
  EXPECT_EQ(why(decode(bytes + "x")), "1037 bytes, expected a packet of 1036");
}

TEST(NrpePacket, RefusesABufferThatIsEmptyOrTooLargeBeforeItIsRead)
{
  auto start = query_bytes(Version::v4).substr(0, 16);
  const auto with_length = [&](const std::string& length) {
    const auto needed = bytes_needed(start.replace(12, 4, length));
    return needed ? std::to_string(*needed) : needed.error().message;
  };
  using namespace std::string_literals;
  EXPECT_EQ(with_length("\0\1\0\0"s), "65552");
  EXPECT_EQ(with_length("\0\1\0\1"s), "a buffer of 65537 bytes, expected 1 to 65536");
  EXPECT_EQ(with_length("\0\0\0\0"s), "a buffer of 0 bytes, expected 1 to 65536");
  EXPECT_EQ(with_length("\xff\xff\xff\xff"), "a buffer of 4294967295 bytes, expected 1 to 65536");
}

TEST(NrpePacket, CutsAnAnswerAtAWholeCharacterWhereItsVersionEnds)
{
  const auto answer = [](Version version, const std::string& text) {
    return std::string{text_of(make_response(make_query(version, "x").value(), CheckState::ok, text))};
  };
  const std::string odd = "x" + std::string(40'000, 'y');
  EXPECT_EQ(answer(Version::v2, odd), odd.substr(0, 1023));
  EXPECT_EQ(answer(Version::v4, odd), odd);
  EXPECT_EQ(answer(Version::v4, std::string(70'000, 'z')).size(), 65'535U);
  std::string umlauts;
  while (umlauts.size() < 2000) {
    umlauts += "ä";
  }
  EXPECT_EQ(answer(Version::v2, umlauts).size(), 1022U);
  EXPECT_EQ(answer(Version::v4, std::string{"a\0b", 3}), "a");
  EXPECT_LE(
      encode(make_response(make_query(Version::v3, "x").value(), CheckState::ok, std::string(70'000, 'z')))
          .size(),
      largest_packet);
}

TEST(NrpePacket, AsksOnlyWhatItsVersionCanCarry)
{
  EXPECT_TRUE(make_query(Version::v2, std::string(1023, 'x')));
  EXPECT_FALSE(make_query(Version::v2, std::string(1024, 'x')));
  EXPECT_TRUE(make_query(Version::v4, std::string(65'535, 'x')));
  EXPECT_FALSE(make_query(Version::v4, std::string(65'536, 'x')));
  EXPECT_FALSE(make_query(Version::v4, std::string{"a\0b", 3}));
}

TEST(NrpePacket, CutsABufferThatSomebodyMadeTooLong)
{
  Packet packet;
  packet.buffer.assign(100'000, 'x');
  EXPECT_EQ(encode(packet).size(), 16 + largest_buffer);
  packet.version = Version::v2;
  EXPECT_EQ(encode(packet).size(), 1036U);
  packet.version = Version::v4;
  packet.buffer.clear();
  EXPECT_TRUE(decode(encode(packet)));
}

}  // namespace
}  // namespace muster::nrpe
