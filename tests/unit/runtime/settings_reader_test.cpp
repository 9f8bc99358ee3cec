// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/settings_reader.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/runtime/near_miss.hpp"

namespace muster::runtime {

namespace {

using std::chrono::milliseconds;

// What reading `text` with `read` complains about, a line each.
std::string complaints_about(const std::string& text, const std::function<void(SettingsReader&)>& read)
{
  const auto document = read_yaml("f.yaml", text);
  EXPECT_TRUE(document) << text;
  Complaints complaints{"f.yaml"};
  SettingsReader reader{complaints, document->root};
  read(reader);
  std::string result;
  for (const auto& error : complaints.in_order()) {
    result += (result.empty() ? "" : "\n") + error.message;
  }
  return result;
}

}  // namespace

TEST(SettingsReader, ReadsValuesOfEveryKind)
{
  std::string word;
  bool flag = false;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  milliseconds time{};
  std::vector<std::string> list;
  std::vector<std::string> list_of_one;
  std::filesystem::path path;
  const auto* text =
      "word: x\nflag: yes\nnumber: 7\nbytes: 64KiB\ntime: 2m\nlist: [a, b]\none: c\npath: sub/../f\n";
  EXPECT_EQ(
      complaints_about(
          text,
          [&](SettingsReader& reader) {
            EXPECT_TRUE(reader.read_word("word", word));
            EXPECT_TRUE(reader.read_flag("flag", flag));
            EXPECT_TRUE(reader.read_number("number", {1, 10}, number));
            EXPECT_TRUE(reader.read_bytes("bytes", {1, 1'000'000}, bytes));
            EXPECT_TRUE(reader.read_duration("time", {milliseconds{1}, std::chrono::hours{1}}, time));
            EXPECT_TRUE(reader.read_words("list", 2, list));
            EXPECT_TRUE(reader.read_words("one", 2, list_of_one));
            EXPECT_TRUE(reader.read_path("path", "/etc/muster", path));
            reader.refuse_unknown_keys();
          }),
      "");
  EXPECT_EQ(word, "x");
  EXPECT_TRUE(flag);
  EXPECT_EQ(number, 7U);
  EXPECT_EQ(bytes, 65'536U);
  EXPECT_EQ(time, std::chrono::minutes{2});
  EXPECT_EQ(list, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(list_of_one, (std::vector<std::string>{"c"}));
  EXPECT_EQ(path, "/etc/muster/f");
}

TEST(SettingsReader, LeavesADefaultAloneWhenTheKeyIsAbsentOrHasNoValue)
{
  std::string word = "default";
  EXPECT_EQ(
      complaints_about(
          "a:\n",
          [&](SettingsReader& reader) {
            EXPECT_FALSE(reader.read_word("a", word));
            EXPECT_FALSE(reader.read_word("b", word));
          }),
      "");
  EXPECT_EQ(word, "default");
}

TEST(SettingsReader, TellsAllThatIsWrongAtOnceInTheOrderOfTheFile)
{
  std::uint64_t number = 5;
  bool flag = false;
  EXPECT_EQ(
      complaints_about(
          "number: many\nwrod: x\nflag: 'true'\n",
          [&](SettingsReader& reader) {
            std::string word;
            reader.read_flag("flag", flag);
            reader.read_number("number", {1, 10}, number);
            reader.read_word("word", word);
            reader.refuse_unknown_keys();
          }),
      "f.yaml:1:9: number: expected a whole number from 1 to 10\n"
      "f.yaml:2:1: unknown key 'wrod'; did you mean 'word'?\n"
      "f.yaml:3:7: flag: expected true or false");
  EXPECT_EQ(number, 5U);
}

TEST(SettingsReader, RefusesNumbersOutsideTheirRangeAndOfTheWrongShape)
{
  for (const auto* value :
       {"0", "11", "-1", "1.5", "0x1", "99999999999999999999", "1 2", "[1]", "{a: 1}", "''"}) {
    std::uint64_t number = 5;
    EXPECT_NE(
        complaints_about(
            std::string{"n: "} + value,
            [&](SettingsReader& reader) {
              reader.read_number("n", {1, 10}, number);
            }),
        "")
        << value;
    EXPECT_EQ(number, 5U) << value;
  }
}

TEST(SettingsReader, ReadsTimesWithTheirUnitsAndRefusesOthers)
{
  const auto read = [](const std::string& value) {
    milliseconds time{-1};
    complaints_about("t: " + value, [&](SettingsReader& reader) {
      reader.read_duration("t", {milliseconds{0}, std::chrono::hours{1}}, time);
    });
    return time.count();
  };
  EXPECT_EQ(read("10"), 10'000);
  EXPECT_EQ(read("10s"), 10'000);
  EXPECT_EQ(read("500ms"), 500);
  EXPECT_EQ(read("1h"), 3'600'000);
  for (const auto* value : {"2h", "10d", "s", "-1s", "1.5s", "18446744073709551615s"}) {
    EXPECT_EQ(read(value), -1) << value;
  }
}

TEST(SettingsReader, ReadsDays)
{
  milliseconds time{-1};
  complaints_about("t: 7d", [&](SettingsReader& reader) {
    reader.read_duration("t", {milliseconds{0}, std::chrono::hours{24 * 366}}, time);
  });
  EXPECT_EQ(time, std::chrono::hours{24 * 7});
}

TEST(SettingsReader, RefusesSizesThatOverflow)
{
  std::uint64_t bytes = 5;
  EXPECT_NE(
      complaints_about(
          "b: 18446744073709551615G",
          [&](SettingsReader& reader) {
            reader.read_bytes("b", {0, 100}, bytes);
          }),
      "");
  EXPECT_EQ(bytes, 5U);
}

TEST(SettingsReader, PointsAtTheItemOfAListThatIsNoWord)
{
  std::vector<std::string> words;
  EXPECT_EQ(
      complaints_about(
          "l:\n  - a\n  - [b]\n", [&](SettingsReader& reader) { reader.read_words("l", 5, words); }),
      "f.yaml:3:5: l: expected a list of at most 5 words");
  EXPECT_NE(
      complaints_about("l: [a, b]\n", [&](SettingsReader& reader) { reader.read_words("l", 1, words); }), "");
  EXPECT_NE(
      complaints_about("l: {a: b}\n", [&](SettingsReader& reader) { reader.read_words("l", 1, words); }), "");
}

TEST(SettingsReader, RefusesATildeThatNoShellWouldExpand)
{
  std::filesystem::path path;
  EXPECT_NE(
      complaints_about("p: ~/x\n", [&](SettingsReader& reader) { reader.read_path("p", "/etc", path); }), "");
}

TEST(SettingsReader, ComplainsWhenTheFileOrAPartOfItIsNoMap)
{
  EXPECT_EQ(complaints_about("- a\n", [](SettingsReader&) {}), "f.yaml:1:1: expected keys with values");
  EXPECT_EQ(
      complaints_about("m: x\n", [](SettingsReader& reader) { (void)reader.read_map("m"); }),
      "f.yaml:1:4: expected keys with values");
}

TEST(Complaints, CountWhatTheyDoNotShow)
{
  Complaints complaints{"f"};
  for (int line = 1; line <= 60; ++line) {
    complaints.add(line, 1, "wrong");
  }
  const auto errors = complaints.in_order();
  ASSERT_EQ(errors.size(), Complaints::most_reported + 1);
  EXPECT_EQ(errors.back().message, "f: and 10 more errors");
}

TEST(NearMiss, IsAtMostTwoEditsAwayIgnoringCase)
{
  const std::vector<std::string> known{"brokers", "identity", "tls"};
  EXPECT_EQ(near_miss("broker", known), "brokers");
  EXPECT_EQ(near_miss("BROKRES", known), "brokers");
  EXPECT_EQ(near_miss("indentity", known), "identity");
  EXPECT_EQ(near_miss("tsl", known), "");
  EXPECT_EQ(near_miss("ts", known), "tls");
  EXPECT_EQ(near_miss("limits", known), "");
  EXPECT_EQ(near_miss(std::string(100'000, 'x'), known), "");
}

}  // namespace muster::runtime
