// SPDX-License-Identifier: Apache-2.0
//
// What --self-test and --check-config tell of authorization and audit.
#include <sstream>
#include <unistd.h>

#include "checkagent/local_trials.hpp"
#include "libmuster/node/policy_files.hpp"

namespace muster::checkagent {

namespace {

Finding judge_policies(const node::PolicyFiles& files, const std::string& folder)
{
  if (!files.warnings().empty()) {
    return warning(files.warnings().front(), "write the caller as its key is called");
  }
  const auto number = files.policies().size();
  if (number == 0) {
    return good("none in " + folder + ", so nobody may change this node");
  }
  return good(std::to_string(number) + (number == 1 ? " policy in " : " policies in ") + folder);
}

// Opening the log would make it, with the account of whoever tries.
void try_audit_log(const Settings& settings, Findings& findings)
{
  const auto folder = settings.audit_log.parent_path();
  if (settings.audit != node::AuditMode::off && ::access(folder.c_str(), W_OK) != 0) {
    findings.tell(
        "audit",
        warning(
            "this account cannot write into " + folder.string(),
            "make the folder for the account that runs checkagent, set audit_log, or audit: off"));
  }
}

}  // namespace

void try_policies(const Settings& settings, Findings& findings)
{
  node::PolicyFiles files{settings.policies};
  const auto loaded = files.load();
  if (loaded) {
    findings.tell("policies", judge_policies(files, settings.policies.string()));
  } else {
    std::istringstream lines{loaded.error().message};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("  ")) {
        findings.tell("policies", bad(line.substr(2), "correct that; checkagent does not start with it"));
      }
    }
  }
  try_audit_log(settings, findings);
}

}  // namespace muster::checkagent
