// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/policy_words.hpp"

namespace muster {

// Who is in which group, from the file `groups` beside the policies. A value.
class CallerGroups {
public:
  static constexpr std::size_t most_groups = 256;     // policies are read by people
  static constexpr std::size_t most_members = 1'000;  // of one group; as many as there may be key files

  struct Reading;

  // "NAME CALLER CALLER…" on each line. Lines that are wrong are left out and told.
  static Reading parse(std::string_view text);

  [[nodiscard]] bool defines(std::string_view name) const { return members_.find(name) != members_.end(); }

  // Whether this very caller is in it; never one whose name only begins so.
  [[nodiscard]] bool holds(std::string_view group, std::string_view caller) const;

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

private:
  std::string add(std::string_view line, std::string& warning);

  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> members_;
};

struct CallerGroups::Reading {
  CallerGroups groups;
  std::vector<PolicyFault> faults;
  std::vector<PolicyFault> warnings;
};

}  // namespace muster
