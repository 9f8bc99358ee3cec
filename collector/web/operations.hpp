// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "collector/board/target.hpp"
#include "collector/web/context.hpp"

// What the API and the forms of the page do, in the name of the visitor, whose right has been checked. Texts
// are checked here, and each act is put on record. All fail with the error of the board.
namespace muster::collector::web {

inline constexpr std::size_t longest_comment = 1000;  // bytes; a few sentences
inline constexpr std::size_t most_targets = 1000;     // of one request: a page of problems

// "web1/check_load", "web1/". Nodes have no slash in their names.
std::string target_text(const Target& target);
Target parse_target_text(std::string_view text);

struct Acknowledging {
  std::string comment;
  bool sticky = false;
  std::chrono::seconds lasts{0};  // 0: until the problem is over
};

// All of them or none, as the board does it; each is on record by itself, with what came of all.
Expected<void> acknowledge(const Context& context, const Targets& targets, const Acknowledging& request);
Expected<void> unacknowledge(const Context& context, const Targets& targets);

// In the same way, at least one. Gives their ids. The caller is filled in.
Expected<std::vector<std::string>> add_downtimes(
    const Context& context, std::vector<ShownDowntime> downtimes);
Expected<std::string> add_downtime(const Context& context, ShownDowntime downtime);

Expected<void> remove_downtime(const Context& context, const std::string& id);

// The word for what is posted to this address, of the page or of the API; empty if there is nothing there.
std::string_view action_at(std::string_view path);

// That the visitor wanted to do this and must not.
void refuse_on_record(const Context& context, std::string_view action, std::string_view why);

}  // namespace muster::collector::web
