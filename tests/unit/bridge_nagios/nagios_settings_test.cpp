// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/nagios_settings.hpp"

#include <string>

#include <gtest/gtest.h>

#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;

// The settings, or the first complaint in their `group`.
struct Read {
  NagiosSettings settings;
  std::string complaint;
};

Read read(const std::string& text)
{
  const auto document = runtime::read_yaml("bridge.yaml", text);
  runtime::Complaints complaints{"bridge.yaml"};
  runtime::SettingsReader reader{complaints, document->root};
  Read result;
  read_nagios_settings(reader, "/etc/muster", result.settings);
  reader.refuse_unknown_keys();
  if (!complaints.empty()) {
    result.complaint = complaints.in_order().front().message;
  }
  return result;
}

}  // namespace

TEST(NagiosSettings, AreDebiansPathsByDefault)
{
  const auto [settings, complaint] = read("{}");
  EXPECT_EQ(complaint, "");
  EXPECT_EQ(settings.command_file, "/var/lib/nagios4/rw/nagios.cmd");
  EXPECT_EQ(settings.retention_file, "/var/lib/nagios4/retention.dat");
  EXPECT_TRUE(settings.spool.empty()) << "the spool is a choice";
  EXPECT_EQ(settings.safe_when, NagiosSettings::Safe::saved);
}

TEST(NagiosSettings, AreRead)
{
  const auto [settings, complaint] = read(
      "command_file: /n/rw/nagios.cmd\nstatus_file: /n/status.dat\nretention_file: /n/retention.dat\n"
      "object_cache: /n/objects.cache\nwork_dir: work\ngroup: naemon\nspool: /n/spool\nspool_after: "
      "1m\nspool_age: 2h\n"
      "batch: 500\nspool_batch: 5000\nsave_every: 10s\nsave_after: 20\nsafe_when: processed\n");
  EXPECT_EQ(complaint, "");
  EXPECT_EQ(settings.work_dir, "/etc/muster/work");
  EXPECT_EQ(settings.group, "naemon");
  EXPECT_EQ(settings.spool, "/n/spool");
  EXPECT_EQ(settings.spool_after, 1min);
  EXPECT_EQ(settings.spool_age, 2h);
  EXPECT_EQ(settings.batch, 500U);
  EXPECT_EQ(settings.spool_batch, 5000U);
  EXPECT_EQ(settings.save_every, 10s);
  EXPECT_EQ(settings.save_after, 20U);
  EXPECT_EQ(settings.safe_when, NagiosSettings::Safe::processed);
}

TEST(NagiosSettings, SayWhatIsWrong)
{
  struct Case {
    const char* text;
    const char* complaint;
  };

  const std::string long_path = "work_dir: /" + std::string(3'000, 'w');
  const Case cases[] = {
      {"safe_when: sometimes", "expected \"saved\" or \"processed\""},
      {"work_dir: '/a;b'", "no ';'"},
      {long_path.c_str(), "at most 3000 bytes"},
      {"batch: 0", "batch"},
      {"spool_age: 10s", "spool_age"},
      {"save_evry: 1s", "save_evry"},
  };
  for (const auto& [text, complaint] : cases) {
    EXPECT_NE(read(text).complaint.find(complaint), std::string::npos)
        << text << ": " << read(text).complaint;
  }
}

}  // namespace muster::bridge
