// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/check_runs.hpp"

#include <map>

#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/sendable.hpp"
#include "tests/unit/protocol/samples.hpp"

namespace muster::protocol {

namespace {

constexpr std::size_t room = largest_encoded - 2048;

// Every tenth CRITICAL, every tenth WARNING, the rest OK; each with texts of `length` bytes.
std::vector<CheckResult> many_runs(std::size_t count, std::size_t length)
{
  std::vector<CheckResult> runs;
  for (std::size_t i = 0; i < count; ++i) {
    CheckResult run;
    run.check = "check_filesystem_" + std::to_string(10'000 + i);
    run.state = i % 10 == 3 ? CheckState::critical : i % 10 == 7 ? CheckState::warning : CheckState::ok;
    run.summary = std::string(length, 's');
    run.perfdata = std::string(length, 'p');
    run.started = run.finished = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
    runs.push_back(std::move(run));
  }
  return runs;
}

// What a reader has of them after an answer of them was sent.
std::vector<CheckResult> received(const std::vector<CheckResult>& runs)
{
  auto answer = test::sample_answer(Outcome::done);
  answer.data = to_json_within(runs, room);
  const auto payload = encode(answer);
  EXPECT_LE(payload.size(), largest_encoded);
  const auto read = parse_answer(payload).value();
  EXPECT_EQ(read.status, answer.status) << read.message;
  return check_runs_from_json(read.data).value();
}

std::map<std::string, CheckState> states_of(const std::vector<CheckResult>& runs)
{
  std::map<std::string, CheckState> states;
  for (const auto& run : runs) {
    states[run.check] = run.state;
  }
  return states;
}

bool kept_its_texts(const CheckResult& run)
{
  return !run.summary.starts_with("[text left out");
}

}  // namespace

TEST(CheckRuns, AreSentWholeWhenThereIsRoom)
{
  const auto runs = many_runs(256, 40);
  EXPECT_EQ(to_json_within(runs, room), to_json(runs));
}

TEST(CheckRuns, HaveTheTextsCutFirstOfThoseThatAreWell)
{
  const auto runs = received(many_runs(256, 500));
  ASSERT_EQ(runs.size(), 256U);
  for (const auto& run : runs) {
    EXPECT_EQ(run.summary.ends_with("[cut]"), run.state == CheckState::ok) << run.check;
    EXPECT_GT(run.summary.size(), 64U) << run.check;
  }
}

TEST(CheckRuns, HaveAllTextsCutBeforeAnyIsLeftOut)
{
  const auto runs = received(many_runs(256, 5000));
  ASSERT_EQ(runs.size(), 256U);
  for (const auto& run : runs) {
    EXPECT_TRUE(run.summary.ends_with("[cut]")) << run.check;
  }
}

TEST(CheckRuns, KeepEveryStateHoweverManyTheyAre)
{
  for (const std::size_t count : {600U, 1000U, 4096U}) {
    const auto runs = many_runs(count, 300);
    EXPECT_EQ(states_of(received(runs)), states_of(runs)) << count;
  }
}

TEST(CheckRuns, LoseTheTextsOfTheMildestFirst)
{
  std::map<CheckState, int> told;
  for (const auto& run : received(many_runs(1000, 300))) {
    told[run.state] += kept_its_texts(run) ? 1 : 0;
  }
  EXPECT_EQ(told[CheckState::critical], 100);
  EXPECT_EQ(told[CheckState::warning], 100);
  EXPECT_GT(told[CheckState::ok], 0);
  EXPECT_LT(told[CheckState::ok], 800);
}

TEST(CheckRuns, LoseTimesWithTheirTexts)
{
  for (const auto& run : received(many_runs(4096, 300))) {
    EXPECT_EQ(kept_its_texts(run), run.started != std::chrono::system_clock::time_point{}) << run.check;
  }
}

TEST(CheckRuns, FitWhateverTheirTextsAreMadeOf)
{
  auto runs = many_runs(400, 0);
  for (auto& run : runs) {
    run.summary = run.details = run.perfdata = std::string(500, '\x01');  // six bytes each on the wire
  }
  EXPECT_EQ(states_of(received(runs)), states_of(runs));
}

TEST(CheckRuns, AreOnlySoManyThatTheirStatesFit)
{
  struct {
    std::string name;
    std::size_t least;
    std::size_t most;
  } const rows[] = {
      {"check_x", 5000, 5000},
      {std::string(250, 'n'), 470, 479},
      {std::string(250, '\x01'), 78, 80},
  };

  for (const auto& row : rows) {
    const std::vector<std::string> names(5000, row.name);
    const auto fitting = states_that_fit(names, room);
    EXPECT_GE(fitting, row.least) << row.name;
    EXPECT_LE(fitting, row.most) << row.name;
    CheckResult run;
    run.check = row.name;
    run.summary = std::string(1000, 's');
    auto data = to_json_within(std::vector<CheckResult>(fitting, run), room);
    EXPECT_TRUE(make_sendable(data, room)) << row.name;
  }
}

TEST(CheckRuns, TellHowManyChecksDidNotRun)
{
  json::object data = to_json(many_runs(2, 1));
  EXPECT_EQ(checks_left_out(data), 0U);
  data["left_out"] = 17;
  EXPECT_EQ(checks_left_out(data), 17U);
  for (const json::value& nonsense : {json::value(-1), json::value("many"), json::value(1e99)}) {
    data["left_out"] = nonsense;
    EXPECT_EQ(checks_left_out(data), 0U);
  }
}

TEST(CheckRuns, NameTheOneThatIsBad)
{
  auto data = to_json(std::vector<CheckResult>(3));
  data["commands"].as_array()[2].as_object()["exitcode"] = 4;
  EXPECT_TRUE(check_runs_from_json(data).error().message.starts_with("data.commands[2].exitcode"));
  data["commands"].as_array()[1] = 5;
  EXPECT_TRUE(check_runs_from_json(data).error().message.starts_with("data.commands[1]"));
  data["commands"] = json::array(most_runs + 1, json::object{});
  EXPECT_FALSE(check_runs_from_json(data));
  data["commands"] = "none";
  EXPECT_FALSE(check_runs_from_json(data));
  EXPECT_FALSE(check_runs_from_json({}));
}

TEST(CheckRuns, NameTheStatesThatAreBad)
{
  auto data = to_json(many_runs(1, 1));
  data["states_only"] = json::object{{"OK", {"check_a"}}, {"BETTER", {"check_b"}}};
  EXPECT_EQ(check_runs_from_json(data).value().size(), 2U) << "a state of a later version";
  data["states_only"] = json::object{{"WARNING", {"check_a", 7}}};
  EXPECT_TRUE(check_runs_from_json(data).error().message.starts_with("data.states_only.WARNING"));
  data["states_only"] = json::object{{"WARNING", json::array(most_runs + 1, "x")}};
  EXPECT_FALSE(check_runs_from_json(data));
  data["states_only"] = "none";
  EXPECT_TRUE(check_runs_from_json(data).error().message.starts_with("data.states_only"));
}

}  // namespace muster::protocol
