// SPDX-License-Identifier: Apache-2.0
#include "collector/history_worker.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "libmuster/runtime/log.hpp"

namespace muster::collector {
namespace asio = boost::asio;
namespace log = runtime::log;

namespace {

std::chrono::sys_seconds now_in_seconds()
{
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Expected<HistoryWorker::Values> values_of(
    const RrdLayout& layout,
    const std::string& node,
    const std::string& check,
    std::chrono::seconds span,
    std::size_t points)
{
  auto kept = kept_series(layout, node, check);
  if (!kept) {
    return tl::unexpected{kept.error()};
  }
  RrdWindow window;
  window.to = now_in_seconds();
  window.from = window.to - span;
  window.resolution = std::max(rrd_step, span / static_cast<std::int64_t>(std::max<std::size_t>(points, 1)));
  auto fetched = fetch_rrd(kept->file, window);
  if (!fetched) {
    return tl::unexpected{fetched.error()};
  }
  return HistoryWorker::Values{
      fetched->first, fetched->step, std::move(kept->series), std::move(fetched->rows)};
}

}  // namespace

HistoryWorker::HistoryWorker(asio::any_io_executor executor, WriterSettings settings)
    : executor_{std::move(executor)},
      layout_{settings.history.layout},
      writer_{std::move(settings)},
      self_{std::make_shared<HistoryWorker*>(this)},
      stay_{loop_.get_executor()},
      timer_{loop_}
{
  flush_regularly();
  thread_ = std::thread{[this] { loop_.run(); }};
}

// NOLINTNEXTLINE(bugprone-exception-escape): without the memory to post there is nothing left to save
HistoryWorker::~HistoryWorker()
{
  *self_ = nullptr;
  asio::post(loop_, [this] {
    timer_.cancel();
    stay_.reset();
  });
  thread_.join();
  static_cast<void>(writer_.flush(now_in_seconds()));
}

void HistoryWorker::add(std::vector<Measurement> measurements)
{
  const auto now = now_in_seconds();
  for (auto& measurement : measurements) {
    writer_.add(std::move(measurement), now);
  }
}

void HistoryWorker::flush_regularly()
{
  timer_.expires_after(flush_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      flush();
      flush_regularly();
    }
  });
}

void HistoryWorker::flush()
{
  auto report = writer_.flush(now_in_seconds());
  asio::post(executor_, [self = self_, report = std::move(report)] {
    auto* worker = *self;
    if (worker == nullptr) {
      return;
    }
    std::vector<std::string> problems;
    problems.reserve(report.problems.size());
    for (const auto& problem : report.problems) {
      problems.push_back(problem.message);
    }
    if (!problems.empty() && problems != worker->problems_) {
      log::error("history: " + problems.front());
    }
    worker->waiting_ = report.waiting;
    worker->problems_ = std::move(problems);
  });
}

template <typename Result, typename Work>
void HistoryWorker::run(Work work, std::function<void(Expected<Result>)> done)
{
  if (tasks_ >= most_waiting) {
    done(failure(ErrorCode::timed_out, "too many pictures are asked for at a time: try again"));
    return;
  }
  ++tasks_;
  asio::post(loop_, [this, self = self_, work = std::move(work), done = std::move(done)]() mutable {
    static_cast<void>(writer_.flush(now_in_seconds()));
    Expected<Result> result = work();
    --tasks_;
    asio::post(
        executor_, [self = std::move(self), done = std::move(done), result = std::move(result)]() mutable {
          if (*self != nullptr) {
            done(std::move(result));
          }
        });
  });
}

void HistoryWorker::draw(PictureQuery query, std::function<void(Expected<std::string>)> done)
{
  run<std::string>(
      [this, query = std::move(query)]() -> Expected<std::string> {
        settle(kept_under(query), query.check);
        const auto drawing = picture_of(layout_, query);
        return drawing ? collector::draw(*drawing) : tl::unexpected{drawing.error()};
      },
      std::move(done));
}

void HistoryWorker::read(
    std::string node,
    std::string check,
    std::chrono::seconds span,
    std::size_t points,
    std::function<void(Expected<Values>)> done)
{
  run<Values>(
      [this, node = std::move(node), check = std::move(check), span, points] {
        settle(node, check);
        return values_of(layout_, node, check, span, points);
      },
      std::move(done));
}

// What rrdcached still holds of a file would be missing at the end of the picture; a daemon that is away is
// no reason for none.
void HistoryWorker::settle(const std::string& node, const std::string& check)
{
  if (const auto paths = history_paths(layout_, node, check)) {
    static_cast<void>(writer_.settle(paths->rrd));
  }
}

void HistoryWorker::forget(std::string node)
{
  asio::post(loop_, [this, node = std::move(node)] {
    const auto folder = node_folder(layout_, node);
    std::error_code failed;
    if (folder) {
      std::filesystem::remove_all(*folder, failed);
    }
    writer_.forget_files();
  });
}

}  // namespace muster::collector
