// SPDX-License-Identifier: Apache-2.0
#include "collector/web/sessions.hpp"

#include <algorithm>

namespace muster::collector::web {

namespace {

constexpr std::size_t id_length =
    40;  // letters of 36: 200 bits, so that looking one up needs no constant time
constexpr std::size_t form_key_length = 32;

bool is_over(const Session& session, Time now)
{
  return now - session.used > Sessions::idle || now - session.begun > Sessions::longest;
}

}  // namespace

std::string Sessions::begin(Identity identity, Time now)
{
  make_room(now);
  auto id = random_(id_length);
  sessions_[id] = Session{std::move(identity), random_(form_key_length), {}, now, now};
  return id;
}

Session* Sessions::find(std::string_view id, Time now)
{
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) {
    return nullptr;
  }
  if (is_over(found->second, now)) {
    sessions_.erase(found);
    return nullptr;
  }
  found->second.used = now;
  return &found->second;
}

void Sessions::end(std::string_view id)
{
  const auto found = sessions_.find(id);
  if (found != sessions_.end()) {
    sessions_.erase(found);
  }
}

void Sessions::make_room(Time now)
{
  std::erase_if(sessions_, [&](const auto& entry) { return is_over(entry.second, now); });
  if (sessions_.size() >= most) {
    sessions_.erase(
        std::min_element(sessions_.begin(), sessions_.end(), [](const auto& left, const auto& right) {
          return left.second.used < right.second.used;
        }));
  }
}

}  // namespace muster::collector::web
