// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/node/request_gate_rig.hpp"

namespace muster::node {
namespace {

TEST_F(RequestGateOf, ATrustedCallerLetsItsRequestIn)
{
  const auto decision = receive(request("a1"));
  ASSERT_EQ(word(decision), "accepted");
  EXPECT_EQ(std::get<Accepted>(decision).request.action, "ping");
}

TEST_F(RequestGateOf, RetainedRequestsDropsThem)
{
  EXPECT_EQ(word(receive(alice_.seal(request("a1")), true)), "dropped");
  EXPECT_EQ(decided(request("a1")), "accepted") << "and does not remember their id";
}

TEST_F(RequestGateOf, GarbageDropsItWithAReason)
{
  const std::string good = alice_.seal(request("a1"));
  const std::string body = good.substr(good.find('\n') + 1);
  const std::string signature = good.substr(good.find('\n') - 88, 88);
  const std::string tail = " " + signature + "\n" + body;
  const std::vector<std::string> hostile{
      "",
      "\n",
      std::string(1, '\0'),
      "muster1",
      good.substr(0, good.find('\n')),                  // no body, no line feed
      good.substr(1),                                   // another format word
      "muster2" + good.substr(7),                       // a version that is not ours
      std::string(2000, 'x') + good,                    // a header without an end
      std::string(protocol::largest_message + 1, 'x'),  // too much
      good + std::string(protocol::largest_message, ' '),
      "muster1 alice session1 a1" + tail,            // a caller without @ is a node's name
      "muster1 alice@ops1/../x session1 a1" + tail,  // would reach another topic
      "muster1 alice@ops1 + a1" + tail,              // a wildcard
      "muster1 alice@ops1 se/ssion a1" + tail,       // one level more
      "muster1 alice@ops1 SESSION a1" + tail,        // not of our alphabet
      "muster1 alice@ops1 session1 " + tail,         // no id
      "muster1  alice@ops1 session1 a1" + tail,      // two blanks
      "muster1 alice@ops1 session1 a1 b2" + tail,    // a word more
      "muster1 alice@ops1 session1 " + std::string(65, 'a') + tail,
      "muster1 alice@ops1 session1 a\xff" + tail,
      "muster1 \xc3\x28@ops1 session1 a1" + tail,
      "muster1 alice@ops1 session1 a1 AAAA\n" + body,  // a signature of three bytes
      "muster1 alice@ops1 session1 a1 " + signature + "=\n" + body,
      "muster1 alice@ops1 session1 a1 " + signature + " \n" + body,
      "muster1\talice@ops1\tsession1\ta1\t" + signature + "\n" + body,
      "{\"to\":{\"collective\":\"main\"}}\n",
  };
  for (const auto& payload : hostile) {
    const auto decision = receive(payload);
    ASSERT_EQ(word(decision), "dropped") << payload.substr(0, 200);
    EXPECT_FALSE(std::get<Dropped>(decision).why.empty());
  }
}

TEST_F(RequestGateOf, AnUnknownCallerRefusesWithoutTrust)
{
  const Operator mallory{"mallory@ops1"};
  const auto decision = receive(mallory.seal(mallory.request("a1", now_)));
  ASSERT_EQ(word(decision), "unknown_key");
  const auto& refused = std::get<Refused>(decision);
  EXPECT_FALSE(refused.verified);
  EXPECT_EQ(refused.to.caller, "mallory@ops1");
  EXPECT_EQ(refused.to.session, "session1");
  EXPECT_EQ(refused.to.id, "a1");
}

TEST_F(RequestGateOf, AForgerRefusesEverySignedPartThatWasAltered)
{
  const Time sent = now_;
  const std::string good = alice_.seal(request("a1"));
  const auto altered = [&good](const std::string& from, const std::string& to) {
    std::string changed = good;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const std::vector<std::string> forged{
      altered("session1", "session2"),
      altered(" a1 ", " a2 "),
      altered("main", "dmz0"),
      altered("rpcutil", "rpcutiI"),
      altered("ping", "pong"),
      altered("\"filter\":{}", "\"filter\": {}"),  // JSON means the same: the bytes are signed
      altered("1700000000000", "1700000000001"),
      altered("\"ttl\":60000", "\"ttl\":99999"),
      altered("\"wait\":10000", "\"wait\":99999"),
      altered("\"reply\":\"all\"", "\"reply\":\"alk\""),
      good + " ",
      good.substr(0, good.size() - 1),
      Operator{"alice@ops1"}.seal(request("a1")),  // another key of that name
  };
  for (std::size_t i = 0; i < forged.size(); ++i) {
    const auto decision = receive(forged[i]);
    now_ += 7s;  // not more than ten a minute
    ASSERT_EQ(word(decision), "bad_signature") << i;
    EXPECT_FALSE(std::get<Refused>(decision).verified);
  }
  now_ = sent;
  EXPECT_EQ(decided(good), "accepted");
}

TEST_F(RequestGateOf, TwoKeysOfOneCallerBelievesBoth)
{
  const Operator rotated{"alice@ops1"};
  auto ring = alice_.trusted();
  ring.add(rotated.key().public_key());
  gate_.trust(ring);
  EXPECT_EQ(decided(request("a1")), "accepted");
  EXPECT_EQ(word(receive(rotated.seal(request("a2")))), "accepted");
  gate_.trust(rotated.trusted());
  EXPECT_EQ(decided(request("a3")), "bad_signature") << "the old key is revoked";
}

TEST_F(RequestGateOf, AFloodOfForgeriesAnswersTenAMinute)
{
  const Operator mallory{"mallory@ops1"};
  const auto forge = [&] { return word(receive(mallory.seal(mallory.request("a1", now_)))); };
  for (std::size_t i = 0; i < RequestGate::most_unverified_a_minute; ++i) {
    EXPECT_EQ(forge(), "unknown_key");
    now_ += 1s;
  }
  EXPECT_EQ(forge(), "dropped");
  now_ += 49s;
  EXPECT_EQ(forge(), "dropped") << "59 s after the first";
  now_ += 1s;
  EXPECT_EQ(forge(), "unknown_key") << "the first is a minute ago";
  EXPECT_EQ(forge(), "dropped") << "the second is not";
  EXPECT_EQ(decided(request("a1")), "accepted") << "who is trusted does not suffer";
}

TEST_F(RequestGateOf, AClockSetBackGoesOnAnsweringForgeries)
{
  const Operator mallory{"mallory@ops1"};
  const auto forge = [&] { return word(receive(mallory.seal(mallory.request("a1", now_)))); };
  for (int i = 0; i < 11; ++i) {
    forge();
  }
  now_ -= 24h;
  EXPECT_EQ(forge(), "unknown_key");
}

TEST_F(RequestGateOf, AVerifiedBodyThatBreaksTheGrammarIsAnswered)
{
  const std::vector<std::string> bodies{
      "",
      "null",
      "[]",
      "{",
      "{}",
      "\xff\xfe",
      "{\"to\":{\"collective\":\"main\"}}",
      "{\"to\":{\"collective\":\"ma/in\"},\"agent\":\"a\",\"action\":\"b\",\"sent\":1700000000000}",
      "{\"to\":{\"node\":\"+\"},\"agent\":\"a\",\"action\":\"b\",\"sent\":1700000000000}",
      "{\"to\":{\"node\":\"web1\"},\"agent\":7,\"action\":\"b\",\"sent\":1700000000000}",
      "{\"to\":{\"node\":\"web1\"},\"agent\":\"a\",\"action\":\"b\",\"sent\":-1}",
      "{\"to\":{\"node\":\"web1\"},\"agent\":\"a\",\"action\":\"b\",\"sent\":1e300}",
      std::string(100'000, '['),
  };
  for (const auto& body : bodies) {
    const auto decision = receive(alice_.seal_bytes("a1", body));
    ASSERT_EQ(word(decision), "malformed") << body.substr(0, 100);
    EXPECT_TRUE(std::get<Refused>(decision).verified);
    EXPECT_FALSE(std::get<Refused>(decision).message.empty());
  }
}

struct Age {
  std::chrono::milliseconds sent_ago;
  std::chrono::milliseconds ttl;
  std::string decided;
};

class RequestGateByAge : public RequestGateOf, public testing::WithParamInterface<Age> {};

TEST_P(RequestGateByAge, Decides)
{
  auto aged = request("a1");
  aged.sent = now_ - GetParam().sent_ago;
  aged.ttl = GetParam().ttl;
  EXPECT_EQ(decided(aged), GetParam().decided);
}

INSTANTIATE_TEST_SUITE_P(
    Clocks,
    RequestGateByAge,
    testing::Values(
        Age{0ms, 60s, "accepted"},
        Age{-30s, 60s, "accepted"},
        Age{-30'001ms, 60s, "clock"},
        Age{-1h, 60s, "clock"},
        Age{90s, 60s, "accepted"},
        Age{90'001ms, 60s, "expired"},
        Age{1h, 60s, "expired"},
        Age{30s, 0s, "accepted"},
        Age{30'001ms, 0s, "expired"},
        Age{10min, 15min, "accepted"}));

TEST_F(RequestGateOf, AWrongClockTellsBothTimes)
{
  auto early = request("a1");
  early.sent = now_ + 1h;
  const auto decision = receive(early);
  ASSERT_EQ(word(decision), "clock");
  const auto& refused = std::get<Refused>(decision);
  EXPECT_TRUE(refused.verified);
  EXPECT_NE(refused.message.find("2023-11-14T23:13:20.000Z"), std::string::npos) << refused.message;
  EXPECT_NE(refused.message.find("2023-11-14T22:13:20.000Z"), std::string::npos) << refused.message;
  EXPECT_NE(refused.message.find("-3600 s"), std::string::npos) << refused.message;
}

TEST_F(RequestGateOf, ARefusalForTimeLetsTheSameIdInWithARightDate)
{
  auto late = request("a1");
  late.sent = now_ - 1h;
  EXPECT_EQ(decided(late), "expired");
  EXPECT_EQ(decided(request("a1")), "accepted");
}

TEST_F(RequestGateOf, OtherTargetsDropsWhatIsForThem)
{
  struct {
    Target to;
    std::string decided;
  } const rows[] = {
      {{Target::Kind::node, "web1"}, "accepted"},
      {{Target::Kind::node, "web2"}, "dropped"},
      {{Target::Kind::node, "main"}, "dropped"},
      {{Target::Kind::collective, "main"}, "accepted"},
      {{Target::Kind::collective, "dmz"}, "accepted"},
      {{Target::Kind::collective, "web1"}, "dropped"},
      {{Target::Kind::collective, "lab"}, "dropped"},
  };

  int number = 0;
  for (const auto& row : rows) {
    auto sent = request("a" + std::to_string(++number));
    sent.to = row.to;
    EXPECT_EQ(decided(sent), row.decided) << row.to.name;
  }
}

TEST_F(RequestGateOf, TheSameIdNeverRunsTwice)
{
  const auto asked = request("a1");
  EXPECT_EQ(decided(asked), "accepted");
  EXPECT_EQ(decided(asked), "running");
  gate_.answered(asked, "the answer");
  EXPECT_EQ(decided(asked), "answered");

  auto from_another_session = asked;
  from_another_session.session = "session2";
  const auto decision = receive(from_another_session);
  ASSERT_EQ(word(decision), "answered");
  EXPECT_EQ(std::get<AskedAgain>(decision).answer, "the answer");
  EXPECT_EQ(std::get<AskedAgain>(decision).to.session, "session2");
}

TEST_F(RequestGateOf, AReaskDirectlyIsTheSameRequest)
{
  EXPECT_EQ(decided(request("a1")), "accepted");
  auto again = request("a1");
  again.to = {Target::Kind::node, "web1"};
  again.sent += 5s;
  EXPECT_EQ(decided(again), "running");
}

TEST_F(RequestGateOf, TheSameIdOfAnotherCallerIsAnotherRequest)
{
  const Operator bob{"bob@ops1"};
  auto ring = alice_.trusted();
  ring.add(bob.key().public_key());
  gate_.trust(ring);
  EXPECT_EQ(decided(request("a1")), "accepted");
  EXPECT_EQ(word(receive(bob.seal(bob.request("a1", now_)))), "accepted");
  EXPECT_EQ(decided(request("a1")), "running");
}

TEST_F(RequestGateOf, AnAnswerThatIsNoLongerKeptDoesNotRunItAgain)
{
  const auto first = request("first");
  EXPECT_EQ(decided(first), "accepted");
  gate_.answered(first, "answer");
  for (std::size_t i = 0; i < ReplyCache::max_replies; ++i) {
    const auto next = request("n" + std::to_string(i));
    ASSERT_EQ(decided(next), "accepted");
    gate_.answered(next, "answer");
  }
  EXPECT_EQ(decided(first), "replayed");
}

// A replay of the question asked again must not find that the first one is forgotten.
TEST_F(RequestGateOf, AReaskKeepsTheIdForAsLongAsTheReaskIsValid)
{
  const auto first = request("a1");
  EXPECT_EQ(decided(first), "accepted");
  now_ += 60s;
  const auto again = request("a1");
  EXPECT_EQ(decided(again), "running");
  gate_.answered(first, "answer");
  now_ += 60s;  // the first has expired, the second is valid
  EXPECT_EQ(decided(request("cleanup")), "accepted");
  EXPECT_EQ(decided(again), "answered");
}

TEST_F(RequestGateOf, ALongWaitKeepsTheIdForAsLongAsTheCallerMayAskAgain)
{
  auto slow = request("slow");
  slow.wait = 10min;
  slow.splay = 5min;
  EXPECT_EQ(decided(slow), "postponed");
  gate_.answered(slow, "answer");
  now_ += 14min;
  EXPECT_EQ(decided(request("cleanup")), "accepted");
  slow.sent = now_;
  EXPECT_EQ(decided(slow), "answered");
}

TEST_F(RequestGateOf, AClockSetBackRemembersTheIds)
{
  const auto asked = request("a1");
  EXPECT_EQ(decided(asked), "accepted");
  gate_.answered(asked, "answer");
  now_ -= 20s;
  EXPECT_EQ(decided(request("cleanup")), "accepted");
  EXPECT_EQ(decided(asked), "answered");
}

Filter filter_of(const std::string& name)
{
  Filter filter;
  if (name == "class") {
    filter.classes = {"mysql"};
  } else if (name == "identity") {
    filter.identities = {"/^db/"};
  } else if (name == "fact") {
    filter.facts = {*parse_fact_term("kernel=windows")};
  } else if (name == "agent") {
    filter.agents = {"puppet"};
  } else {
    filter.classes = {"apache"};
    filter.identities = {"WEB1"};
    filter.facts = {*parse_fact_term("kernel=linux")};
    filter.agents = {"nrpe"};
  }
  return filter;
}

TEST_F(RequestGateOf, AFilterDecidesWhoIsMeant)
{
  for (const std::string kind : {"class", "identity", "fact", "agent"}) {
    auto filtered = request("a" + kind);
    filtered.filter = filter_of(kind);
    EXPECT_EQ(decided(filtered), "not_meant") << kind;
  }
  auto all = request("aall");
  all.filter = filter_of("all");
  EXPECT_EQ(decided(all), "accepted");
}

TEST_F(RequestGateOf, UnknownClassesRefusesWhatOnlyTheyDecide)
{
  classes_ = failure(ErrorCode::denied, "no right to read classes.txt");
  auto by_class = request("a1");
  by_class.filter = filter_of("class");
  const auto decision = receive(by_class);
  ASSERT_EQ(word(decision), "policy");
  EXPECT_EQ(
      std::get<Refused>(decision).message,
      "the classes of this node cannot be read: no right to read classes.txt");
  by_class.filter.facts = {*parse_fact_term("kernel=windows")};
  EXPECT_EQ(decided(by_class), "not_meant") << "whatever its classes are";
  EXPECT_EQ(decided(request("a2")), "accepted") << "nobody asks for classes";
}

TEST_F(RequestGateOf, AnAgentThatItLacksIsNotMeant)
{
  auto other = request("a1");
  other.agent = "puppet";
  EXPECT_EQ(decided(other), "not_meant");
}

TEST_F(RequestGateOf, EachReplyModeSaysNotMeantOrNothing)
{
  struct {
    ReplyMode mode;
    bool direct;
    bool silent;
  } const rows[] = {
      {ReplyMode::all, false, false},
      {ReplyMode::all, true, false},
      {ReplyMode::meant, false, true},
      {ReplyMode::trouble, false, true},
      {ReplyMode::trouble, true, true},
  };

  for (const auto& row : rows) {
    auto filtered = request("a1");
    filtered.filter = filter_of("class");
    filtered.reply = row.mode;
    if (row.direct) {
      filtered.to = {Target::Kind::node, "web1"};
    }
    const auto decision = receive(filtered);
    ASSERT_EQ(word(decision), "not_meant");
    EXPECT_EQ(std::get<NotMeant>(decision).silent, row.silent);
    EXPECT_EQ(std::get<NotMeant>(decision).direct, row.direct);
  }
}

TEST_F(RequestGateOf, NotBeingMeantIsDecidedAnewEveryTime)
{
  auto filtered = request("a1");
  filtered.filter = filter_of("class");
  EXPECT_EQ(decided(filtered), "not_meant");
  EXPECT_EQ(decided(filtered), "not_meant");
  classes_->emplace_back("mysql");
  EXPECT_EQ(decided(filtered), "accepted");
}

TEST_F(RequestGateOf, AFilterThatDoesNotCompileIsMalformed)
{
  auto broken = request("a1");
  broken.filter.classes = {"/(/"};
  const auto decision = receive(broken);
  ASSERT_EQ(word(decision), "malformed");
  EXPECT_TRUE(std::get<Refused>(decision).message.starts_with("filter: "));
}

TEST_F(RequestGateOf, AChangingActionIsDeniedUnlessAPolicyAllowsIt)
{
  gate_.set_changing_actions({"rpcutil.restart"});
  auto change = request("a1");
  change.action = "restart";
  const auto decision = receive(change);
  ASSERT_EQ(word(decision), "policy");
  EXPECT_TRUE(std::get<Refused>(decision).verified);
  EXPECT_NE(std::get<Refused>(decision).message.find("alice@ops1"), std::string::npos);
  EXPECT_EQ(decided(request("a2")), "accepted") << "what only reads is not";
}

TEST_F(RequestGateOf, AChangingActionFromBeforeTheStartIsNotDoneAgain)
{
  RequestGate young{now_};
  gate_ = std::move(young);
  gate_.trust(alice_.trusted());
  gate_.set_changing_actions({"rpcutil.restart"});
  auto change = request("a1");
  change.action = "restart";
  change.sent = now_ - 1ms;
  EXPECT_EQ(decided(change), "restarted");
  change.action = "ping";
  EXPECT_EQ(decided(change), "accepted") << "reading twice harms nobody";
}

TEST_F(RequestGateOf, AChangingActionThatIsNotMeantIsNotRefused)
{
  gate_.set_changing_actions({"rpcutil.restart"});
  auto change = request("a1");
  change.action = "restart";
  change.filter = filter_of("class");
  EXPECT_EQ(decided(change), "not_meant");
}

}  // namespace
}  // namespace muster::node
