// SPDX-License-Identifier: Apache-2.0
//
// What Nagios writes about itself: status.dat and objects.cache, as 4.4.6 writes them.
#include <string>

#include <gtest/gtest.h>

#include "nagios-bridge/nagios/object_index.hpp"
#include "nagios-bridge/nagios/program_status.hpp"
#include "nagios-bridge/nagios/run_watch.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;

std::string status_text(int pid, int start, bool passive = true)
{
  return "########################################\n#          NAGIOS STATUS FILE\n#\n\ninfo "
         "{\n\tcreated=1795950760\n"
         "\tversion=4.4.6\n\t}\n\nprogramstatus {\n\tmodified_host_attributes=0\n\tnagios_pid=" +
         std::to_string(pid) + "\n\tdaemon_mode=0\n\tprogram_start=" + std::to_string(start) +
         "\n\tpassive_service_checks_enabled=" + (passive ? "1" : "0") +
         "\n\tpassive_host_checks_enabled=1\n\t}\n\nhoststatus {\n\thost_name=web1\n\t}\n\n";
}

std::string host_text(const std::string& name, bool passive = true)
{
  return "define host {\n\thost_name\t" + name + "\n\talias\t" + name + "\n\tpassive_checks_enabled\t" +
         (passive ? "1" : "0") + "\n\tretain_status_information\t1\n\t}\n\n";
}

std::string service_text(const std::string& host, const std::string& name, bool passive = true)
{
  return "define service {\n\thost_name\t" + host + "\n\tservice_description\t" + name +
         "\n\tcheck_period\t24x7\n\tpassive_checks_enabled\t" + (passive ? "1" : "0") + "\n\t}\n\n";
}

const std::string header =
    "########################################\n#       NAGIOS OBJECT CACHE FILE\n#\n\n";
const std::string contact = "define contact {\n\tcontact_name\tops\n\thost_name\ttrap\n\t}\n\n";

PassiveResult result_for(const std::string& host, const std::string& service)
{
  PassiveResult result;
  result.host = host;
  result.service = service;
  return result;
}

NagiosSettings settings_in(const test::TemporaryDirectory& folder)
{
  NagiosSettings settings;
  settings.status_file = folder.path("status.dat");
  settings.object_cache = folder.path("objects.cache");
  return settings;
}

// Later than what was written before it, whatever the file system's clock ticks in.
void write_status(const test::TemporaryDirectory& folder, int pid, int start, std::chrono::seconds later)
{
  const auto path = folder.write("status.dat", status_text(pid, start));
  std::filesystem::last_write_time(
      path, std::filesystem::last_write_time(folder.path("objects.cache")) + later);
}

}  // namespace

TEST(ProgramStatus, SaysWhichLifeOfNagiosItIs)
{
  const auto status = parse_program_status(status_text(4711, 1'795'950'759));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->pid, 4711);
  EXPECT_EQ(status->program_start, 1'795'950'759);
  EXPECT_TRUE(status->takes_passive_results);
  EXPECT_FALSE(parse_program_status(status_text(1, 2, false))->takes_passive_results);
}

TEST(ProgramStatus, IsNothingWhereTheBlockIsNotWhole)
{
  const auto whole = status_text(4711, 1'795'950'759);
  const auto end = whole.find("\n\t}\n\nhoststatus");
  EXPECT_TRUE(parse_program_status(whole.substr(0, end + 3)));
  for (std::size_t cut = 0; cut < end + 3; ++cut) {
    EXPECT_FALSE(parse_program_status(whole.substr(0, cut))) << cut;
  }
  EXPECT_FALSE(parse_program_status("programstatus {\n\tnagios_pid=1x\n\tprogram_start=2\n\t}"));
}

TEST(ProgramStatus, FindsWhenTheProcessBeganBehindWhateverName)
{
  const std::string fields =
      " S 1 4711 4711 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 3237112 6578176 800 1844\n";
  EXPECT_EQ(parse_process_start("4711 (nagios4)" + fields), 3'237'112);
  EXPECT_EQ(parse_process_start("4711 (naemon) S (x)" + fields), 3'237'112);
  EXPECT_EQ(parse_process_start("1 (systemd)" + fields), 0) << "our 1 is not that of Nagios' container";
  EXPECT_EQ(parse_process_start("4711 (nagios4) S 1 2"), 0);
  EXPECT_EQ(parse_process_start(""), 0);
}

TEST(ObjectIndex, KnowsHostsAndServicesAndNoOthers)
{
  test::TemporaryDirectory folder;
  const auto path = folder.write(
      "objects.cache",
      header + contact + host_text("web1") + host_text("web 2", false) + service_text("web1", "Disk C:\\ =") +
          service_text("web1", "quiet", false));
  const auto index = read_object_index(path);
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_EQ(index->size(), 4U);
  EXPECT_EQ(index->objection_to(result_for("web1", "")), "");
  EXPECT_EQ(index->objection_to(result_for("web1", "Disk C:\\ =")), "");
  EXPECT_EQ(index->objection_to(result_for("web3", "load")), "Nagios knows no host \"web3\"");
  EXPECT_EQ(
      index->objection_to(result_for("web1", "load")), "Nagios knows no service \"load\" on host \"web1\"");
  EXPECT_EQ(index->objection_to(result_for("trap", "")), "Nagios knows no host \"trap\"");
  EXPECT_NE(
      index->objection_to(result_for("web1", "quiet")).find("passive_checks_enabled is 0"),
      std::string::npos);
  EXPECT_NE(
      index->objection_to(result_for("web 2", "")).find("passive_checks_enabled is 0"), std::string::npos);
  EXPECT_EQ(index->objection_to(result_for("a\nb", "")), "Nagios knows no host \"a\\nb\"");
}

TEST(ObjectIndex, DoesNotTakeAFileThatIsNotWhole)
{
  test::TemporaryDirectory folder;
  const auto whole = header + host_text("web1") + service_text("web1", "load");
  const auto path = folder.write("objects.cache", whole.substr(0, whole.size() - 20));
  EXPECT_EQ(read_object_index(path).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_object_index(folder.path("none")).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_object_index(folder.path()).error().code, ErrorCode::invalid_input);
}

TEST(RunWatch, KnowsNoLifeBeforeTheStatusThatFollowsTheObjects)
{
  test::TemporaryDirectory folder;
  folder.write("objects.cache", header + host_text("web1"));
  RunWatch watch{settings_in(folder)};
  const RunWatch::Clock::time_point now{1h};
  EXPECT_FALSE(watch.look(now).run) << "no status yet";
  write_status(folder, 1, 100, -1s);
  EXPECT_FALSE(watch.look(now).run) << "the status is that of the life before";
  write_status(folder, 1, 100, 1s);
  const auto first = watch.look(now).run;
  ASSERT_TRUE(first);
  EXPECT_EQ(first->program_start, 100);
  EXPECT_EQ(watch.look(now).run, first);
}

TEST(RunWatch, TellsTwoLivesApartThatHaveOnePidAndOneSecond)
{
  test::TemporaryDirectory folder;
  folder.write("objects.cache", header + host_text("web1"));
  write_status(folder, 1, 100, 1s);
  RunWatch watch{settings_in(folder)};
  const RunWatch::Clock::time_point now{1h};
  const auto first = watch.look(now).run;
  const auto path = folder.write("objects.cache", header + host_text("web1"));
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + 5ms);
  write_status(folder, 1, 100, 1s);
  const auto second = watch.look(now).run;
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
}

TEST(RunWatch, ReadsTheObjectsOfTheNewLife)
{
  test::TemporaryDirectory folder;
  folder.write("objects.cache", header + host_text("web1"));
  write_status(folder, 1, 100, 1s);
  RunWatch watch{settings_in(folder)};
  ASSERT_TRUE(watch.look({}).run);
  EXPECT_NE(watch.objection_to(result_for("web2", "")), "");
  folder.write("objects.cache", header + host_text("web1") + host_text("web2"));
  write_status(folder, 1, 200, 1s);
  ASSERT_TRUE(watch.look({}).run);
  EXPECT_EQ(watch.objection_to(result_for("web2", "")), "");
}

TEST(RunWatch, BelievesObjectsThatAreStillWhereTheClockWasSetBack)
{
  test::TemporaryDirectory folder;
  folder.write("objects.cache", header + host_text("web1"));
  write_status(folder, 1, 100, -1h);
  RunWatch watch{settings_in(folder)};
  const RunWatch::Clock::time_point now{1h};
  EXPECT_FALSE(watch.look(now).run);
  EXPECT_FALSE(watch.look(now + 9s).run);
  EXPECT_TRUE(watch.look(now + 10s).run);
}

TEST(RunWatch, GoesOnWithoutAListThatAFullDiskHasCutOffAndSaysSo)
{
  test::TemporaryDirectory folder;
  folder.write("objects.cache", header + "define host {\n\thost_name\tweb1\n");
  write_status(folder, 1, 100, 1s);
  RunWatch watch{settings_in(folder)};
  const RunWatch::Clock::time_point now{1h};
  EXPECT_FALSE(watch.look(now).run) << "it may be written just now";
  const auto seen = watch.look(now + 10s);
  EXPECT_TRUE(seen.run);
  EXPECT_NE(seen.trouble.find("not whole"), std::string::npos);
  EXPECT_EQ(watch.objection_to(result_for("web2", "")), "");
}

TEST(RunWatch, GoesOnWithoutAListOfObjectsAndSaysSo)
{
  test::TemporaryDirectory folder;
  folder.write("status.dat", status_text(1, 100));
  RunWatch watch{settings_in(folder)};
  const auto seen = watch.look({});
  ASSERT_TRUE(seen.run);
  EXPECT_NE(seen.trouble.find("objects.cache"), std::string::npos);
  EXPECT_EQ(watch.objection_to(result_for("anything", "")), "");
}

}  // namespace muster::bridge
