// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/doctor.hpp"

#include <algorithm>
#include <utility>

#include "cli/commands/asking.hpp"
#include "cli/doctor/examination.hpp"
#include "cli/doctor/judge_broker.hpp"
#include "cli/doctor/judge_fleet.hpp"
#include "cli/doctor/judge_node.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/doctor_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/caller_session.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/node_name.hpp"

namespace muster::cli {

namespace {

using doctor::BrokerFacts;
using doctor::Finding;
using doctor::Findings;

// A ping takes no time on the node.
constexpr std::chrono::milliseconds wait_for_ping{3000};

// Prints each finding as it comes, because the next may take seconds; with --json or --quiet nothing yet.
class Telling {
public:
  explicit Telling(const FleetArguments& arguments)
      : arguments_{arguments}, style_{output_options(arguments).style}
  {}

  void tell(const Finding& finding)
  {
    findings_.push_back(finding);
    if (!arguments_.json && !arguments_.quiet) {
      print(finding_text(finding, style_));
    }
  }

  void tell(const Findings& findings)
  {
    for (const auto& finding : findings) {
      tell(finding);
    }
  }

  void title(const std::string& text) const
  {
    if (!arguments_.json && !arguments_.quiet) {
      print(text);
    }
  }

  // Without --json: the last line, or of the quiet what is not well.
  int end(int exit_status) const
  {
    if (!arguments_.quiet) {
      print("\n" + tally_text(findings_));
    } else if (exit_status != 0) {
      for (const auto& finding : findings_) {
        print(finding.grade == Finding::Grade::ok ? std::string{} : finding_text(finding, style_));
      }
    }
    return exit_status;
  }

  [[nodiscard]] const Findings& findings() const { return findings_; }

private:
  const FleetArguments& arguments_;
  TextStyle style_;
  Findings findings_;
};

int end(const FleetArguments& arguments, const Telling& telling, int exit_status)
{
  if (!arguments.json) {
    return telling.end(exit_status);
  }
  if (!arguments.quiet || exit_status != 0) {
    print(doctor_json(telling.findings(), exit_status));
  }
  return exit_status;
}

bool judge_own_machine(const client::ClientSettings& settings, Telling& telling)
{
  const auto key = client::read_caller_key(settings);
  telling.tell(doctor::judge_key(
      settings,
      key ? Expected<std::string>{key->caller()} : Expected<std::string>{tl::unexpected{key.error()}}));
  telling.tell(
      judge_certificate(settings, doctor::read_tls_files(settings), std::chrono::system_clock::now()));
  telling.tell(doctor::judge_descriptors(doctor::file_descriptor_limit()));
  return key.has_value();
}

fleet::Question ping(const FleetArguments& arguments, const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective = arguments.collective.empty() ? settings.collective : arguments.collective;
  question.agent = "rpcutil";
  question.action = "ping";
  question.wait = wait_for_ping;
  if (arguments.timeout_s) {
    question.wait = std::chrono::milliseconds{static_cast<std::int64_t>(*arguments.timeout_s * 1000)};
  }
  return question;
}

Expected<fleet::FleetReport> ask_fleet(const client::ClientSettings& settings, fleet::Question question)
{
  return client::run_fleet_request(
      settings, std::move(question), CompiledFilter::compile(Filter{}).value(), {});
}

// The settings with this broker alone, so that the fleet is asked through it.
client::ClientSettings through(client::ClientSettings settings, const std::string& broker)
{
  settings.connection.brokers = {broker};
  return settings;
}

Findings with_context(const std::string& context, Findings findings)
{
  for (auto& finding : findings) {
    finding.what = context + finding.what;
  }
  return findings;
}

// One broker, and what was tried at it.
struct Examined {
  BrokerFacts facts;
  doctor::QueueTrial queue;
  std::vector<doctor::Trespass> trespasses;
  std::optional<Expected<fleet::FleetReport>> report;  // nothing: the fleet was not asked through it
};

bool answers_itself(const BrokerFacts& facts)
{
  return facts.connected && !facts.round_trips.empty();
}

Examined examine(const client::ClientSettings& settings, const std::string& broker)
{
  Examined examined;
  examined.facts = doctor::examine_broker(settings, broker);
  if (answers_itself(examined.facts)) {
    examined.queue = doctor::try_queue(settings, broker);
    examined.trespasses = doctor::try_trespasses(settings, broker);
  }
  return examined;
}

// Behind all trials: from here on Ctrl-C is for the request.
void ask_through(
    const FleetArguments& arguments, const client::ClientSettings& settings, std::vector<Examined>& brokers)
{
  for (auto& broker : brokers) {
    if (answers_itself(broker.facts)) {
      broker.report = ask_fleet(through(settings, broker.facts.url), ping(arguments, settings));
      if (*broker.report && (*broker.report)->interrupted) {
        return;
      }
    }
  }
}

const fleet::FleetReport* report_of(const Examined& broker)
{
  return broker.report && *broker.report ? &**broker.report : nullptr;
}

std::size_t answers_through(const Examined& broker)
{
  const auto* report = report_of(broker);
  return report == nullptr ? 0 : report->account.done + report->account.refused;
}

void judge(const Examined& broker, const client::ClientSettings& settings, Telling& telling)
{
  const protocol::Topics topics{settings.topic_dots_as_underscores};
  const auto context = settings.connection.brokers.size() > 1 ? broker.facts.url + ": " : std::string{};
  const auto answers = answers_through(broker);
  auto findings = judge_broker(broker.facts, topics, answers);
  telling.tell(findings.front());  // it names the broker by itself
  findings.erase(findings.begin());
  telling.tell(with_context(context, std::move(findings)));
  if (answers_itself(broker.facts)) {
    const auto nodes = std::max(answers, broker.facts.presences.size());
    telling.tell(with_context(context, {judge_queue(broker.queue, nodes)}));
    telling.tell(with_context(context, judge_trespasses(broker.trespasses, settings.caller)));
  }
}

// The fleet as the broker shows it through which most of it answers.
void judge_fleet_behind(
    const std::vector<Examined>& brokers, const client::ClientSettings& settings, Telling& telling)
{
  const auto best =
      std::max_element(brokers.begin(), brokers.end(), [](const Examined& left, const Examined& right) {
        return answers_through(left) < answers_through(right);
      });
  if (best == brokers.end() || !best->report) {
    return;
  }
  if (const auto* report = report_of(*best)) {
    telling.tell(doctor::judge_fleet(*report, settings.caller));
    telling.tell(doctor::judge_clock(*report));
  } else {
    telling.tell(doctor::problem("fleet", best->report->error().message, "first what is said above"));
  }
}

bool was_interrupted(const std::vector<Examined>& brokers)
{
  return std::any_of(brokers.begin(), brokers.end(), [](const Examined& broker) {
    const auto* report = report_of(broker);
    return report != nullptr && report->interrupted;
  });
}

int status_of(const std::vector<Examined>& brokers, const Findings& findings)
{
  if (was_interrupted(brokers)) {
    return exit_interrupted;
  }
  const bool reached = std::any_of(
      brokers.begin(), brokers.end(), [](const Examined& broker) { return broker.facts.connected; });
  return reached ? exit_status_of(findings) : exit_broker;
}

// The settings, or the exit status of who has none.
tl::expected<client::ClientSettings, int> settings_for(const FleetArguments& arguments, Telling& telling)
{
  auto settings = client::read_client_settings(arguments.config, client::process_environment());
  telling.tell(doctor::judge_configuration(settings));
  if (!settings) {
    return tl::unexpected{end(arguments, telling, exit_configuration)};
  }
  return std::move(*settings);
}

std::optional<protocol::Answer> answer_of(const std::string& name, const fleet::FleetReport& report)
{
  for (const auto& node : report.nodes) {
    if (node.name == name && node.fate == fleet::Fate::done && node.answer && node.answer->status == 0) {
      return node.answer;
    }
  }
  return std::nullopt;
}

// What those that answer say of themselves; nobody is asked twice who was silent once.
fleet::FleetReport ask_for_statistics(
    const client::ClientSettings& settings, fleet::Question question, const fleet::FleetReport& pinged)
{
  question.nodes.clear();
  for (const auto& node : pinged.nodes) {
    if (answer_of(node.name, pinged)) {
      question.nodes.push_back(node.name);
    }
  }
  if (question.nodes.empty() || pinged.interrupted) {
    return {};
  }
  question.action = "daemon_stats";
  auto report = ask_fleet(settings, std::move(question));
  return report ? std::move(*report) : fleet::FleetReport{};
}

ExaminedNode examine_node(
    const std::string& name,
    const BrokerFacts& broker,
    const fleet::FleetReport& report,
    const fleet::FleetReport& statistics,
    const doctor::Asker& asker)
{
  ExaminedNode node;
  node.facts.name = name;
  if (const auto seen = broker.presences.find(name); seen != broker.presences.end()) {
    node.facts.presence = seen->second;
  }
  const auto account = std::find_if(
      report.nodes.begin(), report.nodes.end(), [&name](const auto& one) { return one.name == name; });
  if (account != report.nodes.end()) {
    node.facts.account = *account;
  }
  node.facts.statistics = answer_of(name, statistics);
  node.findings = judge_node(node.facts, asker, broker.presences);
  return node;
}

// The first broker of the list that lets us in, and what was said of those before it.
std::optional<BrokerFacts> first_broker(const client::ClientSettings& settings, Telling& telling)
{
  const protocol::Topics topics{settings.topic_dots_as_underscores};
  for (const auto& broker : settings.connection.brokers) {
    auto facts = doctor::examine_broker(settings, broker);
    if (!facts.round_trips.empty()) {
      return facts;
    }
    telling.tell(judge_broker(facts, topics, 0));
  }
  return std::nullopt;
}

int print_nodes(
    const FleetArguments& arguments,
    Telling& telling,
    const std::vector<ExaminedNode>& nodes,
    std::optional<int> befell)
{
  const auto before = telling.findings();  // of brokers
  for (const auto& node : nodes) {
    telling.title((&node == &nodes.front() && before.empty() ? "" : "\n") + node.facts.name + "\n");
    if (arguments.quiet && nodes.size() > 1) {
      telling.tell(with_context(node.facts.name + ": ", node.findings));
    } else {
      telling.tell(node.findings);
    }
  }
  const int status = befell.value_or(exit_status_of(telling.findings()));
  if (!arguments.json) {
    return telling.end(status);
  }
  if (!arguments.quiet || status != 0) {
    print(doctor_node_json(before, nodes, status));
  }
  return status;
}

std::vector<std::string> each_once(const std::vector<std::string>& words)
{
  std::vector<std::string> names;
  for (const auto& word : words) {
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      names.push_back(word);
    }
  }
  return names;
}

Expected<void> check_arguments(const FleetArguments& arguments, const std::vector<std::string>& nodes)
{
  for (const auto& name : nodes) {
    if (!is_node_name(name)) {
      return failure(
          ErrorCode::invalid_input,
          "'" + name + "' can be no node's name: expected a lower-case host name of [a-z0-9.-]");
    }
  }
  if (!arguments.collective.empty() && !is_collective_name(arguments.collective)) {
    return failure(
        ErrorCode::invalid_input,
        "-T " + arguments.collective + ": expected a name of [A-Za-z0-9._-], at most 64 characters");
  }
  constexpr double longest_wait_s = 3600;
  if (arguments.timeout_s && !(*arguments.timeout_s >= 0.1 && *arguments.timeout_s <= longest_wait_s)) {
    return failure(ErrorCode::invalid_input, "-t: expected seconds from 0.1 to 3600");
  }
  return {};
}

// Asks them directly, each by its name, and tells of each what came.
int explain(
    const FleetArguments& arguments,
    const client::ClientSettings& settings,
    const std::vector<std::string>& nodes)
{
  Telling telling{arguments};
  const auto broker = first_broker(settings, telling);
  if (!broker) {
    return print_nodes(arguments, telling, {}, exit_broker);
  }
  auto question = ping(arguments, settings);
  question.nodes = nodes;
  const doctor::Asker asker{settings.caller, question.collective};
  const auto way = through(settings, broker->url);
  const auto report = ask_fleet(way, question);
  if (!report) {
    return fail(arguments, {report.error()}, exit_code_of(report.error().code));
  }
  const auto statistics = ask_for_statistics(way, std::move(question), *report);
  std::vector<ExaminedNode> examined;
  examined.reserve(nodes.size());
  for (const auto& name : nodes) {
    examined.push_back(examine_node(name, *broker, *report, statistics, asker));
  }
  const auto befell =
      report->interrupted || statistics.interrupted ? std::optional<int>{exit_interrupted} : std::nullopt;
  return print_nodes(arguments, telling, examined, befell);
}

}  // namespace

int run_doctor(const FleetArguments& arguments)
{
  if (const auto checked = check_arguments(arguments, {}); !checked) {
    return fail(arguments, {checked.error()}, exit_usage);
  }
  Telling telling{arguments};
  const auto settings = settings_for(arguments, telling);
  if (!settings) {
    return settings.error();
  }
  const bool has_key = judge_own_machine(*settings, telling);
  std::vector<Examined> brokers;
  for (const auto& broker : settings->connection.brokers) {
    brokers.push_back(examine(*settings, broker));
  }
  if (has_key) {
    ask_through(arguments, *settings, brokers);
  }
  for (const auto& broker : brokers) {
    judge(broker, *settings, telling);
  }
  judge_fleet_behind(brokers, *settings, telling);
  return end(arguments, telling, status_of(brokers, telling.findings()));
}

int run_doctor_on(const FleetArguments& arguments, const std::vector<std::string>& words)
{
  const auto nodes = each_once(words);
  if (const auto checked = check_arguments(arguments, nodes); !checked) {
    return fail(arguments, {checked.error()}, exit_usage);
  }
  auto settings = client::read_client_settings(arguments.config, client::process_environment());
  if (!settings) {
    return fail(arguments, settings.error(), exit_configuration);
  }
  if (const auto key = client::read_caller_key(*settings); !key) {
    return fail(arguments, {key.error()}, exit_code_of(key.error().code));
  }
  return explain(arguments, *settings, nodes);
}

}  // namespace muster::cli
