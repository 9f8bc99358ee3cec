// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/fleet/open_session.hpp"
#include "nagios-bridge/worker/job_plan.hpp"
#include "nagios-bridge/worker/worker_health.hpp"
#include "nagios-bridge/worker/worker_settings.hpp"

namespace muster::bridge {

// A worker of one Nagios: takes the jobs that call check_mco, asks the fleet, and answers as check_mco would,
// without a process. Comes back by itself when Nagios ends or reloads; jobs that were open then are
// forgotten, for Nagios gives them to others. Lives on one executor, with its session, which must outlive it.
class NagiosWorker {
public:
  // A Nagios that reads a large configuration answers nobody.
  static constexpr std::chrono::seconds registration_patience{30};
  // A reload takes a second or two, and checks run meanwhile by themselves.
  static constexpr std::chrono::milliseconds first_pause{500};
  static constexpr std::chrono::milliseconds longest_pause{30'000};
  // Answers that Nagios has not read: it has hung, and is left.
  static constexpr std::size_t most_unread = std::size_t{64} << 20U;

  // `name`: a worker word, for Nagios' log.
  NagiosWorker(
      const boost::asio::any_io_executor& executor,
      fleet::OpenSession& session,
      NagiosWorkerSettings settings,
      std::string name);

  void start() { connect(); }

  // Leaves Nagios, which goes on with the program.
  void stop();

  [[nodiscard]] WorkerHealth health() const;

private:
  using Protocol = boost::asio::local::stream_protocol;

  struct Running {
    WorkerJob job;
    fleet_check::Assignment assignment;
    std::chrono::microseconds started{};
    std::chrono::steady_clock::time_point started_steady;
  };

  void connect();
  void register_here();
  void read();
  void take(std::string_view bytes);
  void take_greeting(const std::string& said);
  void take_message(const std::string& message);
  void ask(const WorkerJob& job, const JobQuestion& question);
  void on_report(std::uint64_t number, const Expected<fleet::FleetReport>& report);
  void answer(const WorkerJob& job, std::chrono::microseconds started, fleet_check::PluginResult result);
  void send(std::string bytes);
  void write();
  void lose(const std::string& why);
  void drop_connection();
  void come_back_later();

  boost::asio::any_io_executor executor_;
  fleet::OpenSession& session_;
  NagiosWorkerSettings settings_;
  std::string name_;
  Protocol::socket socket_;
  boost::asio::steady_timer timer_;
  WorkerMessages messages_;
  std::array<char, 65'536> read_{};
  std::string sending_;
  std::string to_send_;
  std::map<std::uint64_t, Running> running_;
  std::map<std::uint64_t, std::string> requests_;  // what of the fleet each of them waits for
  std::uint64_t next_number_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t connections_ = 0;  // handlers of an earlier one come late
  std::chrono::milliseconds pause_ = first_pause;
  std::string trouble_;  // as logged last
  bool registered_ = false;
  bool stopped_ = false;
};

}  // namespace muster::bridge
