// SPDX-License-Identifier: Apache-2.0
//
// How the intake stores what has come, and what it does while nothing can be stored.
#include <utility>

#include "collector/intake.hpp"
#include "collector/wall_clock.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

namespace {

// Time for the broker to see that the connection before has ended.
constexpr std::chrono::milliseconds reconnect_pause{100};

}  // namespace

void Intake::store_news(Store::Kept kept)
{
  if (Clock::now() < store_at_ || (!problem_.empty() && !has_room_again())) {
    return;
  }
  auto news = book_.take_news();
  if (followers_.storing) {
    followers_.storing(news);
  }
  if (news.empty()) {
    return;
  }
  if (const auto stored = store_.write(news, kept); !stored) {
    begin_anew(stored.error());
    return;
  }
  ++counters_.stored;
  if (followers_.stored) {
    followers_.stored();
  }
  if (followers_.happened && !news.events.empty()) {
    followers_.happened(news.events);
  }
  if (auto measurements = book_.take_measurements(); followers_.measured && !measurements.empty()) {
    followers_.measured(std::move(measurements));
  }
}

Expected<void> Intake::store_now()
{
  if (!loaded_) {
    return failure(ErrorCode::io_failure, "it cannot be stored: " + problem_);  // what was done is forgotten
  }
  store_at_ = {};
  store_news(Store::Kept::for_good);
  return problem_.empty() ? Expected<void>{}
                          : failure(ErrorCode::io_failure, "it cannot be stored: " + problem_);
}

// What could not be stored is not kept: the nodes have it, and are asked for it once there is room again.
// Until then the collector keeps its connection and its turns, so that the nodes go on to check and record.
void Intake::begin_anew(const Error& why)
{
  const bool news = problem_.empty();
  if (problem_ != why.message) {
    log::error("nothing can be stored: " + why.message);
  }
  problem_ = why.message;
  pages_.clear();
  turns_.forget_all();
  loaded_ = false;
  read_again();
  if (news) {
    inform(followers_.can_store, false);
  }
}

// The cursors in memory are ahead of what was lost: nothing is taken, let alone stored, until those that are
// stored are read.
bool Intake::read_again()
{
  store_at_ = Clock::now() + store_again_after;
  if (const auto loaded = load(); !loaded) {
    problem_ = loaded.error().message;
    return false;
  }
  return true;
}

// What an operator has asked for in the meantime was refused, and must not be there.
bool Intake::has_room_again()
{
  store_at_ = Clock::now() + store_again_after;
  if (!loaded_ && !read_again()) {
    return false;
  }
  if (const auto proved = store_.prove(); !proved) {
    problem_ = proved.error().message;
    if (!book_.take_news().empty()) {
      begin_anew(proved.error());
    }
    return false;
  }
  log::info("results can be stored again");
  problem_.clear();
  for (const auto& node : std::exchange(to_forget_, {})) {
    forget(node);
  }
  if (!problem_.empty()) {
    return false;
  }
  catch_up();
  return true;
}

// With the presences come the ends of all histories.
void Intake::catch_up()
{
  store_at_ = {};
  inform(followers_.can_store, true);
  client_.reconnect_after(reconnect_pause);
  connected_ = false;
  inform(followers_.connection, false);
}

// Without a store nothing is taken, so nothing is missed: as without a connection.
void Intake::take_time()
{
  const auto now = wall_clock_now();
  const auto turns = turns_.take_ended(now);
  if (!problem_.empty()) {
    return;
  }
  book_.take_time(now);
  for (const auto& turn : turns) {
    book_.end_turn(turn, now);
  }
}

}  // namespace muster::collector
