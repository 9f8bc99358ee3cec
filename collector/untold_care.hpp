// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collector/board/told_care.hpp"

namespace muster::collector {

// What operators have said to this collector alone, for each of the other collectors of its group until it
// has taken it. Of each acknowledgement and downtime only the last act counts. Part of the book, which stores
// it. Pure; one thread.
class UntoldCare {
public:
  // For one collector: two pages of problems. More is of no use to whoever comes back after so long.
  static constexpr std::size_t most = 2'000;

  using Acts = std::map<CareKey, CareAct>;

  // True: it was not known, so that it is to be told of everything that there is.
  bool know(const std::string& peer) { return peers_.try_emplace(peer).second; }

  // Nobody misses it any more. True: it was known.
  bool forget(const std::string& peer) { return peers_.erase(peer) > 0; }

  // False: the oldest act had to make room, so that this collector will never know of it.
  bool note(const std::string& peer, const CareKey& key, const CareAct& act);

  // It has taken this act, unless another one has followed.
  void told(const std::string& peer, const CareKey& key, const CareAct& act);

  // Every one that is known, also if it knows all.
  [[nodiscard]] const std::map<std::string, Acts>& all() const { return peers_; }

  // To be stored, and as it was stored: false if it cannot be read.
  [[nodiscard]] std::vector<StoredCare> stored() const;
  bool restore(const StoredCare& care);

  // Whether such a care is one of these.
  static bool is_kind(const std::string& kind);

private:
  std::map<std::string, Acts> peers_;
};

}  // namespace muster::collector
