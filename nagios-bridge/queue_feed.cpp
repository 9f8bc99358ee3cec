// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue_feed.hpp"

#include <utility>

#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace {

PassiveResult own_result(const QueuedItem& item, const OwnNames& own)
{
  const auto& check = std::get<CheckResult>(item.what);
  PassiveResult result;
  result.ticket = item.ticket;
  result.host = own.host;
  result.service = own.service;
  result.state = static_cast<int>(check.state);
  result.summary = check.summary;
  result.details = check.details;
  result.perfdata = check.perfdata;
  result.started = std::chrono::floor<std::chrono::milliseconds>(check.started);
  result.finished = std::chrono::floor<std::chrono::milliseconds>(check.finished);
  result.source = item.node;
  result.lifetime = own.lifetime;
  return result;
}

}  // namespace

QueueFeed::QueueFeed(
    Queue& queue, std::string sink, Naming naming, OwnNames own, std::function<void()> changed)
    : queue_{queue},
      sink_{std::move(sink)},
      naming_{std::move(naming)},
      own_{std::move(own)},
      changed_{std::move(changed)}
{}

std::optional<PassiveResult> QueueFeed::named(const QueuedItem& item) const
{
  if (item.node != own_.identity) {
    return naming_.map(item);
  }
  const bool is_told = !own_.host.empty() && std::holds_alternative<CheckResult>(item.what);
  return is_told ? std::optional{own_result(item, own_)} : std::nullopt;
}

Expected<Feed::Slice> QueueFeed::read(Ticket after, std::size_t most)
{
  auto read = queue_.read(sink_, after, most);
  if (!read) {
    return tl::unexpected{read.error()};
  }
  Slice slice{{}, read->until};
  slice.results.reserve(read->items.size());
  for (const auto& item : read->items) {
    auto result = named(item);
    const auto added = result ? add(std::move(*result), slice) : Expected<void>{};
    if (!added) {
      return tl::unexpected{added.error()};
    }
  }
  return slice;
}

Expected<void> QueueFeed::add(PassiveResult result, Slice& slice)
{
  if (const auto refusal = naming_.refuse(result)) {
    return result.ticket > safe() ? bury(result, *refusal) : Expected<void>{};
  }
  if (queue_.letters().has(sink_, result.host, result.service)) {
    mending_.push_back({result.ticket, result.host, result.service});
  }
  slice.results.push_back(std::move(result));
  return {};
}

Expected<void> QueueFeed::set_safe(Ticket ticket)
{
  queue_.set_safe(sink_, ticket);
  std::erase_if(mending_, [this, ticket](const Mending& mending) {
    if (mending.ticket > ticket) {
      return false;
    }
    queue_.letters().mend(sink_, mending.host, mending.service);
    return true;
  });
  changed_();
  return {};
}

Expected<void> QueueFeed::bury(const PassiveResult& result, const std::string& reason)
{
  std::erase_if(mending_, [&result](const Mending& mending) { return mending.ticket == result.ticket; });
  changed_();
  return queue_.bury(sink_, result, reason, wall_clock_now());
}

}  // namespace muster::bridge
