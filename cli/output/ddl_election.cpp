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
  std::string fingerprint;
  std::string version;
  std::optional<ddl::Document> document;  // none: a node has only said that it has it
  std::vector<std::string> nodes;
};

bool is_behind(const Candidate& left, const Candidate& right)
{
  const auto rank = [](const Candidate& one) {
    return std::make_tuple(one.nodes.size(), one.version, one.fingerprint);
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

Expected<Candidate> told_with_text(const std::string& agent, const protocol::Answer& answer)
{
  auto document = document_of(agent, answer);
  if (!document) {
    return tl::unexpected{document.error()};
  }
  Candidate candidate{document->fingerprint, document->agent.metadata.version, {}, {}};
  candidate.document = std::move(*document);
  return candidate;
}

Expected<Candidate> told_without_text(const protocol::Answer& answer)
{
  if (answer.status != 0) {
    return failure(ErrorCode::not_found, answer.message);
  }
  constexpr std::size_t longest = 64;  // as in a DDL
  protocol::JsonReader reader{answer.data, ""};
  Candidate candidate{
      reader.string("fingerprint", longest), reader.optional_string("version", longest), {}, {}};
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return candidate;
}

struct Votes {
  std::vector<Candidate> candidates;  // the winner first
  std::vector<std::string> unusable;
};

template <typename Read>
Votes count(const fleet::FleetReport& report, Read read)
{
  std::map<std::string, Candidate> by_fingerprint;
  Votes votes;
  for (const auto& node : report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer) {
      continue;
    }
    auto candidate = read(*node.answer);
    if (!candidate) {
      votes.unusable.push_back(node.name + ": " + candidate.error().message);
      continue;
    }
    const std::string print = candidate->fingerprint;
    by_fingerprint.try_emplace(print, std::move(*candidate)).first->second.nodes.push_back(node.name);
  }
  for (auto& [print, candidate] : by_fingerprint) {
    votes.candidates.push_back(std::move(candidate));
  }
  std::sort(votes.candidates.rbegin(), votes.candidates.rend(), is_behind);
  return votes;
}

DdlElection with_winner(std::optional<ddl::Document> chosen, Votes votes)
{
  DdlElection election;
  election.chosen = std::move(chosen);
  for (std::size_t i = 1; i < votes.candidates.size(); ++i) {
    auto& other = votes.candidates[i];
    election.others.push_back({std::move(other.version), std::move(other.nodes)});
  }
  election.unusable = std::move(votes.unusable);
  return election;
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
  auto votes = count(report, [&agent](const auto& answer) { return told_with_text(agent, answer); });
  auto chosen = votes.candidates.empty() ? std::nullopt : std::move(votes.candidates.front().document);
  return with_winner(std::move(chosen), std::move(votes));
}

DdlElection elect_kept(const ddl::Document& kept, const fleet::FleetReport& report)
{
  auto votes = count(report, told_without_text);
  const bool still = !votes.candidates.empty() && votes.candidates.front().fingerprint == kept.fingerprint;
  return still ? with_winner(kept, std::move(votes)) : DdlElection{};
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
