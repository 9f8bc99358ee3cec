// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/judge_fleet.hpp"
#include "cli/doctor/judge_node.hpp"
#include "cli/doctor/judge_statistics.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli::doctor {

namespace {

using namespace samples;
using Grade = Finding::Grade;
using protocol::NodeState;
using testing::HasSubstr;

NodeAccount with_clock(std::string name, std::chrono::milliseconds offset)
{
  auto account = answered(std::move(name));
  account.clock_offset = offset;
  account.presence->version = MUSTER_VERSION;
  return account;
}

NodeAccount saying(std::string name, std::vector<std::string> health)
{
  auto account = with_clock(std::move(name), 0ms);
  account.presence->health = std::move(health);
  return account;
}

std::string lines_of(const Findings& findings)
{
  std::string text;
  for (const auto& finding : findings) {
    const auto number = static_cast<std::size_t>(finding.grade);
    text += std::string{"owp"}.substr(number, 1) + " " + finding.subject + ": " + finding.what + "\n";
  }
  return text;
}

SeenPresence seen(NodeState state, std::chrono::seconds age)
{
  SeenPresence presence;
  presence.presence.state = state;
  presence.presence.collectives = {"main", "uk"};
  presence.presence.agents = {"nrpe", "rpcutil"};
  presence.presence.version = "0.1.0";
  presence.age = age;
  return presence;
}

NodeFacts facts(std::optional<SeenPresence> presence, std::optional<NodeAccount> account)
{
  return {"web1", std::move(presence), std::move(account)};
}

const Asker alice{"alice@ops1", "main"};

Finding first_of(const NodeFacts& facts, const std::map<std::string, SeenPresence>& known = {})
{
  return judge_node(facts, alice, known).front();
}

constexpr const char* doubled = "another program has connected with the name web1";

}  // namespace

TEST(DoctorOfClocks, ComparesThisMachineWithTheNodes)
{
  struct Case {
    std::vector<std::chrono::milliseconds> offsets;
    Grade grade;
    const char* what;
  };

  const std::vector<Case> cases{
      {{0ms, 1999ms, -2000ms}, Grade::ok, "this machine and 3 nodes agree within 2 s"},
      {{}, Grade::warning, "no node answered"},
      {{0ms, 10ms, 5000ms}, Grade::warning, "the clocks of this machine and of n2 are 5.0 s apart"},
      {{0ms, 10ms, 31'000ms}, Grade::problem, "of n2 are 31.0 s apart"},
      {{-3000ms, 0ms, 0ms, 0ms, 40'000ms}, Grade::problem, "the clocks of 2 nodes are off: n0, n4"},
      {{40'000ms, 41'000ms, 0ms},
       Grade::problem,
       "this machine's clock is 40.0 s behind those of most of 3 nodes"},
      {{-4000ms, -4000ms}, Grade::warning, "this machine's clock is 4.0 s ahead of those of most of 2 nodes"},
      {{3600'000ms}, Grade::problem, "the clocks of this machine and of n0 are 3600.0 s apart"}};
  for (const auto& one : cases) {
    std::vector<NodeAccount> nodes;
    for (const auto offset : one.offsets) {
      nodes.push_back(with_clock("n" + std::to_string(nodes.size()), offset));
    }
    const auto finding = judge_clock(report_of(std::move(nodes)));
    EXPECT_EQ(finding.grade, one.grade) << one.what;
    EXPECT_THAT(finding.what, HasSubstr(one.what));
  }
}

TEST(DoctorOfAFleet, IsContentWithOneThatAnswers)
{
  const auto findings =
      judge_fleet(report_of({with_clock("web1", 0ms), with_clock("web2", 0ms)}), "alice@ops1");
  EXPECT_EQ(
      lines_of(findings),
      "o fleet: 2 of 2 nodes answered\no versions: mco 0.1.0; checkagent 0.1.0 (2 nodes)\n");
}

TEST(DoctorOfAFleet, TellsWhoIsSilentGoneBrokenDoubledAndRefusing)
{
  auto old = with_clock("web7", 0ms);
  old.presence->version = "0.0.9";
  const auto findings = judge_fleet(
      report_of(
          {with_clock("web1", 0ms),
           lost("web2"),
           gone("web3", 49h),
           saying("web4", {"nrpe.cfg:1: nonsense"}),
           saying("web5", {doubled}),
           refused("web6", protocol::Refusal::unknown_key, "no key of alice@ops1 is trusted here"),
           old}),
      "alice@ops1");
  EXPECT_THAT(lines_of(findings), HasSubstr("o fleet: 4 of 7 nodes answered\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("p fleet: 1 node up but silent: web2\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("p fleet: 1 node refused (unknown_key): web6\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("w fleet: 1 node gone: web3\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("w health: 1 node with something broken: web4\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("p names: two nodes have one name: web5\n"));
  EXPECT_THAT(lines_of(findings), HasSubstr("w versions: mco 0.1.0; checkagent "));
}

TEST(DoctorOfAFleet, NamesAFewNodesOfMany)
{
  std::vector<NodeAccount> nodes;
  for (int i = 0; i < 9; ++i) {
    nodes.push_back(lost("n" + std::to_string(i)));
  }
  EXPECT_THAT(
      lines_of(judge_fleet(report_of(nodes), "alice@ops1")),
      HasSubstr("9 nodes up but silent: n0, n1, n2, n3, n4 and 4 more\n"));
}

TEST(DoctorOfAFleet, SaysThatNobodyIsKnown)
{
  EXPECT_EQ(
      lines_of(judge_fleet(report_of({}), "alice@ops1")), "w fleet: no node is known and none answered\n");
}

TEST(DoctorOfANode, HasAFixForEveryRefusal)
{
  using protocol::Refusal;
  const std::vector<std::pair<Refusal, const char*>> fixes{
      {Refusal::policy, "policy on the node"},
      {Refusal::unknown_key, "copy alice@ops1.pub"},
      {Refusal::bad_signature, "another key of alice@ops1"},
      {Refusal::malformed, "one version"},
      {Refusal::clock, "set the clock"},
      {Refusal::expired, "set the clock"},
      {Refusal::busy, "ask again later"},
      {Refusal::restarted, "ask again"},
      {Refusal::replayed, "ask again"}};
  for (const auto& [reason, fix] : fixes) {
    const auto findings =
        judge_node(facts(seen(NodeState::up, 3s), refused("web1", reason, "because")), alice, {});
    EXPECT_EQ(
        findings.at(1).what,
        "asked directly, it refused: " + std::string{protocol::to_string(reason)} + " - because");
    EXPECT_THAT(findings.at(1).fix, HasSubstr(fix));
  }
}

TEST(DoctorOfANode, FindsNothingWrongWithOneThatAnswers)
{
  const auto findings = judge_node(facts(seen(NodeState::up, 3s), with_clock("web1", 10ms)), alice, {});
  EXPECT_EQ(
      lines_of(findings),
      "o presence: up, said so 3 s ago; checkagent 0.1.0\n"
      "o answer: asked directly, it answered in 85.28 ms\n"
      "o clock: within 2 s of this machine's\n"
      "o collective: it is in main, uk\n"
      "o health: nothing is broken, it says\n"
      "o agents: nrpe, rpcutil\n");
}

TEST(DoctorOfANode, TellsSinceWhenAndHowItIsAway)
{
  const auto stopped = first_of(facts(seen(NodeState::stopped, 3h), gone("web1", 3h)));
  EXPECT_EQ(stopped.what, "its checkagent was stopped in order, 3 h ago");
  EXPECT_THAT(stopped.fix, HasSubstr("systemctl start checkagent"));
  const auto fallen = first_of(facts(seen(NodeState::gone, 49h), gone("web1", 49h)));
  EXPECT_EQ(fallen.what, "its connection fell 2 d ago and did not come back");
  EXPECT_THAT(
      fallen.fix, HasSubstr("systemctl status checkagent; journalctl -u checkagent; checkagent --self-test"));
  EXPECT_EQ(first_of(facts(seen(NodeState::up, 15min), lost("web1"))).grade, Grade::ok);
  EXPECT_EQ(first_of(facts(seen(NodeState::up, 15min + 1s), lost("web1"))).grade, Grade::problem);
}

TEST(DoctorOfANode, SaysThatOneThatIsUpDoesNotAnswer)
{
  const auto findings = judge_node(facts(seen(NodeState::up, 3s), lost("web1")), alice, {});
  EXPECT_EQ(findings.at(1).grade, Grade::problem);
  EXPECT_EQ(findings.at(1).what, "asked directly, it did not answer in time (silent)");
}

TEST(DoctorOfANode, GuessesTheNameThatWasMeant)
{
  struct Case {
    const char* asked;
    const char* known;
    const char* fix;
  };

  for (const auto& [asked, known, fix] :
       {Case{"web1", "web1.example.net", "did you mean web1.example.net?"},
        Case{"web1.example.net", "web1", "did you mean web1?"},
        Case{"wbe1", "web1", "did you mean web1?"},
        Case{"wbe1", "web1.example.net", "did you mean web1.example.net?"},
        Case{"mail", "web1", "`mco find` lists the names"}}) {
    const auto finding = judge_node({asked, {}, {}}, alice, {{known, seen(NodeState::up, 3s)}}).front();
    EXPECT_EQ(finding.what, std::string{"the broker has never heard of "} + asked);
    EXPECT_THAT(finding.fix, HasSubstr(fix));
  }
}

TEST(DoctorOfANode, SeesThatItIsInAnotherCollective)
{
  const auto findings =
      judge_node(facts(seen(NodeState::up, 3s), with_clock("web1", 0ms)), {"alice@ops1", "de"}, {});
  EXPECT_THAT(lines_of(findings), HasSubstr("p collective: it is in main, uk; you ask de\n"));
}

TEST(DoctorOfANode, TellsWhatItSaysIsBrokenAndThatItsNameIsTaken)
{
  auto presence = seen(NodeState::up, 3s);
  presence.presence.health = {"nrpe.cfg:1: nonsense", doubled};
  const auto text = lines_of(judge_node(facts(presence, with_clock("web1", 0ms)), alice, {}));
  EXPECT_THAT(text, HasSubstr("p health: nrpe.cfg:1: nonsense\n"));
  EXPECT_THAT(text, HasSubstr(std::string{"p name: "} + doubled + "\n"));
}

TEST(DoctorOfANode, GradesItsClock)
{
  const auto grade_at = [](std::chrono::milliseconds offset) {
    return judge_node(facts(seen(NodeState::up, 3s), with_clock("web1", offset)), alice, {}).at(2);
  };
  EXPECT_EQ(grade_at(2000ms).grade, Grade::ok);
  EXPECT_EQ(grade_at(-2001ms).grade, Grade::warning);
  EXPECT_EQ(grade_at(-2001ms).what, "its clock is 2.0 s behind this machine's");
  EXPECT_EQ(grade_at(30'001ms).grade, Grade::problem);
  EXPECT_EQ(grade_at(30'001ms).what, "its clock is 30.0 s ahead of this machine's");
}

TEST(DoctorOfANode, DoesNotCallANodeUnknownThatAnswers)
{
  const auto finding = first_of(facts({}, with_clock("web1", 0ms)));
  EXPECT_EQ(finding.grade, Grade::warning);
  EXPECT_EQ(finding.what, "the broker told nothing of it, and yet it answered");
}

namespace {

// What a node that was just asked says of itself.
protocol::Answer statistics(const char* text)
{
  protocol::Answer answer;
  answer.data = protocol::parse_object(text).value();
  answer.now = protocol::Time{100'000'000s};
  return answer;
}

std::string judged(const char* text)
{
  Findings findings;
  judge_statistics(statistics(text), findings);
  auto lines = lines_of(findings);
  for (const auto& finding : findings) {
    lines += finding.fix.empty() ? "" : "fix: " + finding.fix + "\n";
  }
  return lines;
}

constexpr const char* files = R"("open_files": 20, "open_files_limit": 1024)";

}  // namespace

TEST(DoctorOfANode, TellsWhomItRefusedLastAndTheFix)
{
  const auto text = judged(R"({"last_refusal": {"caller": "bob@ops1", "verified": true, "agent": "package",
    "action": "purge", "reason": "policy", "message": "default deny", "time": 99999940000},
    "open_files": 20, "open_files_limit": 1024})");

  EXPECT_EQ(
      text,
      "w last refusal: 1 min ago it refused bob@ops1, who asked for package.purge: policy - default deny\n"
      "o file descriptors: checkagent has 20 of 1024 files open\n"
      "fix: the policy on the node decides what bob@ops1 may do there: ask who owns the node\n");
}

TEST(DoctorOfANode, TellsOfAStrangerByTheNameThatHeClaims)
{
  const auto text = judged(R"({"last_unverified_refusal": {"caller": "eve@ops1", "verified": false,
    "reason": "unknown_key", "message": "no key", "time": 99999999000},
    "open_files": 20, "open_files_limit": 1024})");

  EXPECT_THAT(
      text, HasSubstr("w last stranger: 1 s ago it refused somebody who says to be eve@ops1: unknown_key"));
  EXPECT_THAT(text, HasSubstr("fix: copy eve@ops1.pub into the folder"));
}

TEST(DoctorOfANode, DoesNotWarnOfWhatWasRefusedDaysAgo)
{
  const auto text = judged(R"({"last_refusal": {"caller": "bob@ops1", "verified": true, "agent": "package",
    "action": "purge", "reason": "policy", "message": "default deny", "time": 99800000000},
    "open_files": 20, "open_files_limit": 1024})");

  EXPECT_THAT(text, HasSubstr("o last refusal: 2 d ago"));
  EXPECT_EQ(text.find("fix:"), std::string::npos);
}

TEST(DoctorOfANode, SaysThatNobodyWasRefused)
{
  EXPECT_EQ(
      judged((std::string{"{"} + files + "}").c_str()),
      "o last refusal: it has refused nobody since its checkagent started\n"
      "o file descriptors: checkagent has 20 of 1024 files open\n");
}

TEST(DoctorOfANode, SaysNothingOfWhatAnOlderCheckagentDoesNotTell)
{
  EXPECT_EQ(judged("{}"), "");
}

TEST(DoctorOfANode, TakesNoNonsenseForARefusal)
{
  EXPECT_THAT(
      judged(R"({"last_refusal": {"caller": 7}})"), HasSubstr("w last refusal: it does not make sense"));
  EXPECT_EQ(judged(R"({"last_refusal": "none", "open_files": "many", "open_files_limit": 9})"), "");
}

TEST(DoctorOfANode, JudgesDescriptors)
{
  EXPECT_THAT(judged(R"({"open_files": 80, "open_files_limit": 100})"), HasSubstr("w file descriptors"));
  EXPECT_THAT(judged(R"({"open_files": 81, "open_files_limit": 100})"), HasSubstr("p file descriptors"));
  EXPECT_THAT(judged(R"({"open_files": 1000, "open_files_limit": 1024})"), HasSubstr("LimitNOFILE="));
  EXPECT_THAT(
      judged(R"({"open_files": 9223372036854775807, "open_files_limit": 9223372036854775807})"),
      HasSubstr("p file descriptors"));
}

}  // namespace muster::cli::doctor
