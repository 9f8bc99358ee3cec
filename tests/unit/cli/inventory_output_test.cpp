// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/fleet_table.hpp"
#include "cli/output/inventory_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;
namespace json = boost::json;

Inventory sample()
{
  Inventory inventory;
  inventory.node = "web1";
  inventory.about = {
      {"version", "0.1"},
      {"collectives", json::array{"main", "uk"}},
      {"main_collective", "main"},
      {"data_functions", json::array{"nrpe", "fact"}},
      {"classes", json::array{"web", "common"}},
      {"facts", {{"os", {{"family", "Debian"}, {"release", {{"major", "12"}}}}}, {"cpus", 4}}}};
  inventory.statistics = {{"pid", 4833}, {"accepted", 12}, {"starttime", 1795374991}, {"cpu_seconds", 0.25}};
  inventory.agents = {json::object{{"name", "nrpe"}, {"version", "1.0.0"}}};
  return inventory;
}

FleetTable table_of(const std::string& columns, const FleetReport& report)
{
  return make_fleet_table(parse_columns(columns).value(), report);
}

NodeAccount with_values(std::string name, json::object values)
{
  auto account = answered(std::move(name));
  account.answer->data["values"] = std::move(values);
  return account;
}

NodeAccount in_collectives(std::string name, std::vector<std::string> collectives)
{
  auto account = node(std::move(name), Fate::lost);
  account.presence->collectives = std::move(collectives);
  return account;
}

}  // namespace

TEST(InventoryOutput, ShowsWhatANodeIs)
{
  EXPECT_EQ(inventory_text(sample(), plain()), R"(Inventory for web1:

   Server Statistics:
                      Version: 0.1
                   Start Time: 2026-11-22T19:16:31+00:00
                  Collectives: main, uk
              Main Collective: main
                   Process ID: 4833
            Requests Accepted: 12
         Total Processor Time: 0.25 seconds

   Agents:
      nrpe                 1.0.0

   Data Functions:
      fact                           nrpe

   Configuration Management Classes:
    common                         web

   Facts:
      cpus => 4
      os.family => Debian
      os.release.major => 12
)");
}

TEST(InventoryOutput, TellsWhatIsBroken)
{
  auto inventory = sample();
  inventory.about["health"] = json::array{"facts: no such file"};

  EXPECT_NE(
      inventory_text(inventory, plain()).find("   Broken:\n      facts: no such file\n"), std::string::npos);
}

TEST(InventoryOutput, SurvivesANodeThatTellsNonsense)
{
  Inventory inventory;
  inventory.node = "web1";
  inventory.about = {
      {"version", json::array{1}}, {"classes", 5}, {"facts", "none"}, {"collectives", nullptr}};
  inventory.statistics = {{"starttime", -1}, {"pid", "\x1b[2J"}};
  inventory.agents = {1, json::object{}, nullptr};

  EXPECT_EQ(inventory_text(inventory, plain()).find('\x1b'), std::string::npos);
}

TEST(InventoryOutput, CountsTheNodesOfEachCollective)
{
  auto stopped = in_collectives("db1", {"main"});
  stopped.presence->state = protocol::NodeState::stopped;
  const auto report =
      report_of({stopped, in_collectives("web1", {"main", "uk"}), in_collectives("web2", {"main"})});

  EXPECT_EQ(collectives_text(report), R"(   Collective                     Nodes
   ==========                     =====
   main                           2
   uk                             1

                     Total nodes: 2
)");
}

TEST(FleetTable, AlignsTheChosenColumns)
{
  auto web1 = with_values("web1", {{"os.family", "Debian"}, {"memory", nullptr}});
  web1.presence->version = "0.2";
  const auto report = report_of({with_values("db10", {{"os.family", "RedHat"}, {"memory", "4 GiB"}}), web1});

  EXPECT_EQ(
      fleet_table_text(table_of("name,os.family,memory,version", report), report, plain()),
      R"(name  os.family  memory  version
db10  RedHat     4 GiB   -
web1  Debian     -       0.2

Finished processing 2 / 2 hosts in 439.98 ms
)");
}

TEST(FleetTable, TakesFactsAndClassesFromAnInventory)
{
  auto web1 = answered("web1");
  web1.answer->data = sample().about;

  const auto table = table_of("os.release.major,classes", report_of({web1}));

  EXPECT_EQ(table.rows.front(), (std::vector<std::string>{"12", "web common"}));
}

TEST(FleetTable, AsksNoMoreThanTheColumnsNeed)
{
  const auto action_for = [](const std::string& columns) {
    fleet::Question question;
    ask_for(parse_columns(columns).value(), question);
    return question.action;
  };

  EXPECT_EQ(action_for("name,version"), "ping");
  EXPECT_EQ(action_for("name,kernel"), "get_facts");
  EXPECT_EQ(action_for("name,kernel,classes"), "inventory");
}

TEST(FleetTable, RefusesColumnsThatAreNoNames)
{
  EXPECT_FALSE(parse_columns(""));
  EXPECT_FALSE(parse_columns("name,,version"));
  EXPECT_FALSE(parse_columns("name,a b"));
  EXPECT_FALSE(parse_columns("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a"));
}

TEST(FleetTable, QuotesForCsvAndDefusesFormulas)
{
  const FleetTable table{{"name", "x"}, {{"web1", "a,\"b\""}, {"web2", "=HYPERLINK(1)"}, {"web3", "-4.5"}}};

  EXPECT_EQ(fleet_table_csv(table), "name,x\r\nweb1,\"a,\"\"b\"\"\"\r\nweb2,'=HYPERLINK(1)\r\nweb3,-4.5\r\n");
}

}  // namespace muster::cli
