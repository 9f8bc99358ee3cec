// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/protocol/samples.hpp"

#include <fstream>
#include <iterator>

#include "libmuster/protocol/check_runs.hpp"

namespace muster::test {

using namespace std::chrono_literals;
using protocol::Outcome;
using protocol::Time;

namespace {

constexpr Time noon{1'767'268'800'000ms};  // 2026-01-01T12:00:00Z

CheckResult run_of(const std::string& check, CheckState state)
{
  CheckResult run;
  run.check = check;
  run.state = state;
  run.summary = "DISK WARNING - free space: / 512 MB (5% inode=80%);";
  run.details = "/var 3 GB\n/home \"größer\"";
  run.perfdata = "/=9500MB;9000;9800;0;10000";
  run.started = noon + 120ms;
  run.finished = noon + 340ms;
  return run;
}

Filter sample_filter()
{
  Filter filter;
  filter.identities = {"/^web/", "db1.example.org"};
  filter.classes = {"apache"};
  filter.agents = {"nrpe"};
  filter.facts = {
      {"kernel", FactOperator::equals, "linux"}, {"memory.mb", FactOperator::greater_equal, "2048"}};
  return filter;
}

}  // namespace

std::filesystem::path recorded_messages(const std::string& version)
{
  return std::filesystem::path{MUSTER_TEST_DATA} / "messages" / version;
}

std::string text_of(const std::filesystem::path& file)
{
  std::ifstream stream{file, std::ios::binary};
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

protocol::SecretKey recorded_key()
{
  return protocol::parse_secret_key(text_of(recorded_messages("alice@ops1.key"))).value();
}

protocol::Request sample_request()
{
  protocol::Request request;
  request.caller = "alice@ops1";
  request.session = "s7k2m9x4q1w8";
  request.id = "a3f8z1k5n7c2v9b4";
  request.to = {protocol::Target::Kind::collective, "main"};
  request.agent = "nrpe";
  request.action = "runcommand";
  request.data["command"] = "check_disks";
  request.filter = sample_filter();
  request.sent = noon;
  request.reply = protocol::ReplyMode::all;
  return request;
}

protocol::Request sample_direct_request()
{
  auto request = sample_request();
  request.to = {protocol::Target::Kind::node, "web1.example.org"};
  request.data["args"] = protocol::json::array{"-w", "10%"};
  request.filter = {};
  request.ttl = 30s;
  request.wait = 5s;
  request.splay = 200ms;
  request.reply = protocol::ReplyMode::trouble;
  return request;
}

protocol::Request sample_compound_request()
{
  auto request = sample_request();
  request.filter = {};
  request.filter.compound = "(country=uk or /^web/) and nrpe('check_load').exitcode=0";
  return request;
}

protocol::Request sample_detached_request()
{
  auto request = sample_request();
  request.agent = "package";
  request.action = "update";
  request.data = {{"package", "nginx"}};
  request.filter = {};
  request.detach = 1h;
  return request;
}

protocol::Answer sample_answer(Outcome outcome)
{
  protocol::Answer answer;
  answer.id = "a3f8z1k5n7c2v9b4";
  answer.node = "web1.example.org";
  answer.now = noon + 350ms;
  answer.outcome = outcome;
  answer.received = noon + 100ms;
  if (outcome == Outcome::done) {
    answer.message = "OK";
    answer.data = protocol::to_json(run_of("check_disks", CheckState::warning));
    answer.started = noon + 110ms;
    answer.finished = noon + 345ms;
  }
  if (outcome == Outcome::refused) {
    answer.reason = protocol::Refusal::clock;
    answer.message = "sent 3600 s before this node's clock: set one of the two clocks";
  }
  return answer;
}

protocol::Answer sample_answer_of_many_checks()
{
  auto answer = sample_answer(Outcome::done);
  answer.data = protocol::to_json(std::vector<CheckResult>{
      run_of("check_disks", CheckState::critical), run_of("check_load", CheckState::ok)});
  return answer;
}

// Room for the texts of one of them.
protocol::Answer sample_answer_of_too_many_checks()
{
  constexpr std::size_t room = 600;
  auto answer = sample_answer(Outcome::done);
  answer.data = protocol::to_json_within(
      {run_of("check_load", CheckState::ok),
       run_of("check_disks", CheckState::critical),
       run_of("check_users", CheckState::ok)},
      room);
  answer.data["left_out"] = 2;
  return answer;
}

protocol::Presence sample_presence(protocol::NodeState state)
{
  protocol::Presence presence;
  presence.name = "web1.example.org";
  presence.state = state;
  presence.instance = "k3j9d7s1m5p2";
  presence.collectives = {"main", "frankfurt"};
  presence.agents = {"nrpe", "recorder", "rpcutil"};
  presence.facts.set("kernel", FactValue{std::string{"Linux"}});
  presence.facts.set("processors", FactValue{std::int64_t{4}});
  presence.facts.set("load", FactValue{0.25});
  presence.facts.set("virtual", FactValue{true});
  presence.facts.set("roles", FactValue{FactValue::Array{{std::string{"web"}}, {std::string{"cache"}}}});
  presence.classes = {"apache", "base"};
  presence.all_classes = true;
  presence.version = "0.1.0";
  presence.epoch = 1'767'200'000;
  presence.seq = 42;
  presence.health = {"nrpe.cfg: line 7: not a command: the version of 11:58 stays in force"};
  return presence;
}

protocol::Presence sample_presence_at_a_broker()
{
  auto presence = sample_presence(protocol::NodeState::up);
  presence.broker = "mq1.example.org:8883";
  return presence;
}

protocol::ResultMessage sample_result()
{
  protocol::ResultMessage message;
  message.node = "web1.example.org";
  message.epoch = 1'767'200'000;
  message.seq = 43;
  message.now = noon + 360ms;
  message.result = run_of("check_disks", CheckState::warning);
  message.result.origin = "alice@ops1";
  return message;
}

std::map<std::string, std::string> encoded_samples()
{
  return {
      {"request.txt", protocol::seal(sample_request(), recorded_key())},
      {"request_to_node.txt", protocol::seal(sample_direct_request(), recorded_key())},
      {"request_compound.txt", protocol::seal(sample_compound_request(), recorded_key())},
      {"request_detached.txt", protocol::seal(sample_detached_request(), recorded_key())},
      {"answer_done.json", protocol::encode(sample_answer(Outcome::done))},
      {"answer_many_checks.json", protocol::encode(sample_answer_of_many_checks())},
      {"answer_too_many_checks.json", protocol::encode(sample_answer_of_too_many_checks())},
      {"answer_refused.json", protocol::encode(sample_answer(Outcome::refused))},
      {"answer_not_meant.json", protocol::encode(sample_answer(Outcome::not_meant))},
      {"answer_running.json", protocol::encode(sample_answer(Outcome::running))},
      {"presence_up.json", protocol::encode(sample_presence(protocol::NodeState::up))},
      {"presence_stopped.json", protocol::encode(sample_presence(protocol::NodeState::stopped))},
      {"presence_gone.json", protocol::encode(sample_presence(protocol::NodeState::gone))},
      {"presence_at_a_broker.json", protocol::encode(sample_presence_at_a_broker())},
      {"result.json", protocol::encode(sample_result())},
  };
}

}  // namespace muster::test
