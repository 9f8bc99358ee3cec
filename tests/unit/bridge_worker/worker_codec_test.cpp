// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/worker_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;

const auto end = "\1\0\0\0"s;
const auto job = "job_id=7\0type=0\0command=check_mco -H web1 -k check_load\0timeout=60\0"s;

TEST(NagiosWorkerCodec, RegistersWithoutAPidThatNagiosWouldKill)
{
  EXPECT_EQ(
      worker_registration("nagios-bridge@mon1", "check_mco", 1000),
      "@wproc register name=nagios-bridge@mon1;pid=0;max_jobs=1000;plugin=check_mco\0"s);
}

TEST(NagiosWorkerCodec, AWordOfARegistrationHasNoSeparators)
{
  EXPECT_TRUE(is_worker_word("/usr/lib/nagios/plugins/check_mco"));
  EXPECT_FALSE(is_worker_word(""));
  EXPECT_FALSE(is_worker_word("a;b"));
  EXPECT_FALSE(is_worker_word("a=b"));
  EXPECT_FALSE(is_worker_word("a\0b"s));
  EXPECT_FALSE(is_worker_word(std::string(201, 'a')));
}

TEST(NagiosWorkerCodec, ReadsAJobAsNagiosWritesIt)
{
  const auto read = parse_worker_job(job + "env=NAGIOS_HOSTNAME=web1\n\0"s);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, "7");
  EXPECT_EQ(read->type, "0");
  EXPECT_EQ(read->timeout, 60s);
  EXPECT_EQ(read->command, "check_mco -H web1 -k check_load");
}

TEST(NagiosWorkerCodec, ACommandMayHaveEqualsSigns)
{
  const auto read = parse_worker_job("job_id=1\0type=0\0timeout=1\0command=check_mco -F a=b"s);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->command, "check_mco -F a=b");
}

TEST(NagiosWorkerCodec, RefusesWhatIsNoJob)
{
  for (const auto& text :
       {""s,
        "nonsense"s,
        "job_id=7\0type=0\0timeout=60\0"s,
        "job_id=7\0type=0\0command=\0timeout=60\0"s,
        "job_id=-7\0type=0\0command=a\0timeout=60\0"s,
        "job_id=7\0type=x\0command=a\0timeout=60\0"s,
        "job_id=7\0type=0\0command=a\0timeout=99999999999\0"s,
        "type=0\0command=a\0timeout=60\0"s}) {
    EXPECT_FALSE(parse_worker_job(text)) << text;
  }
}

TEST(NagiosWorkerCodec, AnswersWithTheStatusThatWaitWouldGive)
{
  const auto answer = encode_worker_answer(
      *parse_worker_job(job),
      {CheckState::critical, "DISK CRITICAL|a=1\nmore\n", 1'790'000'000'000'005us, 1'790'000'001'500'000us});
  EXPECT_EQ(
      answer,
      "job_id=7\0type=0\0timeout=60\0wait_status=512\0start=1790000000.000005\0stop=1790000001.500000\0"
      "runtime=1.499995\0exited_ok=1\0outerr=\0outstd=DISK CRITICAL|a=1\nmore\n\0\1\0\0\0"s);
}

TEST(NagiosWorkerCodec, TextBehindANulIsLeftOut)
{
  const auto answer =
      encode_worker_answer(*parse_worker_job(job), {CheckState::ok, "fine\0exited_ok=0"s, 0us, 0us});
  EXPECT_THAT(answer, testing::EndsWith("outstd=fine\0\1\0\0\0"s));
}

TEST(NagiosWorkerMessages, ArePutTogetherFromAnyPieces)
{
  WorkerMessages messages;
  const auto stream = "OK\0"s + job + end + "job_id=8\0"s + end;
  std::optional<std::string> greeting;
  std::vector<std::string> read;
  for (const char byte : stream) {
    ASSERT_TRUE(messages.add({&byte, 1}));
    if (!greeting) {
      greeting = messages.greeting();
      continue;
    }
    if (auto message = messages.next()) {
      read.push_back(*message);
    }
  }
  EXPECT_EQ(greeting, "OK");
  EXPECT_THAT(read, testing::ElementsAre(job, "job_id=8\0"s));
}

TEST(NagiosWorkerMessages, MayComeSeveralAtOnce)
{
  WorkerMessages messages;
  ASSERT_TRUE(messages.add(job + end + job + end + "job_"));
  EXPECT_EQ(messages.next(), job);
  EXPECT_EQ(messages.next(), job);
  EXPECT_FALSE(messages.next());
}

TEST(NagiosWorkerMessages, WithoutAnEndAreRefusedAtTheLimit)
{
  WorkerMessages messages;
  const std::string piece(largest_worker_message / 2, 'a');
  EXPECT_TRUE(messages.add(piece));
  EXPECT_TRUE(messages.add(piece));
  EXPECT_FALSE(messages.next());
  const auto refused = messages.add("aaaaa");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("more than 1 MiB"));
}

}  // namespace
}  // namespace muster::bridge
