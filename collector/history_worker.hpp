// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/history/pictures.hpp"
#include "collector/history/rrd_writer.hpp"

namespace muster::collector {

// The history on its disk, on a thread of its own: librrd and rrdcached may wait, the collector may not.
// Calls come from the collector's thread, answers go back to it.
class HistoryWorker {
public:
  static constexpr std::chrono::seconds flush_every{1};
  // Pictures that wait; a browser that opens fifty pages is told to come again.
  static constexpr int most_waiting = 64;

  // Numbers for a chart in a terminal.
  struct Values {
    std::chrono::sys_seconds first;
    std::chrono::seconds step{};
    std::vector<Series> series;
    std::vector<std::vector<std::optional<double>>> rows;  // [row][series]
  };

  // `executor` is the collector's. Starts its thread.
  HistoryWorker(boost::asio::any_io_executor executor, WriterSettings settings);
  HistoryWorker(const HistoryWorker&) = delete;
  HistoryWorker& operator=(const HistoryWorker&) = delete;
  HistoryWorker(HistoryWorker&&) = delete;
  HistoryWorker& operator=(HistoryWorker&&) = delete;
  // Writes what is queued; waits for it at most for the budget of two flushes and the drawing under way.
  ~HistoryWorker();  // NOLINT(bugprone-exception-escape): see there

  void add(std::vector<Measurement> measurements);

  // `done` is called on the collector's thread, unless the worker ends before.
  void draw(PictureQuery query, std::function<void(Expected<std::string>)> done);
  void read(
      std::string node,
      std::string check,
      std::chrono::seconds span,
      std::size_t points,
      std::function<void(Expected<Values>)> done);

  // Removes what is kept of a node.
  void forget(std::string node);

  [[nodiscard]] WriterCounts counts() const { return writer_.counts(); }

  // Results that are queued, and what the last flush complained about; empty: all is well.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

private:
  template <typename Result, typename Work>
  void run(Work work, std::function<void(Expected<Result>)> done);
  void flush_regularly();
  void flush();
  void settle(const std::string& node, const std::string& check);

  boost::asio::any_io_executor executor_;
  RrdLayout layout_;
  RrdWriter writer_;
  std::atomic<int> tasks_{0};
  std::size_t waiting_ = 0;            // of the collector's thread
  std::vector<std::string> problems_;  // of the collector's thread
  std::shared_ptr<HistoryWorker*> self_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stay_;
  boost::asio::steady_timer timer_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace muster::collector
