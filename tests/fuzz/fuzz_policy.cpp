// SPDX-License-Identifier: Apache-2.0
// A policy, the groups beside it, and a question to them. The input has up to three parts, each ended by the
// byte 0x1e: package.policy, groups, and lines of the question: c CALLER, a ACTION, f NAME=VALUE, k CLASS.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/policy_folder.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::PolicyFolder;
using muster::PolicyQuestion;
using muster::PolicyStep;
using muster::fuzz::require;

constexpr char part_end = '\x1e';

struct Asked {
  std::string caller = "alice@ops1";
  std::string action = "install";
  muster::Facts facts;
  std::vector<std::string> classes;
};

std::string_view next_part(std::string_view& text, char end)
{
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

Asked read_question(std::string_view text)
{
  Asked asked;
  while (!text.empty()) {
    const auto line = next_part(text, '\n');
    const std::string rest{line.size() > 2 ? line.substr(2) : std::string_view{}};
    if (line.starts_with("c ")) {
      asked.caller = rest;
    } else if (line.starts_with("a ")) {
      asked.action = rest;
    } else if (line.starts_with("k ")) {
      asked.classes.push_back(rest);
    } else if (const auto equals = rest.find('='); line.starts_with("f ") && equals != std::string::npos) {
      asked.facts.set(rest.substr(0, equals), muster::FactValue{rest.substr(equals + 1)});
    }
  }
  return asked;
}

// Exactly the line that decides has matched, and no line after it was looked at.
void explanation_agrees(const PolicyFolder& folder, const PolicyQuestion& question)
{
  const auto verdict = folder.decide(question);
  require(verdict.allowed || !verdict.why.empty());
  std::size_t matched = 0;
  std::size_t last = 0;
  for (const auto& step : folder.explain(question)) {
    require(step.line > last);
    last = step.line;
    require((step.outcome == PolicyStep::Outcome::not_reached) == (matched != 0));
    require((step.outcome == PolicyStep::Outcome::no_match) == !step.why.empty());
    if (step.outcome == PolicyStep::Outcome::matched) {
      matched = step.line;
    }
  }
  require(verdict.line == matched);
}

void faults_are_told(const PolicyFolder::Reading& reading)
{
  for (const auto& fault : reading.faults) {
    require(fault.what.starts_with("/p/groups:") || fault.what.starts_with("/p/package.policy:"));
    require(fault.what.size() < 1024 && !fault.last_good_stays);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  auto text = muster::fuzz::as_text(data, size);
  PolicyFolder::Files files;
  files["package.policy"] = std::string{next_part(text, part_end)};
  files["groups"] = std::string{next_part(text, part_end)};
  const auto asked = read_question(next_part(text, part_end));
  const std::string name = "web1";
  const std::vector<std::string> no_agents;
  PolicyFolder folder{"/p"};
  const auto reading = folder.take(files);
  faults_are_told(reading);
  for (const bool classes_known : {true, false}) {
    const muster::PolicyNode node{{name, asked.facts, asked.classes, no_agents}, classes_known};
    const auto question = [&](std::string_view caller) {
      return PolicyQuestion{caller, "package", asked.action, true, node};
    };
    explanation_agrees(folder, question(asked.caller));
    // The name of a caller counts whole: two who are named nowhere are the same to a policy.
    require(
        folder
            .decide(question("\x01"
                             "1"))
            .allowed == folder
                            .decide(question("\x01"
                                             "2"))
                            .allowed);
    const auto before = folder.decide(question(asked.caller));
    PolicyFolder again{"/p"};
    again.take(files);
    require(again.decide(question(asked.caller)).allowed == before.allowed);
  }
  return 0;
}
