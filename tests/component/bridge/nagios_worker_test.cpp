// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/nagios_worker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::StartsWith;
using Protocol = boost::asio::local::stream_protocol;

// A Nagios that is none: its query socket, and what a worker says on it.
class NagiosWorkerTest : public testing::Test {
protected:
  NagiosWorkerTest()
  {
    session_.start();
    worker_.start();
  }

  ~NagiosWorkerTest() override
  {
    worker_.stop();
    loop_.stop();
  }

  // Waits for the worker, and reads what it registers as.
  std::string accept()
  {
    nagios_ = Protocol::socket{loop_};
    bool accepted = false;
    acceptor_.async_accept(nagios_, [&](boost::system::error_code failed) { accepted = !failed; });
    EXPECT_TRUE(test::run_until(loop_, [&] { return accepted; }));
    heard_.clear();
    return hear(std::string(1, '\0'));
  }

  // What comes up to and with `end`.
  std::string hear(const std::string& end)
  {
    EXPECT_TRUE(test::run_until(loop_, [&] {
      listen();
      return heard_.find(end) != std::string::npos;
    })) << heard_;
    auto text = heard_.substr(0, heard_.find(end) + end.size());
    heard_.erase(0, text.size());
    return text;
  }

  std::string hear_answer() { return hear("\1\0\0\0"s); }

  // True: the worker has left.
  bool is_left()
  {
    return test::run_until(loop_, [&] {
      listen();
      return left_;
    });
  }

  void listen()
  {
    nagios_.non_blocking(true);
    std::array<char, 4096> bytes{};
    boost::system::error_code failed;
    const auto size = nagios_.read_some(boost::asio::buffer(bytes), failed);
    heard_.append(bytes.data(), size);
    left_ = failed == boost::asio::error::eof || failed == boost::asio::error::connection_reset;
  }

  void say(const std::string& bytes) { boost::asio::write(nagios_, boost::asio::buffer(bytes)); }

  void say_job(const std::string& id, const std::string& command, const std::string& timeout = "60")
  {
    say("job_id=" + id + "\0type=0\0command="s + command + "\0timeout="s + timeout + "\0\1\0\0\0"s);
  }

  test::TemporaryDirectory folder_;
  std::string path_ = (folder_.path() / "nagios.qh").string();
  boost::asio::io_context loop_{1};
  test::FakeBroker broker_{loop_.get_executor()};
  std::unique_ptr<test::FakeMqttClient> client_ = broker_.make_client();
  fleet::OpenSession session_{
      loop_.get_executor(),
      *client_,
      {protocol::generate_secret_key("nagios-bridge@mon1"), protocol::Topics{}, "session1"}};
  Protocol::acceptor acceptor_{loop_, Protocol::endpoint{path_}};
  NagiosWorker worker_{loop_.get_executor(), session_, {path_, "check_mco", 2}, "nagios-bridge@mon1"};
  Protocol::socket nagios_{loop_};
  std::string heard_;
  bool left_ = false;
};

TEST_F(NagiosWorkerTest, RegistersAndAnswersAJob)
{
  EXPECT_THAT(
      accept(), StartsWith("@wproc register name=nagios-bridge@mon1;pid=0;max_jobs=2;plugin=check_mco"));
  EXPECT_FALSE(worker_.health().registered);
  say("OK\0"s);
  say_job("4", "check_mco -k check_load");
  const auto answer = hear_answer();
  EXPECT_THAT(answer, StartsWith("job_id=4\0type=0\0timeout=60\0wait_status=768\0start="s));
  EXPECT_THAT(answer, HasSubstr("outstd=MCO UNKNOWN - check_load: "));
  EXPECT_TRUE(worker_.health().registered);
  EXPECT_EQ(worker_.health().answered, 1U);
}

TEST_F(NagiosWorkerTest, JobsBeyondTheMostAreAnsweredAtOnce)
{
  accept();
  say("OK\0"s);
  for (const auto* id : {"1", "2", "3"}) {
    say_job(id, "check_mco -H web1 -k check_load");
  }
  const auto answer = hear_answer();
  EXPECT_THAT(answer, StartsWith("job_id=3"));
  EXPECT_THAT(answer, HasSubstr("2 checks are running already (max_jobs of nagios-bridge)"));
  EXPECT_EQ(worker_.health().running, 2U);
}

TEST_F(NagiosWorkerTest, AJobIsAnsweredBeforeItsTimeoutIsOver)
{
  accept();
  say("OK\0"s);
  say_job("1", "check_mco -H web1 -k check_load -t 3600", "1");
  EXPECT_THAT(hear_answer(), HasSubstr("outstd=MCO UNKNOWN - check_load on web1: "));
}

TEST_F(NagiosWorkerTest, ComesBackToANagiosThatIsNewAndHasForgottenTheOldJobs)
{
  accept();
  say("OK\0"s);
  say_job("1", "check_mco -H web1 -k check_load");
  ASSERT_TRUE(test::run_until(loop_, [this] { return session_.open() == 1; }));
  nagios_.close();
  EXPECT_THAT(accept(), StartsWith("@wproc register"));
  EXPECT_EQ(session_.open(), 0U);
  say("OK\0"s);
  say_job("7", "check_mco -V");
  EXPECT_THAT(hear_answer(), StartsWith("job_id=7"));
}

TEST_F(NagiosWorkerTest, LeavesANagiosThatRefusesItAndSaysWhy)
{
  accept();
  say("404: wproc: no such handler\0"s);
  EXPECT_TRUE(is_left());
  EXPECT_THAT(worker_.health().trouble, HasSubstr("refuses the registration: 404: wproc"));
}

TEST_F(NagiosWorkerTest, LeavesWhoSpeaksAnotherProtocol)
{
  accept();
  say("OK\0HTTP/1.1 400 Bad Request\1\0\0\0"s);
  EXPECT_TRUE(is_left());
  EXPECT_THAT(worker_.health().trouble, HasSubstr("expected a job"));
}

}  // namespace
}  // namespace muster::bridge
