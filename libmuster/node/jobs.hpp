// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/node/agents.hpp"
#include "libmuster/node/job_store.hpp"

namespace muster::node {

// The jobs of a node: actions that were asked for with `detach`. They run whether their caller listens, and
// whether there is a broker; they end with checkagent. Owned by the daemon, after the agents that it runs and
// before the loop is destroyed; one thread.
class Jobs {
public:
  // Each is a process or a connection of its own; a node has other things to do.
  static constexpr std::size_t most_running = 16;

  // Told of each job that has ended.
  using OnEnd = std::function<void(const JobRecord& record)>;

  Jobs(boost::asio::any_io_executor executor, JobStore store, const Agents& agents);

  // Whether the store has news for the health of the node: called after each change.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

  // Begins it: the answer is status 0 and {"job": ID}. What breaks the DDL, and what cannot be put on disk,
  // is answered at once and does not run; a job of that id is begun once, however often it is asked for.
  ActionReply begin(const protocol::Request& request, protocol::Time now, OnEnd on_end);

  // Kills what it runs, and returns once it has ended or at `deadline`. The error: there is no such job that
  // runs, or its agent cannot be stopped.
  boost::asio::awaitable<Expected<void>> cancel(
      std::string id, std::string by, std::chrono::steady_clock::time_point deadline);

  [[nodiscard]] const JobStore& store() const { return store_; }

private:
  struct Running {
    Running(const boost::asio::any_io_executor& executor, OnEnd told)
        : over{executor, std::chrono::steady_clock::time_point::max()}, on_end{std::move(told)}
    {}

    boost::asio::cancellation_signal stop;
    boost::asio::steady_timer over;  // cut short when it has ended
    std::string stopped_by;
    OnEnd on_end;
  };

  void start(const protocol::Request& request);
  void ended(const std::string& id, const std::exception_ptr& failure, ActionReply reply);
  void finish(JobRecord record, const OnEnd& on_end);

  boost::asio::any_io_executor executor_;
  JobStore store_;
  const Agents& agents_;
  std::function<void()> changed_ = [] {};
  std::map<std::string, std::shared_ptr<Running>> running_;
};

}  // namespace muster::node
