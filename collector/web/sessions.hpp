// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "collector/web/tokens.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector::web {

using protocol::Time;

// A browser that has signed in.
struct Session {
  Identity identity;
  std::string form_key;  // stands in every form of it, so that no other page can send one (CSRF)
  std::string notice;    // what the last form did, for the next page
  Time used;
  Time begun;
};

// Those that are signed in, in memory: a restart signs everybody out. Pure; one thread.
class Sessions {
public:
  static constexpr std::size_t most = 1000;             // more signs out the one that was idle for longest
  static constexpr std::chrono::hours idle{12};         // a shift
  static constexpr std::chrono::hours longest{24 * 7};  // however much it is used

  // Random words; a test may hand in its own.
  using Random = std::string (*)(std::size_t length);

  explicit Sessions(Random random) : random_{random} {}

  // Gives its id: the value of the cookie.
  std::string begin(Identity identity, Time now);

  // Null if there is none, or not any more. Valid until the next call of begin(), find() or end().
  Session* find(std::string_view id, Time now);

  void end(std::string_view id);

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

private:
  void make_room(Time now);

  Random random_;
  std::map<std::string, Session, std::less<>> sessions_;  // by their random ids
};

}  // namespace muster::collector::web
