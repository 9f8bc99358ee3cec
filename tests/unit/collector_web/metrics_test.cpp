// SPDX-License-Identifier: Apache-2.0
#include "collector/web/metrics.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector::web {

namespace {

using testing::HasSubstr;
using testing::Not;

MetricsInput sample_input()
{
  MetricsInput input;
  input.counts.up = 7;
  input.counts.gone = 2;
  input.counts.services = {90, 5, 3, 1};
  input.counts.need_somebody = {0, 4, 2, 1};
  input.counts.nodes_need_somebody = 2;
  input.checks["check_load"] = {9, 0, 1, 0};
  input.health.connected = true;
  input.health.started = Time{std::chrono::milliseconds{1'700'000'000'123}};
  input.health.results_taken = 12345;
  input.health.gaps = 1;
  input.health.problems = {"the disk is full"};
  return input;
}

std::string text_of(const MetricsInput& input)
{
  return metrics_text(input, MetricsFormat::open_metrics);
}

}  // namespace

TEST(Metrics, tell_the_fleet_its_checks_and_the_collector)
{
  const auto text = text_of(sample_input());
  for (const auto* line :
       {"muster_nodes{status=\"up\"} 7\n",
        "muster_nodes{status=\"gone\"} 2\n",
        "muster_services{state=\"critical\"} 3\n",
        "muster_services_need_somebody{state=\"warning\"} 4\n",
        "muster_nodes_need_somebody 2\n",
        "muster_check_services{check=\"check_load\",state=\"critical\"} 1\n",
        "muster_collector_connected 1\n",
        "muster_collector_problems 1\n",
        "muster_collector_start_time_seconds 1700000000\n",
        "muster_collector_results_total{way=\"published\"} 12345\n",
        "muster_collector_gaps_total 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, end_with_the_mark_that_nothing_is_missing)
{
  EXPECT_THAT(text_of(sample_input()), testing::EndsWith("\n# EOF\n"));
}

TEST(Metrics, name_counters_as_each_format_wants)
{
  EXPECT_THAT(text_of(sample_input()), HasSubstr("# TYPE muster_collector_gaps counter\n"));
  EXPECT_THAT(
      metrics_text(sample_input(), MetricsFormat::prometheus),
      HasSubstr("# TYPE muster_collector_gaps_total counter\n"));
}

TEST(Metrics, describe_each_family_once_and_keep_its_samples_together)
{
  std::istringstream lines{text_of(sample_input())};
  std::vector<std::string> families;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# TYPE ", 0) == 0) {
      families.push_back(line.substr(7, line.find(' ', 7) - 7));
    } else if (line[0] != '#') {
      ASSERT_FALSE(families.empty());
      EXPECT_EQ(0U, line.rfind(families.back(), 0)) << line;
    }
  }
  EXPECT_EQ(families.size(), std::set<std::string>(families.begin(), families.end()).size());
  EXPECT_GT(families.size(), 10U);
}

TEST(Metrics, escape_what_a_node_named_its_check)
{
  MetricsInput input;
  input.checks["a\"} 1\nevil{x=\"\\ \x1b[31m"] = {1, 0, 0, 0};
  const auto text = text_of(input);
  EXPECT_THAT(text, HasSubstr("check=\"a\\\"} 1\\\\nevil{x=\\\"\\\\ \\\\x1b[31m\",state=\"ok\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\nevil")));
}

TEST(Metrics, count_checks_together_whose_names_print_alike)
{
  MetricsInput input;
  input.checks["a\x01"] = {1, 0, 0, 0};
  input.checks["a\\x01"] = {2, 0, 0, 0};
  EXPECT_THAT(text_of(input), HasSubstr("state=\"ok\"} 3\n"));
}

TEST(Metrics, stay_bounded_when_a_node_makes_names_up)
{
  MetricsInput input;
  for (int number = 0; number < 5000; ++number) {
    input.checks["check" + std::to_string(number)] = {1, 0, 0, 0};
  }
  const auto text = text_of(input);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 8100);
  EXPECT_THAT(text, HasSubstr("muster_checks 5000\n"));
}

TEST(Metrics, come_in_the_format_that_was_asked_for)
{
  EXPECT_EQ(
      MetricsFormat::open_metrics,
      metrics_format("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"));
  EXPECT_EQ(MetricsFormat::prometheus, metrics_format("*/*"));
  EXPECT_EQ(MetricsFormat::prometheus, metrics_format(""));
}

}  // namespace muster::collector::web
