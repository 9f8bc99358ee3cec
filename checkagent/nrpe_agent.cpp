// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_agent.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "checkagent/builtin_ddls.hpp"
#include "checkagent/macro_expansion.hpp"
#include "checkagent/plugin_runner.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/check_runs.hpp"
#include "libmuster/protocol/sendable.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_arguments = 2048;  // what a request to nrpe could carry

// A plugin ends this much before its answer is due, so that the node can still say "timed out".
constexpr milliseconds time_to_answer{100};

// Of an answer, what its data may take: the rest holds names, times and a message, each short.
constexpr std::size_t most_data = protocol::largest_encoded - 2048;

// What the texts of one request's runs may take until it is answered; an answer holds far less. 256 checks
// keep all that a plugin may say, more keep less of it each.
constexpr std::size_t kept_texts = std::size_t{16} << 20U;

// Of a check that did not run. Without times: that is how a reader tells it from a plugin that said UNKNOWN.
CheckResult unknown(std::string check, std::string why)
{
  CheckResult result;
  result.check = std::move(check);
  result.state = CheckState::unknown;
  result.summary = std::move(why);
  return result;
}

CheckResult result_of(std::string check, PluginRun run, std::string origin)
{
  CheckResult result;
  result.check = std::move(check);
  result.state = run.state;
  result.summary = std::move(run.output.summary);
  result.details = std::move(run.output.details);
  result.perfdata = std::move(run.output.perfdata);
  result.started = run.started;
  result.finished = run.started + run.duration;
  result.origin = std::move(origin);
  return result;
}

// Long texts of many runs would fill the memory of the node, and be cut later.
void shorten_texts(CheckResult& result, std::size_t longest)
{
  for (auto* text : {&result.summary, &result.details, &result.perfdata}) {
    if (text->size() > longest) {
      *text = protocol::sendable_text(*text, longest);
    }
  }
}

node::ActionReply missing(const std::string& what)
{
  node::ActionReply reply;
  reply.status = 3;
  reply.message = "missing " + what;
  return reply;
}

node::ActionReply invalid(std::string why)
{
  node::ActionReply reply;
  reply.status = 4;
  reply.message = std::move(why);
  return reply;
}

// As MCollective's agent has it: what is not OK is "aborted", with the state in words.
void take_state(node::ActionReply& reply, CheckState state)
{
  if (state != CheckState::ok) {
    reply.status = 1;
    reply.message = to_string(state);
  }
}

// Nobody may take a node for well whose nrpe.cfg is empty or was not read.
node::ActionReply nothing_defined()
{
  node::ActionReply reply;
  reply.status = 1;
  reply.message = "no checks are defined here";
  reply.data = protocol::to_json(std::vector<CheckResult>{});
  return reply;
}

// A node is not well as long as nobody knows how the rest of its checks would have ended.
void tell_left_out(node::ActionReply& reply, std::size_t left_out)
{
  reply.data["left_out"] = static_cast<std::int64_t>(left_out);
  if (reply.status == 0) {
    take_state(reply, CheckState::unknown);
  }
}

node::ActionReply refused(std::string why)
{
  node::ActionReply reply;
  reply.refused = protocol::Refusal::policy;
  reply.message = std::move(why);
  return reply;
}

node::ActionReply busy()
{
  node::ActionReply reply;
  reply.refused = protocol::Refusal::busy;
  reply.message = "too many checks are waiting on this node";
  return reply;
}

}  // namespace

// The runs of one request for several checks, and who waits for the last of them.
struct NrpeAgent::Gathering {
  Gathering(
      const asio::any_io_executor& executor, std::vector<std::string> names, const node::ActionCall& call)
      : checks{std::move(names)},
        runs(checks.size()),
        deadline{call.deadline},
        origin{call.request.caller},
        done{executor, steady_clock::time_point::max()}
  {}

  std::vector<std::string> checks;
  std::vector<Run> runs;  // of the same order
  steady_clock::time_point deadline;
  std::string origin;
  std::size_t next = 0;  // the first check that nobody has begun
  std::size_t workers = 0;
  asio::steady_timer done;  // cut short by the last worker
};

// Whoever does not wait for the runs any more, such as a job that is cancelled, needs no further ones.
struct NrpeAgent::NoMoreRuns {
  explicit NoMoreRuns(Gathering& of) : gathering{of} {}

  NoMoreRuns(const NoMoreRuns&) = delete;
  NoMoreRuns& operator=(const NoMoreRuns&) = delete;
  NoMoreRuns(NoMoreRuns&&) = delete;
  NoMoreRuns& operator=(NoMoreRuns&&) = delete;

  ~NoMoreRuns() { gathering.next = gathering.checks.size(); }

  Gathering& gathering;
};

NrpeAgent::NrpeAgent(RunQueue& queue, std::size_t output_limit, OnResult on_result)
    : queue_{queue}, output_limit_{output_limit}, on_result_{std::move(on_result)}
{}

void NrpeAgent::use(CommandTable commands, PluginAccount account)
{
  commands_ = std::move(commands);
  account_ = std::move(account);
}

void NrpeAgent::add_to(node::Agents& agents)
{
  std::map<std::string, node::Agents::Action> actions;
  actions["runcommand"] = [this](node::ActionCall call) { return run_command(std::move(call)); };
  actions["runcommands"] = [this](node::ActionCall call) { return run_commands(std::move(call)); };
  actions["runallcommands"] = [this](node::ActionCall call) { return run_all(std::move(call)); };
  actions["listcommands"] = [this](node::ActionCall) -> asio::awaitable<node::ActionReply> {
    co_return list();
  };
  agents.add(builtin_ddl("nrpe"), std::move(actions));
}

asio::awaitable<node::ActionReply> NrpeAgent::run_command(node::ActionCall call)
{
  if (!call.request.data.contains("command")) {
    co_return missing("data.command: the name of a check");
  }
  protocol::JsonReader data{call.request.data, "data"};
  std::string check = data.string("command", longest_name);
  const std::string text = data.optional_string("args", longest_arguments);
  std::string as = data.optional_string("as", longest_name);
  if (data.error()) {
    co_return invalid(data.error()->message);
  }
  Wish wish{std::move(check), split_arguments(text), std::move(as), call.deadline, call.request.caller};
  if (auto refusal = refuse_name(wish)) {
    co_return std::move(*refusal);
  }
  const Run run = co_await run_one(std::move(wish));
  if (run.busy) {
    co_return busy();
  }
  node::ActionReply reply;
  reply.data = protocol::to_json(run.result);
  take_state(reply, run.result.state);
  co_return reply;
}

// A name stands in the history of the whole fleet. So only a collector gives names, which people write into
// its schedules: whoever else may run checks could publish what looks like the result of one. Nor may a name
// take the place of a check of this node.
std::optional<node::ActionReply> NrpeAgent::refuse_name(const Wish& wish) const
{
  if (wish.as.empty()) {
    return {};
  }
  if (!is_collector_name(wish.origin)) {
    return refused("only a collector gives runs a name, and " + wish.origin + " is none: leave `as` out");
  }
  if (wish.arguments.empty()) {
    return invalid("data.as: expected with arguments only: any other run has the name of its check");
  }
  if (commands_.commands.contains(wish.as)) {
    return invalid("data.as: " + wish.as + " is a check of this node: choose another name");
  }
  const bool defined = commands_.commands.contains(wish.check);
  const auto admitted =
      defined ? admit_request(commands_.settings, wish.check, wish.arguments) : Expected<void>{};
  return admitted ? std::nullopt : std::optional{refused(admitted.error().message)};
}

asio::awaitable<node::ActionReply> NrpeAgent::run_commands(node::ActionCall call)
{
  protocol::JsonReader data{call.request.data, "data"};
  std::vector<std::string> checks = data.strings("commands", most_named_checks, longest_name);
  if (data.error()) {
    co_return invalid(data.error()->message);
  }
  if (checks.empty()) {
    co_return missing("data.commands: the names of checks");
  }
  co_return co_await run_many(std::move(checks), std::move(call));
}

asio::awaitable<node::ActionReply> NrpeAgent::run_all(node::ActionCall call)
{
  std::vector<std::string> checks;
  for (const auto& [name, definition] : commands_.commands) {
    checks.push_back(name);
  }
  if (checks.empty()) {
    co_return nothing_defined();
  }
  const std::size_t defined = checks.size();
  checks.resize(std::min(protocol::most_runs, protocol::states_that_fit(checks, most_data)));
  const std::size_t left_out = defined - checks.size();
  node::ActionReply reply = co_await run_many(std::move(checks), std::move(call));
  if (left_out > 0 && !reply.refused) {
    tell_left_out(reply, left_out);
  }
  co_return reply;
}

node::ActionReply NrpeAgent::list() const
{
  protocol::json::array names;
  std::size_t bytes = 0;
  for (const auto& [name, definition] : commands_.commands) {
    // Braces would make a list of it.
    protocol::json::value text(protocol::sendable_text(name, longest_name));
    bytes += protocol::json::serialize(text).size() + 1;
    if (bytes > most_data) {
      break;
    }
    names.push_back(std::move(text));
  }
  node::ActionReply reply;
  reply.data["left_out"] = commands_.commands.size() - names.size();
  reply.data["checks"] = std::move(names);
  return reply;
}

asio::awaitable<node::ActionReply> NrpeAgent::run_many(std::vector<std::string> checks, node::ActionCall call)
{
  const auto executor = co_await asio::this_coro::executor;
  const auto gathering = std::make_shared<Gathering>(executor, std::move(checks), call);
  gathering->workers = std::min(gathering->checks.size(), queue_.limits().concurrent);
  for (std::size_t i = 0; i < gathering->workers; ++i) {
    asio::co_spawn(executor, work_through(gathering), [gathering](const std::exception_ptr&) {
      --gathering->workers;
      gathering->done.cancel();
    });
  }
  const NoMoreRuns no_more{*gathering};
  while (gathering->workers > 0) {
    co_await gathering->done.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  auto& runs = gathering->runs;
  if (std::all_of(runs.begin(), runs.end(), [](const Run& run) { return run.busy; })) {
    co_return busy();
  }
  std::vector<CheckResult> results;
  CheckState worst = CheckState::ok;
  for (auto& run : runs) {
    worst = worse_of(worst, run.result.state);
    results.push_back(std::move(run.result));
  }
  node::ActionReply reply;
  reply.data = protocol::to_json_within(results, most_data);
  take_state(reply, worst);
  co_return reply;
}

asio::awaitable<void> NrpeAgent::work_through(std::shared_ptr<Gathering> gathering)
{
  while (gathering->next < gathering->checks.size()) {
    const auto mine = gathering->next++;
    Run& run = gathering->runs[mine];
    try {
      Wish wish{gathering->checks[mine], {}, {}, gathering->deadline, gathering->origin};
      run = co_await run_one(std::move(wish));
    } catch (const std::exception& failed) {
      run.result = unknown(gathering->checks[mine], std::string{"the run failed: "} + failed.what());
    }
    shorten_texts(run.result, kept_texts / gathering->checks.size());
  }
}

asio::awaitable<Expected<CheckResult>> NrpeAgent::run_check(
    std::string check, steady_clock::time_point deadline, std::string origin)
{
  if (!commands_.commands.contains(check)) {
    co_return failure(ErrorCode::not_found, "No such command: " + check);
  }
  Wish wish{std::move(check), {}, {}, deadline, std::move(origin)};
  Run run = co_await run_one(std::move(wish));
  if (run.busy || run.too_late) {
    co_return failure(run.busy ? ErrorCode::denied : ErrorCode::timed_out, run.result.summary);
  }
  co_return std::move(run.result);
}

asio::awaitable<Expected<NrpeAgent::PlainRun>> NrpeAgent::run_plain(
    std::string check,
    std::vector<std::string> arguments,
    steady_clock::time_point deadline,
    std::string origin)
{
  auto possible = make_plugin_command(commands_, account_, check, arguments);
  if (!possible) {
    co_return tl::unexpected{std::move(possible).error()};
  }
  Wish wish{std::move(check), std::move(arguments), {}, deadline, std::move(origin), true};
  Run run = co_await run_one(std::move(wish));
  if (!run.plain) {
    co_return failure(run.busy ? ErrorCode::denied : ErrorCode::timed_out, run.result.summary);
  }
  co_return std::move(*run.plain);
}

asio::awaitable<NrpeAgent::Run> NrpeAgent::run_one(Wish wish)
{
  auto command = make_plugin_command(commands_, account_, wish.check, wish.arguments);
  if (!command) {
    co_return Run{unknown(std::move(wish.check), command.error().message), false};
  }
  const bool is_check_result =
      (wish.arguments.empty() || !wish.as.empty()) && commands_.commands.contains(wish.check);
  const auto latest_end = wish.deadline - time_to_answer;
  const auto permit = co_await queue_.enter(latest_end);
  if (!permit) {
    const bool full = permit.error().code == ErrorCode::denied;
    co_return Run{unknown(std::move(wish.check), permit.error().message), full, !full};
  }
  const auto left = std::chrono::duration_cast<milliseconds>(latest_end - steady_clock::now());
  if (left <= milliseconds{0}) {
    co_return Run{
        unknown(std::move(wish.check), "not run: no time was left, ask with a longer -t"), false, true};
  }
  command->timeout = std::min(command->timeout, left);
  if (timeout_limit_) {
    command->timeout = std::min<milliseconds>(command->timeout, *timeout_limit_);
  }
  command->output_limit = output_limit_;
  const auto timeout = command->timeout;
  PluginRun run = co_await run_plugin(std::move(*command));
  std::optional<PlainRun> plain;
  if (wish.plain) {
    plain = PlainRun{run.state, run.end, std::move(run.printed), timeout};
  }
  CheckResult result = result_of(std::move(wish.check), std::move(run), std::move(wish.origin));
  if (is_check_result) {
    tell(result, wish.as);
  }
  co_return Run{std::move(result), false, false, std::move(plain)};
}

void NrpeAgent::tell(const CheckResult& result, const std::string& as) const
{
  auto told = result;
  told.check = as.empty() ? result.check : as;
  on_result_(told);
}

}  // namespace muster::checkagent
