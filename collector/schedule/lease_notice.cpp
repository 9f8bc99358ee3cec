// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/lease_notice.hpp"

#include <string_view>
#include <utility>

namespace muster::collector {

namespace {

template <typename T>
const T* member(const FactValue::Map& map, std::string_view name)
{
  const auto found = map.find(name);
  return found == map.end() ? nullptr : std::get_if<T>(&found->second.value);
}

// A term that cannot be followed by another would hold the lease for ever.
constexpr std::int64_t highest_term = std::int64_t{1} << 52U;
// The latest time that a message may name: docs/protocol.md, section 2.
constexpr std::int64_t latest_time = 9'223'372'036'854;

}  // namespace

Facts lease_facts(const LeaseNotice& notice)
{
  FactValue::Map lease;
  lease["group"] = FactValue{notice.group};
  lease["ready"] = FactValue{notice.ready};
  if (notice.claim) {
    lease["term"] = FactValue{notice.claim->term};
    lease["since"] = FactValue{notice.claim->since.time_since_epoch().count()};
  }
  Facts facts;
  facts.set(lease_fact, FactValue{std::move(lease)});
  return facts;
}

std::optional<LeaseNotice> lease_notice(const Facts& facts)
{
  const auto* fact = facts.find(lease_fact);
  const auto* lease = fact == nullptr ? nullptr : std::get_if<FactValue::Map>(&fact->value);
  const auto* group = lease == nullptr ? nullptr : member<std::string>(*lease, "group");
  if (group == nullptr) {
    return std::nullopt;
  }
  LeaseNotice notice{*group, true, std::nullopt};
  if (const auto* ready = member<bool>(*lease, "ready")) {
    notice.ready = *ready;
  }
  const auto* term = member<std::int64_t>(*lease, "term");
  if (term != nullptr && *term > 0 && *term <= highest_term) {
    const auto* since = member<std::int64_t>(*lease, "since");
    const bool has_time = since != nullptr && *since >= 0 && *since <= latest_time;
    notice.claim = LeaseClaim{*term, protocol::Time{std::chrono::milliseconds{has_time ? *since : 0}}};
  }
  return notice;
}

}  // namespace muster::collector
