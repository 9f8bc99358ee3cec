// SPDX-License-Identifier: Apache-2.0
//
// How the intake stores what has come, and what it does while nothing can be stored.
#include <utility>

#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/intake.hpp"
#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace log = runtime::log;

namespace {

// Time for the broker to see that the connection before has ended.
constexpr std::chrono::milliseconds reconnect_pause{100};

}  // namespace

void Intake::store_soon()
{
  if (store_waits_ || closed_) {
    return;
  }
  store_waits_ = true;
  store_timer_.expires_after(store_after);
  store_timer_.async_wait([this](boost::system::error_code cancelled) {
    store_waits_ = false;
    if (!cancelled && !closed_) {
      store();
    }
  });
}

void Intake::store()
{
  if (!problem_.empty()) {
    return;
  }
  look_at_hosts();
  store_arrivals();
  if (problem_.empty() && !full_ && queue_.room() == Queue::Room::full) {
    stop_taking();
  } else if (problem_.empty() && full_ && queue_.room() != Queue::Room::full) {
    go_on_taking();
  }
  if (problem_.empty() && queue_.has_news()) {
    store_soon();  // there was more to delete than is deleted at a time
  }
}

void Intake::look_at_hosts()
{
  if (!takes()) {
    return;
  }
  for (auto& change : hosts_.changes({wall_clock_now(), Clock::now()})) {
    known(change.node).node.host = change.told;
    changed_.insert(change.node);
    arrivals_.items.push_back({0, change.node, {}, {}, false, std::move(change.item)});
  }
}

void Intake::store_arrivals()
{
  for (const auto& name : changed_) {
    arrivals_.nodes.push_back(known(name).node);
  }
  changed_.clear();
  if (arrivals_.empty() && !queue_.has_news()) {
    return;
  }
  if (const auto written = queue_.write(arrivals_, wall_clock_now()); !written) {
    begin_anew(written.error());
    return;
  }
  ++counters_.stored;
  const bool has_items = !arrivals_.items.empty();
  arrivals_ = {};
  if (has_items && stored_) {
    stored_();
  }
}

// Another process has left a word.
void Intake::look_at_wishes()
{
  if (!problem_.empty()) {
    return;
  }
  const auto before = queue_.last();
  if (const auto granted = queue_.take_wishes(wall_clock_now()); !granted) {
    begin_anew(granted.error());
  } else if (*granted) {
    log::info("did with the dead letters what an operator wished");
    if (queue_.last() > before && stored_) {
      stored_();
    }
  }
}

// What could not be stored is not kept: the nodes have it, and are asked for it once there is room again.
void Intake::begin_anew(const Error& why)
{
  const bool news = problem_.empty();
  if (problem_ != why.message) {
    log::error("nothing can be stored: " + why.message);
  }
  problem_ = why.message;
  to_forget_.insert(arrivals_.forgotten.begin(), arrivals_.forgotten.end());
  arrivals_ = {};
  changed_.clear();
  pages_.clear();
  hosts_.disconnected();
  loaded_ = false;
  again_at_ = Clock::now() + rules_.store_again_after;
  if (news && settled_) {
    settled_();
  }
}

// The cursors in memory are ahead of what was lost: nothing is taken until those that are stored are read.
bool Intake::read_again()
{
  if (const auto loaded = load(); !loaded) {
    problem_ = loaded.error().message;
    return false;
  }
  return true;
}

void Intake::try_again()
{
  if (problem_.empty() || Clock::now() < again_at_) {
    return;
  }
  again_at_ = Clock::now() + rules_.store_again_after;
  if (!loaded_ && !read_again()) {
    return;
  }
  if (const auto proved = queue_.prove(); !proved) {
    problem_ = proved.error().message;
    return;
  }
  log::info("results can be stored again");
  problem_.clear();
  full_ = queue_.room() == Queue::Room::full;
  catch_up();
}

void Intake::stop_taking()
{
  log::error(
      "the queue is full: nothing is taken from the fleet, which keeps its results, until a tenth is free");
  full_ = true;
  pages_.clear();
  hosts_.disconnected();
  if (settled_) {
    settled_();
  }
}

void Intake::go_on_taking()
{
  if (!read_again()) {
    again_at_ = Clock::now() + rules_.store_again_after;
    loaded_ = false;
    return;
  }
  log::info("there is room in the queue again");
  full_ = false;
  catch_up();
}

// With the presences come the ends of all histories.
void Intake::catch_up()
{
  if (settled_) {
    settled_();
  }
  if (full_) {
    return;
  }
  for (const auto& node : std::exchange(to_forget_, {})) {
    forget(node);
  }
  pages_.clear();
  connected_ = false;
  client_.reconnect_after(reconnect_pause);
}

}  // namespace muster::bridge
