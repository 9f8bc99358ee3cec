// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/node/request_gate_rig.hpp"

namespace muster::node {
namespace {

class RequestGateWithPolicies : public RequestGateOf {
protected:
  RequestGateWithPolicies() { gate_.set_changing_actions({"nrpe.change"}); }

  void policy(const std::string& file, const std::string& text)
  {
    files_[file] = text;
    PolicyFolder folder{"/p"};
    EXPECT_TRUE(folder.take(files_).faults.empty());
    gate_.use_policies(std::move(folder));
  }

  Decision call(const std::string& action)
  {
    auto request = this->request("id" + std::to_string(++ids_));
    request.agent = "nrpe";
    request.action = action;
    return receive(request);
  }

  std::string message(const std::string& action)
  {
    const auto decision = call(action);
    const auto* refused = std::get_if<Refused>(&decision);
    return refused == nullptr ? word(decision) : refused->message;
  }

  PolicyFolder::Files files_;
  int ids_ = 0;
};

TEST_F(RequestGateWithPolicies, WithoutOneReadsAreInAndChangesAreOut)
{
  EXPECT_EQ(word(call("runcommand")), "accepted");
  EXPECT_EQ(word(call("change")), "policy");
  EXPECT_EQ(
      message("change"),
      "alice@ops1 may not call nrpe.change here: it changes the node, and no policy allows it; write one "
      "into "
      "/etc/muster/policies.d/nrpe.policy");
}

TEST_F(RequestGateWithPolicies, AllowedChangesAreIn)
{
  policy("nrpe.policy", "allow alice@ops1 change *\n");
  EXPECT_EQ(word(call("change")), "accepted");
  EXPECT_EQ(
      message("runcommand"),
      "alice@ops1 may not call nrpe.runcommand here: no line of /p/nrpe.policy "
      "allows it, and its default is deny");
}

TEST_F(RequestGateWithPolicies, ARefusalNamesCallerActionFileAndLine)
{
  policy("nrpe.policy", "policy default allow\ndeny * change kernel=linux\n");
  EXPECT_EQ(message("change"), "alice@ops1 may not call nrpe.change here: denied by /p/nrpe.policy:2");
  facts_.set("kernel", FactValue{std::string{"Hurd"}});
  EXPECT_EQ(word(call("change")), "accepted");
}

TEST_F(RequestGateWithPolicies, ClassesOfThisNodeCount)
{
  policy("nrpe.policy", "deny * * * db_server\nallow * * * apache\n");
  EXPECT_EQ(word(call("change")), "accepted");
  classes_ = failure(ErrorCode::io_failure, "cannot read classes.txt");
  EXPECT_EQ(message("change"), "alice@ops1 may not call nrpe.change here: denied by /p/nrpe.policy:1");
}

TEST_F(RequestGateWithPolicies, WhoIsNotMeantIsToldSoAndNotRefused)
{
  policy("nrpe.policy", "policy default deny\n");
  auto other = request("f1");
  other.agent = "nrpe";
  other.filter.facts.push_back({"kernel", FactOperator::equals, "hurd"});
  EXPECT_EQ(decided(other), "not_meant");
}

TEST_F(RequestGateWithPolicies, AFilterTellsNobodyWhatAPolicyDoesNot)
{
  policy("nrpe.policy", "policy default deny\nallow bob@ops1 * *\n");
  auto asking = request("s1");
  asking.filter.compound = "nrpe('check_load').exitcode=0";
  const auto decision = receive(asking);
  ASSERT_TRUE(std::holds_alternative<Refused>(decision));
  EXPECT_EQ(
      std::get<Refused>(decision).message,
      "the request asks nrpe('check_load'): alice@ops1 may not call nrpe.runcommand here: no line of "
      "/p/nrpe.policy allows it, and its default is deny");
  auto harmless = request("s2");
  harmless.filter.compound = "fstat('/etc/hosts').size>0";
  EXPECT_EQ(decided(harmless), "accepted");
  policy("nrpe.policy", "allow alice@ops1 runcommand *\n");
  EXPECT_EQ(decided(asking), "accepted");
}

TEST_F(RequestGateWithPolicies, AFilterAsksForFilesOnlyIfItsCallerMayGetData)
{
  auto asking = request("s1");
  asking.filter.compound = "fstat('/etc/shadow').md5=/^d/";
  policy("rpcutil.policy", "policy default allow\ndeny alice@ops1 get_data *\n");
  const auto decision = receive(asking);
  ASSERT_TRUE(std::holds_alternative<Refused>(decision));
  EXPECT_EQ(
      std::get<Refused>(decision).message,
      "the request asks fstat('/etc/shadow'): alice@ops1 may not call rpcutil.get_data here: denied by "
      "/p/rpcutil.policy:2");
  policy("rpcutil.policy", "policy default allow\n");
  EXPECT_EQ(decided(asking), "accepted");
}

TEST_F(RequestGateWithPolicies, GetDataNeedsWhatIsBehindTheFunctionToo)
{
  auto asking = request("s1");
  asking.agent = "rpcutil";
  asking.action = "get_data";
  asking.data["source"] = "nrpe";
  asking.data["query"] = "check_load";
  policy("nrpe.policy", "policy default deny\n");
  EXPECT_EQ(decided(asking), "policy");
  asking.id = "s2";
  asking.data["source"] = "agent";
  EXPECT_EQ(decided(asking), "accepted");
}

TEST_F(RequestGateWithPolicies, AnAllowedChangeFromBeforeTheStartIsRefusedStill)
{
  policy("nrpe.policy", "policy default allow\n");
  gate_ = RequestGate{now_ + 1s};
  gate_.trust(alice_.trusted());
  gate_.set_changing_actions({"nrpe.change"});
  policy("nrpe.policy", "policy default allow\n");
  EXPECT_EQ(word(call("change")), "restarted");
}

TEST_F(RequestGateWithPolicies, ARefusedRequestIsNotRemembered)
{
  auto again = request("a1");
  again.agent = "nrpe";
  again.action = "change";
  EXPECT_EQ(decided(again), "policy");
  policy("nrpe.policy", "policy default allow\n");
  EXPECT_EQ(decided(again), "accepted") << "nothing of it has run";
}

}  // namespace
}  // namespace muster::node
