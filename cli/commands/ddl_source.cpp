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

enum class Wanted { fingerprint, text };

fleet::Question question_for(
    const Prepared& prepared, const std::string& agent, const Owners& owners, Wanted wanted)
{
  auto question = roll_call(prepared);
  question.roll_call_only = false;
  question.agent = "rpcutil";
  question.action = "agent_ddl";
  question.data = {{"agent", agent}, {"text", wanted == Wanted::text}};
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

tl::expected<Owners, int> look_for_owners(
    const FleetArguments& arguments, const Prepared& prepared, const std::string& agent)
{
  const auto present = run(arguments, prepared, roll_call(prepared));
  if (!present) {
    return tl::unexpected{present.error()};
  }
  auto owners = owners_of(agent, *present);
  if (owners.known && owners.nodes.empty()) {
    const Error error{ErrorCode::not_found, no_such_agent(agent, owners)};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  return owners;
}

// What most nodes have. If a DDL was kept, the text is asked for only if it is not that one.
tl::expected<DdlElection, int> elect(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const std::string& agent,
    const std::optional<DdlCache::Kept>& kept)
{
  const auto owners = look_for_owners(arguments, prepared, agent);
  if (!owners) {
    return tl::unexpected{owners.error()};
  }
  if (kept) {
    const auto told = run(arguments, prepared, question_for(prepared, agent, *owners, Wanted::fingerprint));
    if (!told) {
      return tl::unexpected{told.error()};
    }
    if (auto election = elect_kept(kept->document, *told); election.chosen) {
      return election;
    }
  }
  const auto told = run(arguments, prepared, question_for(prepared, agent, *owners, Wanted::text));
  if (!told) {
    return tl::unexpected{told.error()};
  }
  return elect_ddl(agent, *told);
}

// From the fleet, and into the cache.
tl::expected<FoundDdl, int> fetch(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const std::string& agent,
    const DdlCache& cache,
    const std::optional<DdlCache::Kept>& kept)
{
  auto election = elect(arguments, prepared, agent, kept);
  if (!election) {
    return tl::unexpected{election.error()};
  }
  const auto remarks = election_remarks(agent, *election);
  complain(remarks);
  if (!election->chosen) {
    const Error error{ErrorCode::not_found, "no node has told what its agent '" + agent + "' can do"};
    return tl::unexpected{fail(arguments, {error}, exit_usage)};
  }
  cache.keep(*election->chosen, remarks, std::chrono::system_clock::now());
  return FoundDdl{std::move(*election->chosen), false};
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
  auto kept = cache.find(agent, std::chrono::system_clock::now());
  if (kept && freshness == Freshness::cached_will_do && kept->age <= DdlCache::fresh) {
    complain(kept->remarks);
    return FoundDdl{std::move(kept->document), kept->age > DdlCache::as_good_as_new};
  }
  return fetch(arguments, prepared, agent, cache, kept);
}

}  // namespace muster::cli
