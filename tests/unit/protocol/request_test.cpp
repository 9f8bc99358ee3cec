// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/unit/protocol/samples.hpp"

namespace muster::protocol {

namespace {

// A header that opens, in front of any body; its signature does not hold.
std::string with_body(const std::string& body)
{
  return "muster1 alice@ops1 s1 id1 " + std::string(86, 'A') + "==\n" + body;
}

json::object sample_body()
{
  const auto payload = seal(test::sample_request(), test::recorded_key());
  return parse_object(payload.substr(payload.find('\n') + 1)).value();
}

std::string error_of(const json::object& body)
{
  const auto payload = with_body(json::serialize(body));
  const auto request = parse_body(open_header(payload).value());
  return request ? "" : request.error().message;
}

bool holds(const std::string& payload)
{
  const auto sealed = open_header(payload);
  return sealed && sealed->caller == "alice@ops1" &&
         is_signed_by(test::recorded_key().public_key(), sealed->signed_text, sealed->signature);
}

}  // namespace

TEST(Request, IsSignedOverItsHeaderAndItsBody)
{
  const auto payload = seal(test::sample_request(), test::recorded_key());
  EXPECT_TRUE(holds(payload));
  for (std::size_t at = 0; at < payload.size(); ++at) {
    auto altered = payload;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    EXPECT_FALSE(holds(altered)) << "byte " << at;
  }
  EXPECT_FALSE(holds(payload + " "));
}

TEST(Request, DoesNotOpenWithAnyOtherHeader)
{
  const std::string signature = std::string(86, 'A') + "==";
  ASSERT_TRUE(open_header("muster1 alice@ops1 s1 id1 " + signature + "\n{}"));
  ASSERT_TRUE(open_header("muster1 alice@ops1 s1 id1 " + signature + "\n"));
  for (const auto& header : std::vector<std::string>{
           "",
           "muster2 alice@ops1 s1 id1 " + signature,
           "muster1 alice s1 id1 " + signature,
           "muster1 alice@ops1/+ s1 id1 " + signature,
           "muster1 alice@ops1 S1 id1 " + signature,
           "muster1 alice@ops1 s/1 id1 " + signature,
           "muster1 alice@ops1 " + std::string(65, 's') + " id1 " + signature,
           "muster1 alice@ops1 s1 " + std::string(65, 'i') + " " + signature,
           "muster1 alice@ops1 s1  " + signature,
           "muster1  alice@ops1 s1 id1 " + signature,
           " muster1 alice@ops1 s1 id1 " + signature,
           "muster1 alice@ops1 s1 id1 " + signature + " ",
           "muster1 alice@ops1 s1 id1 " + signature + "\r",
           "muster1 alice@ops1 s1 id1 more " + signature,
           "muster1 alice@ops1 s1 id1",
           "muster1 alice@ops1 s1 id1 AAAA",
           "muster1 " + std::string(250, 'a') + "@ops1 s1 id1 " + signature}) {
    EXPECT_FALSE(open_header(header + "\n{}")) << header;
  }
  EXPECT_FALSE(open_header("muster1 alice@ops1 s1 id1 " + signature)) << "no line feed";
  EXPECT_FALSE(open_header(std::string(2000, 'a') + "\n"));
  EXPECT_FALSE(open_header(with_body(std::string(largest_message, ' '))));
}

TEST(Request, TakesTheDefaultsOfWhatMayBeMissing)
{
  auto body = sample_body();
  for (const auto* name : {"data", "filter", "splay"}) {
    body.erase(name);
  }
  body["of a later version"] = json::array{1, 2};
  EXPECT_EQ(error_of(body), "");
}

TEST(Request, NamesWhatIsMissing)
{
  for (const auto* name : {"to", "agent", "action", "sent", "ttl", "wait", "reply"}) {
    auto body = sample_body();
    body.erase(name);
    EXPECT_TRUE(error_of(body).starts_with("request." + std::string{name} + ": expected")) << error_of(body);
  }
}

TEST(Request, NamesWhatHasAWrongType)
{
  for (const auto& member : sample_body()) {
    for (const auto& wrong : {json::value(nullptr), json::value(1.5), json::value(json::array{1})}) {
      auto body = sample_body();
      body[member.key()] = wrong;
      const auto path = "request." + std::string{member.key()};
      EXPECT_TRUE(error_of(body).starts_with(path)) << error_of(body);
    }
  }
}

TEST(Request, HasLimitsForWordsTimesAndNames)
{
  const auto with = [](const char* name, const json::value& value) {
    auto body = sample_body();
    body[name] = value;
    return error_of(body);
  };
  EXPECT_EQ(with("agent", json::string(128, 'a')), "");
  EXPECT_NE(with("agent", json::string(129, 'a')), "");
  EXPECT_EQ(with("wait", 86'400'000), "");
  EXPECT_NE(with("wait", 86'400'001), "");
  EXPECT_NE(with("ttl", -1), "");
  EXPECT_NE(with("splay", 86'400'001), "");
  EXPECT_NE(with("reply", "loud"), "");
  EXPECT_EQ(with("to", json::object{{"node", "collector@mon1"}}), "");
  EXPECT_NE(with("to", json::object{{"node", "Web1"}}), "");
  EXPECT_NE(with("to", json::object{{"node", json::string(254, 'a')}}), "");
  EXPECT_NE(with("to", json::object{{"collective", "a/b"}}), "");
  EXPECT_NE(with("to", json::object{}), "");
}

TEST(Request, HasAFilterWithinItsLimits)
{
  const auto with = [](const char* kind, const json::value& value) {
    auto body = sample_body();
    body["filter"] = json::object{{kind, value}};
    return error_of(body);
  };
  const json::object fact{{"name", "a"}, {"op", "="}, {"value", "b"}};
  EXPECT_EQ(with("identity", json::array(64, "a")), "");
  EXPECT_NE(with("identity", json::array(65, "a")), "");
  EXPECT_NE(with("class", json::array{json::string(1025, 'a')}), "");
  EXPECT_EQ(with("fact", json::array(64, fact)), "");
  EXPECT_NE(with("fact", json::array(65, fact)), "");
  EXPECT_NE(with("fact", json::array{"a=b"}), "");
  EXPECT_NE(with("fact", json::array{json::object{{"name", "a"}, {"op", "~"}, {"value", "b"}}}), "");
  EXPECT_NE(with("fact", "a=b"), "");
}

}  // namespace muster::protocol
