// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/nagios_worker.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/write.hpp>

#include "libmuster/fleet_check/question.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::bridge {
namespace asio = boost::asio;
namespace log = runtime::log;

namespace {

using boost::system::error_code;

// The bridge has no collective of its own; -T names another one.
constexpr const char* usual_collective = "main";

std::chrono::microseconds wall_clock_us()
{
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace

NagiosWorker::NagiosWorker(
    const asio::any_io_executor& executor,
    fleet::OpenSession& session,
    NagiosWorkerSettings settings,
    std::string name)
    : executor_{executor},
      session_{session},
      settings_{std::move(settings)},
      name_{std::move(name)},
      socket_{executor},
      timer_{executor}
{}

void NagiosWorker::stop()
{
  stopped_ = true;
  drop_connection();
}

WorkerHealth NagiosWorker::health() const
{
  return {settings_.query_socket.string(), registered_, trouble_, running_.size(), answered_};
}

void NagiosWorker::connect()
{
  const auto connection = ++connections_;
  socket_ = Protocol::socket{executor_};
  socket_.async_connect(
      Protocol::endpoint{settings_.query_socket.string()}, [this, connection](error_code failed) {
        if (connection != connections_) {
          return;
        }
        failed ? lose(failed.message()) : register_here();
      });
}

void NagiosWorker::register_here()
{
  const auto connection = connections_;
  send(worker_registration(name_, settings_.plugin, settings_.max_jobs));
  read();
  timer_.expires_after(registration_patience);
  timer_.async_wait([this, connection](error_code cancelled) {
    if (!cancelled && connection == connections_) {
      lose("Nagios does not answer the registration");
    }
  });
}

void NagiosWorker::read()
{
  const auto connection = connections_;
  socket_.async_read_some(asio::buffer(read_), [this, connection](error_code failed, std::size_t bytes) {
    if (connection != connections_) {
      return;
    }
    if (failed) {
      lose(failed == asio::error::eof ? "Nagios has closed the connection" : failed.message());
      return;
    }
    take({read_.data(), bytes});
    if (connection == connections_) {
      read();
    }
  });
}

void NagiosWorker::take(std::string_view bytes)
{
  const auto connection = connections_;
  if (const auto added = messages_.add(bytes); !added) {
    lose(added.error().message);
    return;
  }
  if (!registered_) {
    const auto said = messages_.greeting();
    if (!said) {
      return;
    }
    take_greeting(*said);
  }
  while (connection == connections_) {
    const auto message = messages_.next();
    if (!message) {
      return;
    }
    take_message(*message);
  }
}

void NagiosWorker::take_greeting(const std::string& said)
{
  if (said != "OK") {
    lose("Nagios refuses the registration: " + printable(said, false));
    return;
  }
  registered_ = true;
  timer_.cancel();
  pause_ = first_pause;
  trouble_.clear();
  log::info(
      "runs " + settings_.plugin + " for the Nagios behind " + settings_.query_socket.string() +
      " from now on");
}

void NagiosWorker::take_message(const std::string& message)
{
  const auto job = parse_worker_job(message);
  if (!job) {
    lose(job.error().message);
    return;
  }
  auto plan = plan_of(*job);
  if (auto* result = std::get_if<fleet_check::PluginResult>(&plan)) {
    answer(*job, wall_clock_us(), std::move(*result));
    return;
  }
  ask(*job, std::get<JobQuestion>(plan));
}

void NagiosWorker::ask(const WorkerJob& job, const JobQuestion& question)
{
  const auto& arguments = question.arguments;
  if (running_.size() >= settings_.max_jobs) {
    answer(
        job,
        wall_clock_us(),
        fleet_check::failed(
            arguments.check,
            std::to_string(settings_.max_jobs) + " checks are running already (max_jobs of nagios-bridge)"));
    return;
  }
  auto addressed = fleet_check::question_of(arguments, usual_collective, question.timeout);
  if (!addressed) {
    answer(job, wall_clock_us(), fleet_check::failed(arguments.check, addressed.error().message));
    return;
  }
  const auto number = next_number_++;
  running_.emplace(
      number,
      Running{
          job,
          fleet_check::assignment_of(arguments, *addressed),
          wall_clock_us(),
          std::chrono::steady_clock::now()});
  requests_[number] = session_.ask(
      std::move(addressed->question),
      std::move(addressed->filter),
      question.timeout,
      [this, number](const Expected<fleet::FleetReport>& report) { on_report(number, report); });
}

void NagiosWorker::on_report(std::uint64_t number, const Expected<fleet::FleetReport>& report)
{
  requests_.erase(number);
  const auto found = running_.extract(number);
  if (found.empty()) {
    return;
  }
  const auto& running = found.mapped();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - running.started_steady);
  answer(
      running.job,
      running.started,
      report ? fleet_check::result_of(*report, running.assignment, took)
             : fleet_check::failed(running.assignment.check, report.error().message));
}

void NagiosWorker::answer(
    const WorkerJob& job, std::chrono::microseconds started, fleet_check::PluginResult result)
{
  // A clock that was set back meanwhile must not end a check before it began.
  const auto ended = std::max(started, wall_clock_us());
  ++answered_;
  send(encode_worker_answer(job, {result.state, std::move(result.text), started, ended}));
}

void NagiosWorker::send(std::string bytes)
{
  if (to_send_.size() + bytes.size() > most_unread) {
    lose("Nagios does not read its answers");
    return;
  }
  to_send_ += bytes;
  if (sending_.empty()) {
    write();
  }
}

void NagiosWorker::write()
{
  const auto connection = connections_;
  sending_.swap(to_send_);
  asio::async_write(
      socket_, asio::buffer(sending_), [this, connection](error_code failed, std::size_t /*bytes*/) {
        if (connection != connections_) {
          return;
        }
        sending_.clear();
        if (failed) {
          lose(failed.message());
        } else if (!to_send_.empty()) {
          write();
        }
      });
}

// Said once for each reason: a Nagios that is away for the night fills no log.
void NagiosWorker::lose(const std::string& why)
{
  if (why != trouble_) {
    log::warning(
        "no worker of the Nagios behind " + settings_.query_socket.string() + ": " + why +
        "; its checks are run by the program meanwhile, and it is tried again");
    trouble_ = why;
  }
  drop_connection();
  come_back_later();
}

void NagiosWorker::drop_connection()
{
  ++connections_;
  error_code ignored;
  socket_.close(ignored);  // NOLINT(bugprone-unused-return-value): there is nothing to do about it
  timer_.cancel();
  messages_ = {};
  sending_.clear();
  to_send_.clear();
  registered_ = false;
  running_.clear();
  for (const auto& [number, request] : requests_) {
    session_.forget(request);
  }
  requests_.clear();
}

void NagiosWorker::come_back_later()
{
  if (stopped_) {
    return;
  }
  timer_.expires_after(pause_);
  pause_ = std::min(2 * pause_, longest_pause);
  timer_.async_wait([this](error_code cancelled) {
    if (!cancelled) {
      connect();
    }
  });
}

}  // namespace muster::bridge
