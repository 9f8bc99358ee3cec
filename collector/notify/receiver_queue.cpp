// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/receiver_queue.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace muster::collector {

namespace {

std::string events_text(std::size_t count)
{
  return std::to_string(count) + (count == 1 ? " event" : " events");
}

}  // namespace

void ReceiverQueue::add(Notice notice)
{
  waiting_.push_back({std::move(notice), std::nullopt, false});
  if (waiting_.size() > most_waiting) {
    drop_the_oldest();
  }
}

// What is under way stays: it may have arrived already.
void ReceiverQueue::drop_the_oldest()
{
  const auto oldest = std::find_if(
      waiting_.begin(), waiting_.end(), [](const Waiting& waiting) { return !waiting.under_way; });
  if (oldest != waiting_.end()) {
    done_.push_back(oldest->notice.id);
    waiting_.erase(oldest);
    ++dropped_;
    ++counters_.lost;
  }
}

std::string ReceiverQueue::key_of(const Notice& notice) const
{
  const auto& event = notice.event;
  switch (receiver_.group_by) {
  case GroupBy::check:
    return event.service;
  case GroupBy::node:
    return event.node;
  case GroupBy::each:
    return std::to_string(notice.id);
  case GroupBy::all:
    break;
  }
  return {};
}

// Groups whose first notice has waited long enough, the oldest first, each with all that there is of it.
std::vector<ReceiverQueue::Group> ReceiverQueue::groups_due(Time now) const
{
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;  // of the groups
  for (std::size_t place = 0; place < waiting_.size(); ++place) {
    const auto& notice = waiting_[place].notice;
    const auto [known, is_new] = places.try_emplace(key_of(notice), groups.size());
    if (is_new) {
      groups.push_back({known->first, notice.queued, {}});
    }
    groups[known->second].places.push_back(place);
  }
  std::erase_if(
      groups, [&](const Group& group) { return !has_passed(group.first, receiver_.group_wait, now); });
  return groups;
}

bool ReceiverQueue::may_send(Time now) const
{
  return !under_way_ && trouble_.may_try(now) && sent_.size() < receiver_.limit.most &&
         receiver_.period.contains(now);
}

void ReceiverQueue::forget_old_sends(Time now)
{
  while (!sent_.empty() && has_passed(sent_.front(), receiver_.limit.within, now)) {
    sent_.pop_front();
  }
}

std::optional<Notification> ReceiverQueue::next(Time now)
{
  forget_old_sends(now);
  if (waiting_.empty() || !may_send(now)) {
    return std::nullopt;
  }
  auto groups = groups_due(now);
  if (groups.empty()) {
    return std::nullopt;
  }
  // The last one that the limit allows sums up whatever waits.
  const bool is_last = sent_.size() + 1 == receiver_.limit.most;
  if (!is_last || groups.size() == 1) {
    const auto key = receiver_.group_by == GroupBy::each ? std::string{} : groups.front().key;
    return begin(groups.front().places, key);
  }
  std::vector<std::size_t> places;
  for (const auto& group : groups) {
    places.insert(places.end(), group.places.begin(), group.places.end());
  }
  std::sort(places.begin(), places.end());
  return begin(places, "");
}

Notification ReceiverQueue::begin(const std::vector<std::size_t>& places, const std::string& key)
{
  std::vector<Notice> notices;
  notices.reserve(places.size());
  for (const auto place : places) {
    waiting_[place].under_way = true;
    notices.push_back(waiting_[place].notice);
  }
  under_way_ = true;
  auto notification = make_notification(notices, key);
  notification.receiver = receiver_.name;
  return notification;
}

std::size_t ReceiverQueue::remove(bool (*gone)(const Waiting& waiting, Time now), Time now)
{
  const auto before = waiting_.size();
  for (const auto& waiting : waiting_) {
    if (gone(waiting, now)) {
      done_.push_back(waiting.notice.id);
    }
  }
  std::erase_if(waiting_, [&](const Waiting& waiting) { return gone(waiting, now); });
  return before - waiting_.size();
}

void ReceiverQueue::ended(const DeliveryResult& result, Time now)
{
  under_way_ = false;
  if (result.outcome == DeliveryResult::Outcome::again) {
    failed(result, now);
    return;
  }
  const auto count = remove([](const Waiting& waiting, Time) { return waiting.under_way; }, now);
  sent_.push_back(now);  // a receiver that refuses is not to be hurried either
  if (result.outcome == DeliveryResult::Outcome::delivered) {
    ++counters_.delivered;
    trouble_.delivered();
    return;
  }
  trouble_.refused(result.why, now);
  ++counters_.failed;
  counters_.lost += count;
  reports_.push_back(receiver_.name + " refused to be told of " + events_text(count) + ": " + trouble_.why());
}

// All that would have been told waits for this one, and so begins to be late.
void ReceiverQueue::failed(const DeliveryResult& result, Time now)
{
  ++counters_.failed;
  trouble_.failed(result, now);
  for (auto& waiting : waiting_) {
    waiting.under_way = false;
    if (has_passed(waiting.notice.queued, receiver_.group_wait, now)) {
      waiting.tried = waiting.tried.value_or(now);
    }
  }
  give_up(now);
}

void ReceiverQueue::give_up(Time now)
{
  const auto count = remove(
      [](const Waiting& waiting, Time at) { return waiting.tried && at - *waiting.tried >= give_up_after; },
      now);
  if (count > 0) {
    counters_.lost += count;
    reports_.push_back(
        receiver_.name + " was never told of " + events_text(count) +
        ", which are given up after 24 hours of tries: " + trouble_.why());
  }
}

std::vector<std::int64_t> ReceiverQueue::take_done()
{
  return std::exchange(done_, {});
}

std::vector<std::string> ReceiverQueue::take_reports(Time now)
{
  if (dropped_ > 0 && (!dropped_told_ || has_passed(*dropped_told_, report_every, now))) {
    reports_.push_back(
        receiver_.name + " was never told of " + events_text(std::exchange(dropped_, 0)) +
        ", the oldest of more than " + std::to_string(most_waiting) + " that waited for it");
    dropped_told_ = now;
  }
  return std::exchange(reports_, {});
}

}  // namespace muster::collector
