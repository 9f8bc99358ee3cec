// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/gate/comparison.hpp"
#include "cli/gate/ending.hpp"
#include "cli/gate/observation.hpp"

namespace muster::cli::gate {

// JUnit XML as Jenkins and GitLab read it: a testsuite for each check, a testcase for each node.
//   failure   a problem that counts, in a gate that has failed
//   error     no result: the gate could not tell
//   skipped   a problem that does not count: it was there before the change, or it is allowed
// Whatever concerns the run as a whole stands in a testsuite of its own, "mco gate". So there are failures or
// errors exactly if the verdict is not a pass. Texts of the nodes are escaped; characters that XML 1.0 does
// not have, or that a terminal would obey, are shown as `\x1b`.
std::string gate_junit(const Observation& seen, const Ending& ending);
std::string compare_junit(const Comparison& comparison, const Ending& ending);

enum class Outcome { passed, failure, error, skipped };

struct TestCase {
  std::string suite;
  std::string name;
  Outcome outcome = Outcome::passed;
  std::string type;     // CRITICAL, "no result", …; of a failure or an error
  std::string message;  // its first line
  std::string text;     // the rest
  std::chrono::microseconds time{};
};

// The layout alone: the suites in the order of their first case.
std::string junit_xml(const std::vector<TestCase>& cases);

// Text for an attribute or an element: nothing in it ends either, and XML 1.0 has all of its characters.
std::string xml_text(std::string_view text);

}  // namespace muster::cli::gate
