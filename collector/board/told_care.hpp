// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tuple>

#include "collector/store/store.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// The kinds of StoredCare that people make.
inline constexpr const char* acknowledgement_kind = "acknowledgement";
inline constexpr const char* downtime_kind = "downtime";

// An acknowledgement or a downtime, as it is known by in the store: StoredCare.
struct CareKey {
  std::string kind;  // one of these
  std::string id;    // "web1 check_disk"; the name of the downtime

  friend bool operator==(const CareKey& left, const CareKey& right) = default;

  friend bool operator<(const CareKey& left, const CareKey& right)
  {
    return std::tie(left.kind, left.id) < std::tie(right.kind, right.id);
  }
};

// What somebody did to it last.
struct CareAct {
  std::string by;  // as whoever took it has authenticated them
  Time time;
  bool removed = false;

  friend bool operator==(const CareAct& left, const CareAct& right) = default;
};

// What one collector tells another one (action `care` of agent `collector`): how it is now, because of this
// act. A plain value.
struct ToldCare {
  CareKey key;
  CareAct act;
  std::string text;  // as StoredCare has it; empty: it was removed
};

// {"kind", "id", "by", "time", "now": what is stored}; without `now` it was removed.
protocol::json::object to_json(const ToldCare& told);

// Within limits, for it comes off the wire; what is in `now` is not looked at yet.
Expected<ToldCare> told_care_from_json(const protocol::json::object& object);

// "check_disk of web1", "downtime q7z497tcqt"
std::string spoken(const CareKey& key);

}  // namespace muster::collector
