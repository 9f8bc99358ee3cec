// SPDX-License-Identifier: Apache-2.0
#include "cli/output/ddl_election.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cli/output/columns.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t most_names_shown = 10;

struct Candidate {
  ddl::Document document;
  std::vector<std::string> nodes;
};

bool is_behind(const Candidate& left, const Candidate& right)
{
  const auto rank = [](const Candidate& one) {
    const auto& document = one.document;
    return std::make_tuple(one.nodes.size(), document.agent.metadata.version, document.fingerprint);
  };
  return rank(left) < rank(right);
}

Expected<ddl::Document> document_of(const std::string& agent, const protocol::Answer& answer)
{
  if (answer.status != 0) {
    return failure(ErrorCode::not_found, answer.message);
  }
  const auto* source = answer.data.if_contains("ddl");
  if (source == nullptr || !source->is_object()) {
    return failure(ErrorCode::invalid_input, "the answer has no DDL");
  }
  auto document = ddl::read_document(source->get_object());
  if (document && document->agent.metadata.name != agent) {
    return failure(ErrorCode::invalid_input, "it is the DDL of " + document->agent.metadata.name);
  }
  return document;
}

std::string names_text(const std::vector<std::string>& nodes)
{
  std::string text;
  for (std::size_t i = 0; i < std::min(nodes.size(), most_names_shown); ++i) {
    text += " " + one_line(nodes[i]);
  }
  return nodes.size() > most_names_shown ? text + fmt::format(" and {} more", nodes.size() - most_names_shown)
                                         : text;
}

}  // namespace

DdlElection elect_ddl(const std::string& agent, const fleet::FleetReport& report)
{
  std::map<std::string, Candidate> by_fingerprint;
  DdlElection election;
  for (const auto& node : report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer) {
      continue;
    }
    auto document = document_of(agent, *node.answer);
    if (!document) {
      election.unusable.push_back(node.name + ": " + document.error().message);
      continue;
    }
    const std::string print = document->fingerprint;
    const auto entry = by_fingerprint.try_emplace(print, Candidate{std::move(*document), {}}).first;
    entry->second.nodes.push_back(node.name);
  }
  std::vector<Candidate> candidates;
  candidates.reserve(by_fingerprint.size());
  for (auto& [print, candidate] : by_fingerprint) {
    candidates.push_back(std::move(candidate));
  }
  std::sort(candidates.rbegin(), candidates.rend(), is_behind);
  for (auto& candidate : candidates) {
    if (!election.chosen) {
      election.chosen = std::move(candidate.document);
    } else {
      election.others.push_back({candidate.document.agent.metadata.version, std::move(candidate.nodes)});
    }
  }
  return election;
}

std::string election_remarks(const std::string& agent, const DdlElection& election)
{
  std::string text;
  for (const auto& other : election.others) {
    text += fmt::format(
        "{} another DDL of {} ({}):{}\n",
        other.nodes.size() == 1 ? "1 node has" : fmt::format("{} nodes have", other.nodes.size()),
        agent,
        one_line(other.version),
        names_text(other.nodes));
  }
  for (const auto& why : election.unusable) {
    text += fmt::format("the DDL of {} on {}\n", agent, one_line(why));
  }
  return text;
}

}  // namespace muster::cli
