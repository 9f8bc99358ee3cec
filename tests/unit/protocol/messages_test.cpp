// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "libmuster/protocol/check_runs.hpp"
#include "tests/unit/protocol/samples.hpp"

namespace muster::protocol {

namespace {

// How a message is read, as its error or "".
using Read = std::string (*)(std::string_view payload);

template <auto parse>
std::string error_of(std::string_view payload)
{
  const auto message = parse(payload);
  return message ? "" : message.error().message;
}

struct Kind {
  std::string name;
  std::string sample;
  std::vector<std::string> required;
  Read read;
};

std::vector<Kind> kinds()
{
  return {
      {"answer",
       encode(test::sample_answer(Outcome::done)),
       {"id", "node", "now", "outcome", "status"},
       error_of<parse_answer>},
      {"answer",
       encode(test::sample_answer(Outcome::refused)),
       {"id", "node", "now", "outcome", "reason"},
       error_of<parse_answer>},
      {"presence",
       encode(test::sample_presence(NodeState::up)),
       {"name", "state", "instance"},
       error_of<parse_presence>},
      {"result",
       encode(test::sample_result()),
       {"node", "epoch", "seq", "now", "check", "state", "summary", "started", "finished"},
       error_of<parse_result>},
  };
}

}  // namespace

TEST(EveryMessage, IsReadAsItWasWritten)
{
  for (const auto& kind : kinds()) {
    EXPECT_EQ(kind.read(kind.sample), "");
  }
}

TEST(EveryMessage, IsAnErrorWhenItIsCutAnywhere)
{
  for (const auto& kind : kinds()) {
    for (std::size_t size = 0; size < kind.sample.size(); ++size) {
      EXPECT_NE(kind.read(kind.sample.substr(0, size)), "") << kind.name << " cut after " << size;
    }
  }
}

TEST(EveryMessage, SurvivesAnyAlteredByte)
{
  for (const auto& kind : kinds()) {
    for (std::size_t at = 0; at < kind.sample.size(); ++at) {
      for (const char byte : {'\0', '\xff', '"', '{', '9', '-'}) {
        auto altered = kind.sample;
        altered[at] = byte;
        static_cast<void>(kind.read(altered));
      }
      auto altered = kind.sample;
      altered[at] = '\xff';
      EXPECT_NE(kind.read(altered), "") << kind.name << " is not UTF-8 at " << at;
    }
  }
}

TEST(EveryMessage, IgnoresMembersItDoesNotKnow)
{
  for (const auto& kind : kinds()) {
    auto object = parse_object(kind.sample).value();
    object["of a later version"] = json::object{{"a", json::array{1, nullptr}}};
    EXPECT_EQ(kind.read(json::serialize(object)), "");
  }
}

TEST(EveryMessage, NamesWhatIsMissing)
{
  for (const auto& kind : kinds()) {
    for (const auto& name : kind.required) {
      auto object = parse_object(kind.sample).value();
      object.erase(name);
      const auto error = kind.read(json::serialize(object));
      EXPECT_TRUE(error.starts_with(kind.name + "." + name + ": expected")) << error;
    }
  }
}

TEST(EveryMessage, NamesWhatHasAWrongType)
{
  for (const auto& kind : kinds()) {
    const auto sample = parse_object(kind.sample).value();
    for (const auto& member : sample) {
      auto object = sample;
      object[member.key()] = nullptr;
      const auto error = kind.read(json::serialize(object));
      EXPECT_TRUE(error.starts_with(kind.name + "." + std::string{member.key()} + ": expected")) << error;
    }
  }
}

TEST(EveryMessage, ComesFromSomebodyWithAName)
{
  for (const auto& kind : kinds()) {
    for (const std::string name : {"", "Web1", "a/b", "a b", "..", "\x1b[31mred", "a\n"}) {
      auto object = parse_object(kind.sample).value();
      object[object.contains("node") ? "node" : "name"] = name;
      EXPECT_NE(kind.read(json::serialize(object)), "") << kind.name << " of " << name;
    }
  }
}

TEST(Answer, IsCutToWhatMayBeSent)
{
  auto answer = test::sample_answer(Outcome::done);
  CheckResult run;
  run.check = std::string(256, 'c');
  run.summary = std::string(60'000, 's');
  run.details = std::string(60'000, '\x01');
  run.perfdata = std::string(60'000, '"');
  answer.data = to_json(std::vector<CheckResult>(100, run));
  const auto payload = encode(answer);
  EXPECT_LE(payload.size(), largest_encoded);
  const auto read = parse_answer(payload);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->status, 0);
  const auto runs = check_runs_from_json(read->data).value();
  ASSERT_EQ(runs.size(), 100U);
  EXPECT_EQ(runs[0].check, run.check);
  EXPECT_TRUE(runs[0].summary.ends_with("[cut]"));
}

TEST(Answer, SaysSoWhenItsDataDoesNotFitAtAll)
{
  auto answer = test::sample_answer(Outcome::done);
  answer.data["list"] = json::array(16'000, "a few bytes");
  const auto payload = encode(answer);
  EXPECT_LE(payload.size(), largest_encoded);
  const auto read = parse_answer(payload).value();
  EXPECT_EQ(read.status, 5);
  EXPECT_TRUE(read.data.empty());
  EXPECT_NE(read.message.find("larger than a message may be"), std::string::npos);
}

TEST(Answer, HasAMessageThatItsReaderTakes)
{
  auto answer = test::sample_answer(Outcome::refused);
  answer.message = std::string(10'000, '\xff');
  const auto read = parse_answer(encode(answer));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->message.ends_with("[cut]"));
}

TEST(Answer, TakesAStatusFromZeroToFive)
{
  auto object = parse_object(encode(test::sample_answer(Outcome::done))).value();
  for (const int status : {-1, 6}) {
    object["status"] = status;
    EXPECT_FALSE(parse_answer(json::serialize(object)));
  }
}

TEST(Refusal, HasAWordForEveryReason)
{
  for (int reason = 0; reason <= static_cast<int>(Refusal::replayed); ++reason) {
    auto answer = test::sample_answer(Outcome::refused);
    answer.reason = Refusal{reason};
    EXPECT_FALSE(to_string(answer.reason).empty());
    EXPECT_EQ(parse_answer(encode(answer))->reason, answer.reason);
  }
}

TEST(Presence, IsOneThatItsReaderTakesWhateverTheNodeSays)
{
  auto presence = test::sample_presence(NodeState::up);
  presence.classes = std::vector<std::string>(2000, std::string(2000, 'c'));
  presence.health = std::vector<std::string>(100, std::string(3000, '\x80'));
  for (int number = 0; number < 300; ++number) {
    presence.facts.set("fact" + std::to_string(number), FactValue{std::string(5000, '"')});
  }
  const auto payload = encode(presence);
  EXPECT_LE(payload.size(), largest_encoded);
  const auto read = parse_presence(payload);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, presence.name);
  EXPECT_EQ(read->agents, presence.agents);
  EXPECT_FALSE(read->all_classes);
}

TEST(Presence, HasLimitsForItsLists)
{
  auto object = parse_object(encode(test::sample_presence(NodeState::up))).value();
  object["health"] = json::array(32, "x");
  EXPECT_TRUE(parse_presence(json::serialize(object)));
  object["health"] = json::array(33, "x");
  EXPECT_FALSE(parse_presence(json::serialize(object)));
  object["health"] = json::array{};
  object["facts"] = json::object{{std::string(257, 'f'), 1}};
  EXPECT_FALSE(parse_presence(json::serialize(object)));
}

TEST(Presence, NamesABrokerOfNoMoreThanALongHostAndItsPort)
{
  const auto longest = std::string(253, 'b') + ":65535";
  auto presence = test::sample_presence(NodeState::up);
  presence.broker = longest;
  EXPECT_EQ(parse_presence(encode(presence))->broker, longest);
  presence.broker = std::string(5000, '\x80');
  EXPECT_TRUE(parse_presence(encode(presence)));
  auto object = parse_object(encode(presence)).value();
  object["broker"] = std::string(261, 'b');
  EXPECT_FALSE(parse_presence(json::serialize(object)));
  object["broker"] = 8883;
  EXPECT_FALSE(parse_presence(json::serialize(object)));
}

TEST(Presence, OfAServiceIsReadToo)
{
  auto presence = test::sample_presence(NodeState::up);
  presence.name = "collector@mon1";
  EXPECT_TRUE(parse_presence(encode(presence)));
}

TEST(ResultMessage, FitsAsItIsIntoAnAnswerOfTheRecorder)
{
  auto message = test::sample_result();
  message.result.details = std::string(1'000'000, '"');
  const auto published = parse_result(encode(message)).value();
  auto answer = test::sample_answer(Outcome::done);
  answer.node = std::string(253, 'n');
  answer.data = {
      {"results", json::array{to_json(published)}}, {"more", true}, {"gap", false}, {"head", json::object{}}};
  const auto fetched = parse_answer(encode(answer)).value();
  EXPECT_EQ(fetched.status, 0);
  EXPECT_EQ(fetched.data.at("results").as_array().at(0), to_json(published));
}

TEST(ResultMessage, IsCutToWhatMayBeSentButNeverItsNames)
{
  auto message = test::sample_result();
  message.result.check = std::string(256, 'c');
  message.result.details = std::string(1'000'000, '\x02');
  const auto payload = encode(message);
  EXPECT_LE(payload.size(), largest_encoded);
  const auto read = parse_result(payload).value();
  EXPECT_EQ(read.result.check, message.result.check);
  EXPECT_EQ(read.result.summary, message.result.summary);
  EXPECT_TRUE(read.result.details.ends_with("[cut]"));
}

}  // namespace muster::protocol
