// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nagios_text.hpp"

#include <fstream>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "libmuster/model/plugin_output.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;

PassiveResult result_of(const std::string& output)
{
  auto parts = parse_plugin_output(output);
  PassiveResult result;
  result.host = "web1";
  result.service = "load";
  result.state = 2;
  result.summary = parts.summary;
  result.details = parts.details;
  result.perfdata = parts.perfdata;
  result.started = Time{std::chrono::milliseconds{1'795'950'759'250}};
  result.finished = Time{std::chrono::milliseconds{1'795'950'760'999}};
  return result;
}

std::string output_of(const PassiveResult& result)
{
  std::string text;
  append_nagios_output(text, result);
  return text;
}

std::string command_of(const PassiveResult& result)
{
  std::string text;
  const auto appended = append_nagios_command(text, result);
  return appended ? text : "refused: " + appended.error().message + text;
}

std::string record_of(const PassiveResult& result)
{
  std::string text;
  const auto appended = append_nagios_spool_record(text, result);
  return appended ? text : "refused: " + appended.error().message + text;
}

// unescape_check_result_output() of Nagios 4.4.6, behind the strip() that takes white space off a command.
std::string as_nagios_reads(std::string text)
{
  text.erase(text.find_last_not_of(" \n\r\t") + 1);
  std::string read;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 1 < text.size();
    if (escape && (text[at + 1] == '\\' || text[at + 1] == 'n')) {
      read += text[++at] == 'n' ? '\n' : '\\';
    } else {
      read += text[at];
    }
  }
  return read;
}

struct Recorded {
  std::string input;
  PluginOutput expected;
};

std::vector<Recorded> recorded_outputs()
{
  std::vector<Recorded> rows;
  std::ifstream file{MUSTER_TEST_DATA "/perfdata_vectors.jsonl"};
  for (std::string line; std::getline(file, line);) {
    const auto row = json::parse(line).as_object();
    if (row.at("kind") != "nagios_output") {
      continue;
    }
    const auto text = [](const json::value& value) { return std::string{value.as_string()}; };
    const auto& expect = row.at("expect");
    rows.push_back(
        {text(row.at("input")),
         {text(expect.at("plugin_output")),
          text(expect.at("long_plugin_output")),
          text(expect.at("performance_data"))}});
  }
  return rows;
}

}  // namespace

TEST(NagiosText, GivesNagiosBackWhatNagiosItselfMadeOfEveryRecordedOutput)
{
  const auto rows = recorded_outputs();
  ASSERT_GE(rows.size(), 29U);
  for (const auto& row : rows) {
    const auto again = parse_plugin_output(as_nagios_reads(output_of(result_of(row.input))));
    EXPECT_EQ(again.summary, row.expected.summary) << row.input;
    EXPECT_EQ(again.details, row.expected.details) << row.input;
    EXPECT_EQ(again.perfdata, row.expected.perfdata) << row.input;
  }
}

TEST(NagiosText, WritesACommandWithTheSecondInWhichTheCheckFinished)
{
  EXPECT_EQ(
      command_of(result_of("CRIT - busy|load=9;4;8\nmore\n")),
      "[1795950760] PROCESS_SERVICE_CHECK_RESULT;web1;load;2;CRIT - busy|load=9;4;8\\nmore\\n\n");
}

TEST(NagiosText, WritesAHostAsUpOrDown)
{
  auto result = result_of("gone since 10:00");
  result.service.clear();
  EXPECT_EQ(command_of(result), "[1795950760] PROCESS_HOST_CHECK_RESULT;web1;1;gone since 10:00\n");
  result.state = 0;
  EXPECT_EQ(command_of(result), "[1795950760] PROCESS_HOST_CHECK_RESULT;web1;0;gone since 10:00\n");
}

TEST(NagiosText, TakesAStateThatIsNoneForUnknown)
{
  auto result = result_of("x");
  for (const int state : {-1, 4, 255}) {
    result.state = state;
    EXPECT_EQ(command_of(result), "[1795950760] PROCESS_SERVICE_CHECK_RESULT;web1;load;3;x\n");
  }
}

TEST(NagiosText, NeverWritesATimeBeforeTheEpoch)
{
  auto result = result_of("x");
  result.started = result.finished = Time{std::chrono::milliseconds{-5}};
  EXPECT_EQ(command_of(result), "[0] PROCESS_SERVICE_CHECK_RESULT;web1;load;2;x\n");
  EXPECT_NE(record_of(result).find("finish_time=0.000000\n"), std::string::npos);
}

TEST(NagiosText, LetsNoTextOfAStrangerEndItsLine)
{
  auto result = result_of("x");
  result.summary = "a\n[1] SHUTDOWN_PROGRAM;0";
  result.details = "b\n[2] SHUTDOWN_PROGRAM;0\n";
  result.perfdata = "c=1\n[3] SHUTDOWN_PROGRAM;0";
  const auto line = command_of(result);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto record = record_of(result);
  EXPECT_EQ(record.find("\n\n"), record.size() - 2) << "an empty line would end the record";
}

TEST(NagiosText, KeepsTheFirstBarForThePerfdata)
{
  auto result = result_of("x");
  result.summary = "a|b";
  result.details = "c|d";
  result.perfdata = "e=1|f=2";
  EXPECT_EQ(
      output_of(result),
      "a\xc2\xa6"
      "b|e=1|f=2\\nc\xc2\xa6"
      "d\\n");
}

TEST(NagiosText, PutsTheEndOfOneMoreLineBehindWhatNagiosWouldTakeOffOrContinue)
{
  EXPECT_EQ(output_of(result_of("end\\")), "end\\\\\\n");
  EXPECT_EQ(output_of(result_of("x\nline\r\n")), "x\\nline\r\\n");
}

TEST(NagiosText, KeepsAnEmptySummaryApartFromNoOutput)
{
  EXPECT_EQ(output_of(result_of("|a=1")), "|a=1");
  EXPECT_EQ(output_of(result_of("  \nmore")), " \\nmore\\n");
  EXPECT_EQ(output_of(result_of("")), "(No output returned from plugin)");
}

TEST(NagiosText, ShowsNulAndBrokenUtf8AsReplacementCharacters)
{
  auto result = result_of("x");
  result.summary = std::string{"a\0b\xff", 4};
  EXPECT_EQ(
      output_of(result),
      "a\xef\xbf\xbd"
      "b\xef\xbf\xbd");
}

TEST(NagiosText, CutsWhatIsTooLongWithAMark)
{
  auto result = result_of("x");
  result.summary.assign(100'000, 's');
  result.details.assign(100'000, 'd');
  result.perfdata.clear();
  const auto text = output_of(result);
  EXPECT_LE(text.size(), max_nagios_summary + max_nagios_details + 4);
  EXPECT_NE(text.find("s\xe2\x80\xa6\\nd"), std::string::npos);
  EXPECT_TRUE(text.ends_with("d\xe2\x80\xa6\\n"));
}

TEST(NagiosText, CutsPerfdataBehindAWholeValue)
{
  auto result = result_of("x");
  while (result.perfdata.size() <= max_nagios_perfdata) {
    result.perfdata += "value=123456 ";
  }
  const auto text = output_of(result);
  EXPECT_LE(text.size(), max_nagios_perfdata + 2);
  EXPECT_TRUE(text.ends_with(" value=123456")) << text.substr(text.size() - 30);
  result.perfdata.assign(max_nagios_perfdata + 1, 'x');
  EXPECT_EQ(output_of(result), "x|");
}

TEST(NagiosText, RefusesNamesThatNoLineCanCarry)
{
  struct Case {
    std::string host;
    std::string service;
    const char* why;
  };

  const std::string nul{"web\0", 4};
  const Case cases[] = {
      {"", "load", "host is empty"},
      {"web;1", "load", "host has a ';'"},
      {"web1", "lo;ad", "service has a ';'"},
      {"web1\n[1] SHUTDOWN_PROGRAM", "load", "host has a control character"},
      {"web1", "lo\rad", "service has a control character"},
      {"web1", "lo\x7f", "service has a control character"},
      {nul, "load", "host has a control character"},
      {std::string(1025, 'a'), "load", "host is longer than 1024 bytes"},
  };
  for (const auto& [host, service, why] : cases) {
    auto result = result_of("x");
    result.host = host;
    result.service = service;
    EXPECT_TRUE(command_of(result).starts_with("refused: the name of the ")) << why;
    EXPECT_NE(command_of(result).find(why), std::string::npos) << command_of(result);
    EXPECT_NE(record_of(result).find(why), std::string::npos) << record_of(result);
    EXPECT_EQ(command_of(result).find('\n'), std::string::npos) << "the message itself is safe to print";
  }
}

TEST(NagiosText, TakesNamesWithBlanksSlashesUmlautsAndBackslashes)
{
  auto result = result_of("x");
  result.host = "wéb 1";
  result.service = "Disk C:\\ /var = ok";
  EXPECT_EQ(command_of(result), "[1795950760] PROCESS_SERVICE_CHECK_RESULT;wéb 1;Disk C:\\ /var = ok;2;x\n");
  result.service = "C:\\";
  EXPECT_TRUE(record_of(result).starts_with("refused: ")) << "there it would continue the line";
}

TEST(NagiosText, WritesASpoolRecordOfAPassiveResult)
{
  std::string text;
  append_nagios_spool_header(text, std::chrono::sys_seconds{std::chrono::seconds{1'795'950'761}});
  ASSERT_TRUE(append_nagios_spool_record(text, result_of("CRIT|a=1\nmore")));
  EXPECT_EQ(
      text,
      "### nagios-bridge\nfile_time=1795950761\n\nhost_name=web1\nservice_description=load\ncheck_type=1\n"
      "check_options=0\nscheduled_check=0\nreschedule_check=0\nlatency=0.0\nstart_time=1795950759.250000\n"
      "finish_time=1795950760.999000\nearly_timeout=0\nexited_ok=1\nreturn_code=2\noutput=CRIT|a="
      "1\\nmore\\n\n\n");
}

}  // namespace muster::bridge
