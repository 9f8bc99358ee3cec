// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/reply_cache.hpp"

#include <algorithm>

namespace muster::node {

namespace {

constexpr std::chrono::seconds clean_up_every{10};

// How a refusal ends; by then it has said whose requests they are.
constexpr const char* must_be_remembered =
    " must be remembered until they have run and expired: ask less often, or with a shorter ttl";

}  // namespace

ReplyCache::Known ReplyCache::look_up(const Key& key) const
{
  const auto found = entries_.find(key);
  return found == entries_.end() ? Known::no : found->second.known;
}

const std::string& ReplyCache::answer(const Key& key) const
{
  return entries_.at(key).answer;
}

std::size_t ReplyCache::ids_of(const std::string& caller) const
{
  const auto found = ids_of_caller_.find(caller);
  return found == ids_of_caller_.end() ? 0 : found->second;
}

Expected<void> ReplyCache::begin(const Key& key, Time valid_until, Time now)
{
  const bool clock_jumped_back = now + clean_up_every < next_clean_up_;
  if (now >= next_clean_up_ || clock_jumped_back || entries_.size() >= max_ids) {
    forget_expired(now);
    next_clean_up_ = now + clean_up_every;
  }
  const auto& caller = key.first;
  if (ids_of(caller) >= max_ids_of_one_caller) {
    return failure(
        ErrorCode::denied,
        "the last " + std::to_string(max_ids_of_one_caller) + " requests of " + caller + must_be_remembered);
  }
  if (entries_.size() >= max_ids) {
    return failure(
        ErrorCode::denied, "the last " + std::to_string(max_ids) + " requests" + must_be_remembered);
  }
  if (entries_.try_emplace(key, Entry{valid_until, Known::running, {}}).second) {
    ++ids_of_caller_[caller];
  }
  return {};
}

void ReplyCache::extend(const Key& key, Time valid_until)
{
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    found->second.valid_until = std::max(found->second.valid_until, valid_until);
  }
}

void ReplyCache::finish(const Key& key, std::string answer)
{
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.known != Known::running) {
    return;
  }
  bytes_ += answer.size();
  found->second.known = Known::answered;
  found->second.answer = std::move(answer);
  answered_.push_back(key);
  make_room();
}

// The oldest answers go; that they were given is remembered.
void ReplyCache::make_room()
{
  while (answered_.size() > max_replies || bytes_ > max_bytes) {
    const auto found = entries_.find(answered_.front());
    answered_.pop_front();
    if (found != entries_.end()) {
      bytes_ -= found->second.answer.size();
      found->second.answer = {};
      found->second.known = Known::answer_dropped;
    }
  }
}

ReplyCache::Entries::iterator ReplyCache::forget(Entries::iterator entry)
{
  const auto count = ids_of_caller_.find(entry->first.first);
  if (count != ids_of_caller_.end() && --count->second == 0) {
    ids_of_caller_.erase(count);
  }
  return entries_.erase(entry);
}

void ReplyCache::forget_expired(Time now)
{
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const bool idle = entry->second.known == Known::answer_dropped;
    entry = idle && entry->second.valid_until < now ? forget(entry) : std::next(entry);
  }
  // Answers still kept go in the order they came, so that `answered_` stays true.
  while (!answered_.empty()) {
    const auto found = entries_.find(answered_.front());
    if (found != entries_.end() && found->second.valid_until >= now) {
      break;
    }
    if (found != entries_.end()) {
      bytes_ -= found->second.answer.size();
      forget(found);
    }
    answered_.pop_front();
  }
}

}  // namespace muster::node
