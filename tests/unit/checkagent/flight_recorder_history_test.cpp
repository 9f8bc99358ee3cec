// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <gtest/gtest.h>

#include "checkagent/flight_recorder.hpp"
#include "tests/unit/checkagent/recorder_rig.hpp"

namespace muster::checkagent {

namespace {

using namespace std::chrono_literals;

// Lives through a random history of results, restarts, kills and a disk that fails, and remembers all of it.
class RandomLife {
public:
  explicit RandomLife(std::uint32_t seed) : random_{seed} { start(); }

  RandomLife(const RandomLife&) = delete;
  RandomLife& operator=(const RandomLife&) = delete;
  RandomLife(RandomLife&&) = delete;
  RandomLife& operator=(RandomLife&&) = delete;

  ~RandomLife() { mend_disk(); }

  void live(int steps)
  {
    for (int i = 0; i < steps; ++i) {
      const auto what = below(100);
      if (what < 90) {
        record();
      } else if (what < 93) {
        close_and_start();
      } else if (what < 96) {
        kill_and_start();
      } else if (what < 98) {
        break_disk();
      } else {
        mend_disk();
      }
    }
    held_ = everything_held();
  }

  // Every place that a reader can stand at: behind each result ever published, and each start.
  [[nodiscard]] const std::set<Cursor>& places() const { return places_; }

  // Reads on from `cursor` in pages of a random size, to the end; says what is wrong, or nothing.
  std::string reads_on_from(Cursor cursor)
  {
    for (bool more = true; more;) {
      const auto page = recorder_->since(cursor, 200 + below(5'000));
      const auto end = page.more ? place_of(page.results.back()) : recorder_->head().last;
      auto wrong = wrong_results(page, cursor, end);
      if (wrong.empty()) {
        wrong = wrong_gap(page.gap, is_missing(cursor, end));
      }
      if (!wrong.empty()) {
        return wrong;
      }
      more = page.more;
      cursor = end;
    }
    return {};
  }

private:
  static Cursor place_of(const protocol::ResultMessage& message) { return {message.epoch, message.seq}; }

  // Exactly what the ring holds of what lies behind `cursor`, up to `end`, as it was published.
  [[nodiscard]] std::string wrong_results(const FlightRecorder::Page& page, Cursor cursor, Cursor end) const
  {
    auto expected = held_.upper_bound(cursor);
    for (const auto& message : page.results) {
      if (expected == held_.end() || *expected != place_of(message)) {
        return "a result is left out or out of order";
      }
      if (published_.at(*expected) != protocol::encode(message)) {
        return "a result is not the one published";
      }
      ++expected;
    }
    return expected == held_.upper_bound(end) ? "" : "a result is left out at the end";
  }

  [[nodiscard]] bool is_missing(Cursor cursor, Cursor end) const
  {
    return std::any_of(
        published_.upper_bound(cursor), published_.upper_bound(end), [this](const auto& published) {
          return held_.count(published.first) == 0;
        });
  }

  // Without proof a gap may be told where there is none; never the other way round.
  [[nodiscard]] std::string wrong_gap(bool told, bool missing) const
  {
    if (missing && !told) {
      return "a gap is not told";
    }
    return told && !missing && exact_ ? "a gap is told where there is none" : "";
  }

  std::uint32_t below(std::uint32_t limit)
  {
    return std::uniform_int_distribution<std::uint32_t>{0, limit - 1}(random_);
  }

  std::set<Cursor> everything_held()
  {
    std::set<Cursor> held;
    for (const auto& message : recorder_->since({}, 1'000'000'000).results) {
      held.insert(place_of(message));
    }
    return held;
  }

  void start()
  {
    // Clocks go back now and then.
    const auto now = recorder_now + std::chrono::milliseconds{below(1'000)};
    recorder_ = std::make_unique<FlightRecorder>(
        open_recorder(recorder_in(folders_.back()->path(), {limit_, smallest_ring}), now));
    places_.insert(recorder_->head().last);
  }

  void record()
  {
    const auto message =
        recorder_->record(result_named(std::to_string(published_.size()), below(600)), recorder_now);
    published_[place_of(message)] = protocol::encode(message);
    places_.insert(place_of(message));
    lost_at_the_end_ = recorder_->health().has_value();
  }

  void close_and_start()
  {
    // With a disk that fails, the end of an epoch cannot always be written down.
    exact_ = exact_ && !disk_is_broken_;
    recorder_.reset();
    start();
  }

  void kill_and_start()
  {
    exact_ = exact_ && !disk_is_broken_ && !lost_at_the_end_;
    mend_disk();
    auto left_behind = std::make_unique<ScratchFolder>();
    std::filesystem::copy(
        folders_.back()->path(), left_behind->path(), std::filesystem::copy_options::recursive);
    recorder_.reset();
    folders_.push_back(std::move(left_behind));
    start();
  }

  // The note of the epoch can still be overwritten, as on a full disk; nothing can grow.
  void break_disk()
  {
    disk_is_broken_ = true;
    limit_files(256);
  }

  void mend_disk()
  {
    disk_is_broken_ = false;
    limit_files(RLIM_INFINITY);
  }

  static void limit_files(rlim_t bytes)
  {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = std::min(bytes, limit.rlim_max);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  std::mt19937 random_;
  std::size_t limit_ = 50 + below(100);
  std::vector<std::unique_ptr<ScratchFolder>> folders_ = [] {
    std::vector<std::unique_ptr<ScratchFolder>> folders;
    folders.push_back(std::make_unique<ScratchFolder>());
    return folders;
  }();
  std::unique_ptr<FlightRecorder> recorder_;
  std::map<Cursor, std::string> published_;
  std::set<Cursor> places_;
  std::set<Cursor> held_;
  bool disk_is_broken_ = false;
  bool lost_at_the_end_ = false;
  bool exact_ = true;  // the end of every epoch has been proven
};

}  // namespace

TEST(FlightRecorderHistory, GivesEveryReaderAllOrSaysGapWhateverHappened)
{
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    RandomLife life{seed};
    for (int part = 0; part < 3; ++part) {
      life.live(60);
      for (const auto& place : life.places()) {
        ASSERT_EQ("", life.reads_on_from(place))
            << "seed " << seed << ", from epoch " << place.epoch << ", seq " << place.seq;
      }
    }
  }
}

}  // namespace muster::checkagent
