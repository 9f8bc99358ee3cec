// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/action_policy.hpp"

namespace muster {

// What the policies say to a question.
struct PolicyVerdict {
  bool allowed = false;
  std::string file;      // the policy that was asked; empty: there is none for this agent
  std::size_t line = 0;  // the line that decides; 0: the default does
  std::string why;       // of a refusal: a sentence for the caller
};

// How one line of a policy took part in a verdict.
struct PolicyStep {
  enum class Outcome { matched, no_match, not_reached };
  std::size_t line = 0;
  Outcome outcome = Outcome::no_match;
  std::string why;  // of no_match
};

// What the files of one folder say together: AGENT.policy for each agent, default.policy for agents without a
// file, groups. It is given the files and reads none itself. Remembers the last good version of every file: a
// file that is broken while the program runs neither opens nor closes anything, but for an agent that has had
// no good one, to which then nobody gets through. One thread.
class PolicyFolder {
public:
  static constexpr std::size_t most_files = 256;  // a node has some ten agents
  static constexpr std::size_t largest_file = std::size_t{256} << 10U;

  // A file of the folder by its name, without the path: its text, or why it could not be read.
  using Files = std::map<std::string, Expected<std::string>>;

  struct Fault {
    std::string what;  // "FILE:LINE: what was expected"
    bool last_good_stays = false;
  };

  struct Reading {
    std::vector<Fault> faults;  // in the order of the files and lines
    std::vector<std::string> warnings;
  };

  // `path` is for messages.
  explicit PolicyFolder(std::string path) : path_{std::move(path)} {}

  // Whether a file of this name is a policy or the groups; what else lies there is nobody's business.
  static bool is_meant(std::string_view file_name);

  Reading take(const Files& files);

  // Without a policy for the agent, what reads is allowed and what changes the node is not; of a collector
  // only checks, the recorder, and at other collectors `care` are, since nobody sits at its key.
  [[nodiscard]] PolicyVerdict decide(const PolicyQuestion& question) const;

  // Every line of the policy that decide() asks, in its order; empty if there is none.
  [[nodiscard]] std::vector<PolicyStep> explain(const PolicyQuestion& question) const;

  // The policy that decide() asks for this agent, and its path; null and empty if there is none.
  [[nodiscard]] const ActionPolicy* policy_for(std::string_view agent) const;
  [[nodiscard]] std::string path_for(std::string_view agent) const;

  [[nodiscard]] std::size_t size() const noexcept { return policies_.size(); }

private:
  using Policies = std::map<std::string, ActionPolicy, std::less<>>;  // by file name

  [[nodiscard]] Policies::const_iterator find(std::string_view agent) const;
  [[nodiscard]] std::string path_of(std::string_view file_name) const;
  void take_groups(const Files& files, Reading& reading);
  void take_policy(const std::string& name, const Expected<std::string>& text, Reading& reading);
  void tell(const std::string& name, const std::vector<PolicyFault>& found, Reading& reading) const;
  void warn(const std::string& name, const std::vector<PolicyFault>& found, Reading& reading) const;
  [[nodiscard]] std::string why_denied(const PolicyQuestion& question, const PolicyVerdict& verdict) const;

  std::string path_;
  CallerGroups groups_;
  bool had_groups_ = false;
  Policies policies_;
  std::set<std::string> never_good_;  // files that stand in policies_ for a refusal of everything
};

}  // namespace muster
