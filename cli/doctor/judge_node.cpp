// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/judge_node.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/doctor/judge_fleet.hpp"
#include "cli/doctor/judge_statistics.hpp"
#include "cli/output/time_text.hpp"
#include "libmuster/fleet/fleet_request.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::cli::doctor {

namespace {

using fleet::Fate;
using protocol::NodeState;
using std::chrono::milliseconds;

using Known = std::map<std::string, SeenPresence>;

constexpr const char* what_to_check =
    "on it, in this order: systemctl status checkagent; journalctl -u checkagent; checkagent --self-test";

bool contains(const std::vector<std::string>& words, const std::string& word)
{
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_stale(const SeenPresence& seen)
{
  return seen.age > fleet::FleetRequest::stale_presence;
}

std::string first_label(const std::string& name)
{
  return name.substr(0, name.find('.'));
}

// The name with its domain for one without, and the other way round.
std::string same_host(const std::string& name, const Known& known)
{
  for (const auto& [other, seen] : known) {
    const bool domain_forgotten = name.find('.') == std::string::npos && other.starts_with(name + ".");
    const bool domain_added = other.find('.') == std::string::npos && name.starts_with(other + ".");
    if (domain_forgotten || domain_added) {
      return other;
    }
  }
  return {};
}

std::string meant_by(const std::string& name, const Known& known)
{
  if (auto same = same_host(name, known); !same.empty()) {
    return same;
  }
  std::vector<std::string> names;
  for (const auto& [other, seen] : known) {
    names.push_back(other);
  }
  if (auto near = runtime::near_miss(name, names); !near.empty()) {
    return near;
  }
  // A slip in the first label is as likely in a long name as in a short one.
  for (const auto& other : names) {
    if (!runtime::near_miss(first_label(name), {first_label(other)}).empty() &&
        name.find('.') == std::string::npos) {
      return other;
    }
  }
  return {};
}

Finding never_seen(const std::string& name, const Known& known)
{
  const auto meant = meant_by(name, known);
  if (!meant.empty()) {
    return problem("presence", "the broker has never heard of " + name, "did you mean " + meant + "?");
  }
  return problem(
      "presence",
      "the broker has never heard of " + name,
      "`mco find` lists the names; if this one is right, its checkagent has never connected: " +
          std::string{what_to_check});
}

Finding judge_presence(const std::string& name, const SeenPresence& seen)
{
  const auto age = age_text(seen.age);
  switch (seen.presence.state) {
  case NodeState::stopped:
    return problem(
        "presence",
        "its checkagent was stopped in order, " + age + " ago",
        "on it: systemctl start checkagent");
  case NodeState::gone:
    return problem(
        "presence",
        "its connection fell " + age + " ago and did not come back",
        "see that the host is up and reaches the broker; then " + std::string{what_to_check} +
            "; `mco node forget " + name + "` if it will not come back");
  case NodeState::up:
    break;
  }
  if (is_stale(seen)) {
    return problem(
        "presence",
        "says up, but " + age + " ago: a checkagent says so every 5 min",
        "it has hung, or lost its broker without a will: " + std::string{what_to_check});
  }
  return good("presence", fmt::format("up, said so {} ago; checkagent {}", age, seen.presence.version));
}

void judge_collective(const protocol::Presence& presence, const Asker& asker, Findings& findings)
{
  if (!contains(presence.collectives, asker.collective)) {
    findings.push_back(problem(
        "collective",
        fmt::format("it is in {}; you ask {}", fmt::join(presence.collectives, ", "), asker.collective),
        "ask with -T " + (presence.collectives.empty() ? "COLLECTIVE" : presence.collectives.front()) +
            ", or add " + asker.collective + " to `collectives` in its checkagent.yaml"));
  } else {
    findings.push_back(good("collective", fmt::format("it is in {}", fmt::join(presence.collectives, ", "))));
  }
}

// Said while it was up; of two that stand back in turn neither may be up.
void judge_name(const protocol::Presence& presence, Findings& findings)
{
  for (const auto& sentence : presence.health) {
    if (tells_of_a_double(sentence)) {
      findings.push_back(problem(
          "name", sentence, "two nodes have one name: give each an `identity` and a certificate of its own"));
    }
  }
}

void judge_health(const protocol::Presence& presence, Findings& findings)
{
  for (const auto& sentence : presence.health) {
    if (!tells_of_a_double(sentence)) {
      findings.push_back(
          problem("health", sentence, "correct that on it; checkagent --self-test tells more"));
    }
  }
  if (presence.health.empty()) {
    findings.push_back(good("health", "nothing is broken, it says"));
  }
}

void judge_what_it_says(const protocol::Presence& presence, const Asker& asker, Findings& findings)
{
  judge_collective(presence, asker, findings);
  judge_health(presence, findings);
  findings.push_back(good("agents", fmt::format("{}", fmt::join(presence.agents, ", "))));
}

Finding judge_silence(const NodeFacts& facts)
{
  const auto said = facts.account->note.empty() ? std::string{} : " (" + facts.account->note + ")";
  const bool is_up = facts.presence && facts.presence->presence.state == NodeState::up;
  return problem(
      "answer",
      "asked directly, it did not answer in time" + said,
      is_up ? "it is connected, so it hangs, or the broker's ACL lacks `pattern read muster/1/node/%u`, "
              "`pattern write muster/1/reply/+/+/%u`: " +
                  std::string{what_to_check}
            : what_to_check);
}

Finding judge_answer(const NodeFacts& facts, const Asker& asker)
{
  const auto& account = *facts.account;
  switch (account.fate) {
  case Fate::done:
    return good("answer", "asked directly, it answered in " + duration_text(account.round_trip));
  case Fate::refused:
    return problem(
        "answer",
        fmt::format(
            "asked directly, it refused: {} - {}",
            protocol::to_string(account.answer->reason),
            account.answer->message),
        fix_of(account.answer->reason, asker.caller));
  case Fate::not_meant:
    return problem(
        "answer", "asked directly, it has no agent rpcutil", "bring its checkagent to this version");
  case Fate::late:
  case Fate::lost:
  case Fate::gone:
    break;
  }
  return judge_silence(facts);
}

Finding judge_node_clock(milliseconds offset)
{
  if (std::chrono::abs(offset) <= clock_offset_worth_telling) {
    return good("clock", "within 2 s of this machine's");
  }
  const bool refused = std::chrono::abs(offset) > clock_offset_refused;
  return {
      refused ? Finding::Grade::problem : Finding::Grade::warning,
      "clock",
      fmt::format(
          "its clock is {:.1f} s {} this machine's",
          static_cast<double>(std::chrono::abs(offset).count()) / 1000.0,
          offset.count() > 0 ? "ahead of" : "behind"),
      "on the one that is wrong: `timedatectl set-ntp true`, or install chrony"};
}

bool was_asked(const NodeFacts& facts)
{
  return facts.account && facts.account->fate != Fate::gone && (facts.presence || facts.account->answer);
}

}  // namespace

Findings judge_node(const NodeFacts& facts, const Asker& asker, const Known& known)
{
  Findings findings;
  if (facts.presence) {
    findings.push_back(judge_presence(facts.name, *facts.presence));
  } else if (facts.account && facts.account->answer) {
    findings.push_back(warning(
        "presence",
        "the broker told nothing of it, and yet it answered",
        "first what `mco doctor` says of the roll-call"));
  } else {
    findings.push_back(never_seen(facts.name, known));
  }
  if (was_asked(facts)) {
    findings.push_back(judge_answer(facts, asker));
    if (facts.account->answer) {
      findings.push_back(judge_node_clock(facts.account->clock_offset));
    }
  }
  if (facts.presence) {
    judge_name(facts.presence->presence, findings);
  }
  if (facts.presence && facts.presence->presence.state == NodeState::up) {
    judge_what_it_says(facts.presence->presence, asker, findings);
  }
  if (facts.statistics) {
    judge_statistics(*facts.statistics, findings);
  }
  return findings;
}

}  // namespace muster::cli::doctor
