// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/policy_folder.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/node_name.hpp"
#include "libmuster/model/shown_term.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster {

namespace {

constexpr std::string_view groups_file = "groups";
constexpr std::string_view default_file = "default.policy";
constexpr std::string_view ending = ".policy";
constexpr std::size_t longest_fault = 400;  // what is wrong with an expression repeats it

std::string_view without_ending(std::string_view name)
{
  return name.substr(0, name.size() - ending.size());
}

// Nobody is asked when its key signs; that of a collector lies on a machine that answers browsers, that of a
// bridge beside a monitor that has plugins of its own. What operators say on a collector's page it tells the
// other collectors; how often it asks, a bridge tells the monitor.
bool is_beyond_a_service(const PolicyQuestion& question)
{
  const bool is_collector = is_collector_name(question.caller);
  const bool is_bridge = is_bridge_name(question.caller);
  const bool tells_another = is_collector && question.agent == "collector" && question.action == "care";
  const bool looks = is_bridge && question.agent == "collector" && question.action == "schedules";
  return (is_collector || is_bridge) && question.agent != "nrpe" && question.agent != "recorder" &&
         !tells_another && !looks;
}

}  // namespace

bool PolicyFolder::is_meant(std::string_view file_name)
{
  // Editors hide what they have not finished.
  return file_name == groups_file ||
         (file_name.size() > ending.size() && file_name.ends_with(ending) && !file_name.starts_with('.'));
}

std::string PolicyFolder::path_of(std::string_view file_name) const
{
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string{file_name};
}

void PolicyFolder::tell(
    const std::string& name, const std::vector<PolicyFault>& found, Reading& reading) const
{
  const bool is_groups = name == groups_file;
  const bool stays = is_groups ? had_groups_ : policies_.contains(name) && !never_good_.contains(name);
  for (const auto& [line, message] : found) {
    const auto where = line == 0 ? std::string{} : path_of(name) + ":" + std::to_string(line) + ": ";
    reading.faults.push_back({where + truncate_utf8(message, longest_fault, "..."), stays});
  }
}

void PolicyFolder::warn(
    const std::string& name, const std::vector<PolicyFault>& found, Reading& reading) const
{
  for (const auto& [line, message] : found) {
    reading.warnings.push_back(path_of(name) + ":" + std::to_string(line) + ": " + message);
  }
}

PolicyFolder::Reading PolicyFolder::take(const Files& files)
{
  Reading reading;
  take_groups(files, reading);  // first: the policies name them
  for (const auto& [name, text] : files) {
    if (name != groups_file) {
      take_policy(name, text, reading);
    }
  }
  std::erase_if(policies_, [&files](const auto& policy) { return !files.contains(policy.first); });
  std::erase_if(never_good_, [&files](const auto& name) { return !files.contains(name); });
  return reading;
}

void PolicyFolder::take_groups(const Files& files, Reading& reading)
{
  const std::string name{groups_file};
  const auto file = files.find(name);
  if (file == files.end()) {
    groups_ = {};
    had_groups_ = false;
    return;
  }
  if (!file->second) {
    tell(name, {{0, file->second.error().message}}, reading);
    return;
  }
  auto read = CallerGroups::parse(*file->second);
  warn(name, read.warnings, reading);
  if (!read.faults.empty()) {
    tell(name, read.faults, reading);
    return;
  }
  groups_ = std::move(read.groups);
  had_groups_ = true;
}

void PolicyFolder::take_policy(const std::string& name, const Expected<std::string>& text, Reading& reading)
{
  ActionPolicy::Reading read;
  if (!is_policy_name(without_ending(name))) {
    read.faults.push_back({1, "no agent is called " + shown_term(without_ending(name))});
  } else if (!text) {
    read.faults.push_back({0, text.error().message});
  } else {
    read = ActionPolicy::parse(*text);
    const auto undefined = read.policy.undefined_groups(groups_);
    read.faults.insert(read.faults.end(), undefined.begin(), undefined.end());
    std::stable_sort(
        read.faults.begin(), read.faults.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  }
  warn(name, read.warnings, reading);
  if (read.faults.empty()) {
    policies_[name] = std::move(read.policy);
    never_good_.erase(name);
    return;
  }
  tell(name, read.faults, reading);
  if (!policies_.contains(name)) {
    policies_[name] = {};  // nobody knows whom it was to allow
    never_good_.insert(name);
  }
}

PolicyFolder::Policies::const_iterator PolicyFolder::find(std::string_view agent) const
{
  // No agent can be called "default", so that its file is never taken for that of an agent.
  const auto own = agent == without_ending(default_file)
                       ? policies_.end()
                       : policies_.find(std::string{agent} + std::string{ending});
  return own != policies_.end() ? own : policies_.find(default_file);
}

const ActionPolicy* PolicyFolder::policy_for(std::string_view agent) const
{
  const auto found = find(agent);
  return found == policies_.end() ? nullptr : &found->second;
}

std::string PolicyFolder::path_for(std::string_view agent) const
{
  const auto found = find(agent);
  return found == policies_.end() ? std::string{} : path_of(found->first);
}

PolicyVerdict PolicyFolder::decide(const PolicyQuestion& question) const
{
  PolicyVerdict verdict;
  if (const auto* policy = policy_for(question.agent)) {
    const auto* rule = policy->deciding(question, groups_);
    verdict.allowed = rule != nullptr ? rule->allows : policy->allows_by_default;
    verdict.file = path_for(question.agent);
    verdict.line = rule != nullptr ? rule->line : 0;
  } else {
    verdict.allowed = !question.changes && !is_beyond_a_service(question);
  }
  if (!verdict.allowed) {
    verdict.why = why_denied(question, verdict);
  }
  return verdict;
}

std::string PolicyFolder::why_denied(const PolicyQuestion& question, const PolicyVerdict& verdict) const
{
  std::string why{question.caller};
  why.append(" may not call ").append(question.agent).append(".").append(question.action).append(" here: ");
  if (verdict.file.empty() && is_beyond_a_service(question)) {
    return why + (is_bridge_name(question.caller) ? "a bridge" : "a collector") +
           " may run checks and read the recorder, and no policy allows it more; write one into " +
           path_of(std::string{question.agent} + std::string{ending});
  }
  if (verdict.file.empty()) {
    return why + "it changes the node, and no policy allows it; write one into " +
           path_of(std::string{question.agent} + std::string{ending});
  }
  if (verdict.line != 0) {
    return why + "denied by " + verdict.file + ":" + std::to_string(verdict.line);
  }
  if (never_good_.contains(find(question.agent)->first)) {
    return why + verdict.file + " is broken; correct it";
  }
  return why + "no line of " + verdict.file + " allows it, and its default is deny";
}

std::vector<PolicyStep> PolicyFolder::explain(const PolicyQuestion& question) const
{
  std::vector<PolicyStep> steps;
  const auto* policy = policy_for(question.agent);
  if (policy == nullptr) {
    return steps;
  }
  bool decided = false;
  for (const auto& rule : policy->rules) {
    auto why = rule.why_not(question, groups_);
    auto outcome = why.empty() ? PolicyStep::Outcome::matched : PolicyStep::Outcome::no_match;
    if (decided) {
      outcome = PolicyStep::Outcome::not_reached;
      why.clear();
    }
    decided = decided || outcome == PolicyStep::Outcome::matched;
    steps.push_back({rule.line, outcome, std::move(why)});
  }
  return steps;
}

}  // namespace muster
