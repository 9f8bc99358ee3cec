// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::node {

using protocol::Time;

// Remembers which requests a node has taken, so that none runs twice, and what it answered, so that an answer
// lost on the way can be sent again. Pure; ids are remembered as long as their request could still be
// replayed or asked again.
class ReplyCache {
public:
  static constexpr std::size_t max_replies = 256;
  static constexpr std::size_t max_bytes = std::size_t{8} << 20U;
  // A fleet's tools ask some ten times a second at the very most; more within one lifetime of a request is a
  // flood.
  static constexpr std::size_t max_ids = 16'384;
  // The lifetime of a request is its caller's choice, up to a day: whoever floods leaves room for three
  // others.
  static constexpr std::size_t max_ids_of_one_caller = max_ids / 4;

  using Key = std::pair<std::string, std::string>;  // caller, id

  enum class Known { no, running, answered, answer_dropped };

  [[nodiscard]] Known look_up(const Key& key) const;

  // The answer of a key that is `answered`.
  [[nodiscard]] const std::string& answer(const Key& key) const;

  // Fails with `denied` if there is no room for one more id. The key must be unknown.
  Expected<void> begin(const Key& key, Time valid_until, Time now);
  // A known request has come once more, with a later date: it is to be remembered for longer.
  void extend(const Key& key, Time valid_until);
  void finish(const Key& key, std::string answer);

private:
  struct Entry {
    Time valid_until;
    Known known = Known::running;
    std::string answer;
  };

  using Entries = std::map<Key, Entry>;

  [[nodiscard]] std::size_t ids_of(const std::string& caller) const;
  Entries::iterator forget(Entries::iterator entry);
  void forget_expired(Time now);
  void make_room();

  Entries entries_;
  std::map<std::string, std::size_t> ids_of_caller_;  // how many of `entries_`
  std::deque<Key> answered_;                          // oldest first
  std::size_t bytes_ = 0;
  Time next_clean_up_{};
};

}  // namespace muster::node
