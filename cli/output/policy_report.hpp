// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/policy_folder.hpp"

namespace muster::cli {

// What `mco policy test` has found out.
struct PolicyTest {
  struct Line {
    std::size_t number = 0;
    std::string text;
    std::string outcome;  // "default", "matched", "no_match", "not_reached"
    std::string why;
  };

  std::string caller;
  std::string agent;
  std::string action;
  bool changes = true;
  PolicyVerdict verdict;
  std::vector<Line> lines;  // of the policy that was asked, in its order
};

// `text` is the policy that the folder asks for this agent.
PolicyTest policy_test_report(
    const PolicyFolder& folder, const PolicyQuestion& question, std::string_view text);

std::string policy_test_text(const PolicyTest& test);
std::string policy_test_json(const PolicyTest& test);  // docs/json/policy_test.schema.json
int exit_status_of(const PolicyTest& test);

// What `mco policy check` has found out.
struct PolicyCheck {
  std::string path;
  std::size_t policies = 0;
  std::vector<std::string> faults;
  std::vector<std::string> warnings;
};

std::string policy_check_text(const PolicyCheck& check);
std::string policy_check_json(const PolicyCheck& check);  // docs/json/policy_check.schema.json
int exit_status_of(const PolicyCheck& check);

}  // namespace muster::cli
