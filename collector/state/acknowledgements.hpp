// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/state/event.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// That somebody takes care of a problem. A plain value. Sticky and expiring are Icinga 2's
// (doc/08-advanced-topics.md): a sticky one holds until the check is OK, any other until its state changes.
struct Acknowledgement {
  std::string node;
  std::string check;  // empty: that the node is gone
  std::string caller;
  std::string comment;
  Time set;
  CheckState state = CheckState::critical;  // what was acknowledged; of a node without meaning
  bool sticky = false;
  std::optional<Time> expires;
};

// The acknowledgements of a collector, at most one for each check and node. One thread; whoever makes it owns
// it. Pure: who stores them takes all().
class Acknowledgements {
public:
  using Key = std::pair<std::string, std::string>;  // node, check

  // In place of the one before. invalid_input: the check is OK, so that there is nothing to acknowledge, or
  // it expires before it begins. The caller makes sure that a node is gone.
  Expected<Event> add(Acknowledgement acknowledgement);
  // Whether add() takes it, with the same errors.
  static Expected<void> may_add(const Acknowledgement& acknowledgement);

  // As it was stored, without questions.
  void restore(Acknowledgement acknowledgement);

  // not_found if there is none.
  Expected<Event> remove(
      const std::string& node, const std::string& check, const std::string& caller, Time now);
  [[nodiscard]] Expected<void> may_remove(const std::string& node, const std::string& check) const;

  // To be told of every event of a check or node, before it is asked whether that is acknowledged: so a
  // recovery is told to people.
  std::vector<Event> on_event(const Event& event);

  // Those that expire.
  std::vector<Event> take_time(Time now);

  // Nullptr: none. Valid until the next call of a function that is not const.
  [[nodiscard]] const Acknowledgement* of(const std::string& node, const std::string& check) const;

  [[nodiscard]] const std::map<Key, Acknowledgement>& all() const { return acknowledgements_; }

private:
  std::map<Key, Acknowledgement> acknowledgements_;
};

}  // namespace muster::collector
