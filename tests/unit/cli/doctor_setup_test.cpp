// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/doctor/judge_setup.hpp"
#include "cli/output/doctor_report.hpp"

namespace muster::cli::doctor {

namespace {

using Grade = Finding::Grade;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds now{1795374991s};  // 2026-11-22

client::ClientSettings settings()
{
  client::ClientSettings settings;
  settings.file = "/etc/muster/client.yaml";
  settings.connection.brokers = {"mqtts://mon1:8883"};
  settings.connection.certificate = "alice.pem";
  settings.caller = "alice@ops1";
  settings.key = "keys/alice@ops1.key";
  return settings;
}

TlsFacts certificate_of(std::string name, std::chrono::sys_seconds from, std::chrono::sys_seconds until)
{
  return {runtime::Certificate{std::move(name), from, until}, {}};
}

Finding judged(const TlsFacts& facts)
{
  return judge_certificate(settings(), facts, now);
}

}  // namespace

TEST(DoctorOfTheSetup, NamesTheConfigurationAndWhoAsksWhom)
{
  const auto findings = judge_configuration(settings());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].grade, Grade::ok);
  EXPECT_EQ(findings[0].what, "/etc/muster/client.yaml; alice@ops1 asks collective main through 1 broker");
}

TEST(DoctorOfTheSetup, TellsEveryErrorOfTheConfiguration)
{
  const std::vector errors{
      Error{ErrorCode::invalid_input, "client.yaml:1:1: a"},
      Error{ErrorCode::invalid_input, "client.yaml:2:1: b"}};
  const auto findings = judge_configuration(tl::unexpected{errors});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[1].what, "client.yaml:2:1: b");
  EXPECT_EQ(exit_status_of(findings), exit_problems);
}

TEST(DoctorOfTheSetup, TakesAKeyThatCanBeReadAndTellsWhyOneCannot)
{
  EXPECT_EQ(judge_key(settings(), std::string{"alice@ops1"}).grade, Grade::ok);
  const auto finding =
      judge_key(settings(), failure(ErrorCode::denied, "others may read this key; run: chmod 600"));
  EXPECT_EQ(finding.grade, Grade::problem);
  EXPECT_EQ(finding.what, "others may read this key; run: chmod 600");
}

TEST(DoctorOfTheSetup, GradesACertificateByItsTimesAndItsName)
{
  struct Case {
    TlsFacts facts;
    Grade grade;
    std::string what;
  };

  const std::vector<Case> cases{
      {certificate_of("alice@ops1", now - 1h, now + 24h * 31),
       Grade::ok,
       "certificate of alice@ops1 valid until 2026-12-23"},
      {certificate_of("alice@ops1", now - 1h, now + 24h * 29),
       Grade::warning,
       "certificate of alice@ops1 valid until 2026-12-21"},
      {certificate_of("alice@ops1", now - 2h, now - 24h),
       Grade::problem,
       "alice.pem has ended on 2026-11-21"},
      {certificate_of("alice@ops1", now + 24h, now + 48h),
       Grade::problem,
       "alice.pem is valid only from 2026-11-23"},
      {certificate_of("bob@ops1", now - 1h, now + 24h * 365),
       Grade::problem,
       "certificate of bob@ops1 valid until 2027-11-22, but the caller is alice@ops1"},
      {{failure(ErrorCode::not_found, "alice.pem: no such file"), {}},
       Grade::problem,
       "alice.pem: no such file"},
      {{runtime::Certificate{}, {Error{ErrorCode::denied, "ca.pem: permission denied"}}},
       Grade::problem,
       "ca.pem: permission denied"},
  };
  for (const auto& [facts, grade, what] : cases) {
    const auto finding = judged(facts);
    EXPECT_EQ(finding.grade, grade) << what;
    EXPECT_EQ(finding.what, what);
    EXPECT_EQ(finding.fix.empty(), grade == Grade::ok) << what;
  }
}

TEST(DoctorOfTheSetup, NeedsNoCertificateWithoutTls)
{
  auto plain = settings();
  plain.connection.certificate.clear();
  EXPECT_EQ(judge_certificate(plain, {}, now).grade, Grade::ok);
}

TEST(DoctorOfTheSetup, WarnsOfAProcessThatMayOpenHardlyAnyFiles)
{
  EXPECT_EQ(judge_descriptors(1024).grade, Grade::ok);
  EXPECT_EQ(judge_descriptors(63).grade, Grade::warning);
}

TEST(DoctorOutput, IsOneLineForEachFindingWithItsFixBehind)
{
  EXPECT_EQ(finding_text(good("queue", "fine"), TextStyle{}), "ok       queue: fine\n");
  EXPECT_EQ(
      finding_text(problem("health", "bad\n\x1b[2J", "mend it"), TextStyle{}),
      "problem  health: bad\\n\\x1b[2J; fix: mend it\n");
  EXPECT_EQ(
      tally_text({good("a", ""), warning("b", "", "x"), problem("c", "", "x"), problem("d", "", "x")}),
      "1 ok, 1 warning, 2 problems\n");
}

TEST(DoctorOutput, ExitsWithAProblemButNotWithAWarning)
{
  EXPECT_EQ(exit_status_of({}), 0);
  EXPECT_EQ(exit_status_of({warning("a", "", "")}), 0);
  EXPECT_EQ(exit_status_of({good("a", ""), problem("a", "", "")}), 2);
}

}  // namespace muster::cli::doctor
