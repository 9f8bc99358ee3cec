// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/ddl_source.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/ddl_cache.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/ddl_election.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::cli {

namespace {

// So many agree or not as the rest will; each sends a few KiB.
constexpr std::size_t most_asked = 32;

// Nobody works for this answer.
constexpr std::chrono::milliseconds wait_for_ddl{2000};

// Who is up and has the agent, and which agents there are at all.
struct Owners {
  std::vector<std::string> nodes;
  std::set<std::string> agents;
  bool known = false;  // false: the broker does not tell who is there
};

Owners owners_of(const std::string& agent, const fleet::FleetReport& report)
{
  Owners owners;
  owners.known = report.roll_call_complete;
  for (const auto& node : report.nodes) {
    if (!node.presence || node.presence->state != protocol::NodeState::up) {
      continue;
    }
    const auto& agents = node.presence->agents;
    owners.agents.insert(agents.begin(), agents.end());
    if (std::find(agents.begin(), agents.end(), agent) != agents.end()) {
      owners.nodes.push_back(node.name);
    }
  }
  return owners;
}

// Spread over the whole list, which is sorted by name: neighbours are often alike.
std::vector<std::string> sample_of(const std::vector<std::string>& nodes)
{
  if (nodes.size() <= most_asked) {
    return nodes;
  }
  std::vector<std::string> sample;
  for (std::size_t i = 0; i < most_asked; ++i) {
    sample.push_back(nodes[i * nodes.size() / most_asked]);
  }
  return sample;
}

std::string no_such_agent(const std::string& agent, const Owners& owners)
{
  std::vector<std::string> known;
  for (const auto& name : owners.agents) {
    known.push_back(one_line(name));
  }
  const auto meant = runtime::near_miss(agent, known);
  std::string text = "no node that is up has an agent '" + agent + "'";
  if (known.empty()) {
    return text + ": no node is up at all";
  }
  return text + (meant.empty() ? fmt::format("; there are {}", fmt::join(known, " "))
                               : "; did you mean " + meant + "?");
}

fleet::Question roll_call(const Prepared& prepared)
{
  fleet::Question question;
  question.collective = prepared.addressed.question.collective;
  question.nodes = prepared.addressed.question.nodes;
  question.wait = wait_for_ddl;
  question.roll_call_only = true;
  return question;
}

fleet::Question question_for(const Prepared& prepared, const std::string& agent, const Owners& owners)
{
  auto question = roll_call(prepared);
  question.roll_call_only = false;
  question.agent = "rpcutil";
  question.action = "agent_ddl";
  question.data = {{"agent", agent}, {"text", true}};
  if (owners.known) {
    question.nodes = sample_of(owners.nodes);
  } else {
    question.filter.agents = {agent};
  }
  return question;
}

// Fails with the exit status, having said why.
tl::expected<fleet::FleetReport, int> run(
    const FleetArguments& arguments, const Prepared& prepared, fleet::Question question)
{
  auto filter = CompiledFilter::compile(question.filter).value();  // of names only
  auto report = client::run_fleet_request(prepared.settings, std::move(question), std::move(filter), {});
  if (!report) {
    return tl::unexpected{fail(arguments, {report.error()}, exit_code_of(report.error().code))};
  }
  if (report->interrupted) {
    return tl::unexpected{exit_interrupted};
  }
  return std::move(*report);
}

tl::expected<ddl::Document, int> fetch(
    const FleetArguments& arguments, const Prepared& prepared, const std::string& agent)
{
  const auto present = run(arguments, prepared, roll_call(prepared));
  if (!present) {
    return tl::unexpected{present.error()};
  }
  const auto owners = owners_of(agent, *present);
  if (owners.known && owners.nodes.empty()) {
    const Error error{ErrorCode::not_found, no_such_agent(agent, owners)};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  const auto told = run(arguments, prepared, question_for(prepared, agent, owners));
  if (!told) {
    return tl::unexpected{told.error()};
  }
  auto election = elect_ddl(agent, *told);
  complain(election_remarks(agent, election));
  if (!election.chosen) {
    const Error error{ErrorCode::not_found, "no node has told what its agent '" + agent + "' can do"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  return std::move(*election.chosen);
}

}  // namespace

tl::expected<FoundDdl, int> find_ddl(
    const FleetArguments& arguments, const Prepared& prepared, const std::string& agent, Freshness freshness)
{
  if (!ddl::is_name(agent)) {
    const Error error{
        ErrorCode::invalid_input,
        "'" + truncate_utf8(to_valid_utf8(agent), 80, "…") +
            "' is no name of an agent: letters, digits, _ and -"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  const DdlCache cache{prepared.settings, client::process_environment()};
  const auto now = std::chrono::system_clock::now();
  if (freshness == Freshness::cached_will_do) {
    if (auto cached = cache.find(agent, now)) {
      return FoundDdl{std::move(cached->document), cached->age > DdlCache::as_good_as_new};
    }
  }
  auto document = fetch(arguments, prepared, agent);
  if (!document) {
    return tl::unexpected{document.error()};
  }
  cache.keep(*document, now);
  return FoundDdl{std::move(*document), false};
}

}  // namespace muster::cli
