// SPDX-License-Identifier: Apache-2.0
#include "checkagent/rpcutil_agent.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/json/array.hpp>

#include "checkagent/builtin_ddls.hpp"
#include "libmuster/model/data_function.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace json = protocol::json;
using std::chrono::duration_cast;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

using Look = std::function<NodePortrait()>;
using Tell = std::function<node::ActionReply(const json::object& inputs)>;

constexpr int aborted = 1;
constexpr int bad_data = 4;

json::array array_of(const std::vector<std::string>& words)
{
  json::array array(words.begin(), words.end());
  return array;
}

std::string input(const json::object& inputs, const char* name)
{
  return std::string{std::string_view{inputs.at(name).as_string()}};
}

// JSON has a writer for whole sets of facts only.
json::value json_of(const FactValue& value)
{
  Facts one;
  one.set("value", value);
  return protocol::to_json(one).at("value");
}

node::ActionReply ping(const json::object& /*inputs*/)
{
  node::ActionReply reply;
  reply.data["pong"] = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  return reply;
}

void add_collectives(const NodePortrait& node, json::object& data)
{
  data["main_collective"] = node.collectives.empty() ? "" : node.collectives.front();
  data["collectives"] = array_of(node.collectives);
}

node::ActionReply inventory(const node::Agents& agents, const NodePortrait& node)
{
  node::ActionReply reply;
  reply.data["identity"] = node.name;
  reply.data["version"] = MUSTER_VERSION;
  add_collectives(node, reply.data);
  reply.data["agents"] = array_of(agents.names());
  json::array functions;
  for (const auto& function : data_functions()) {
    functions.emplace_back(function.name);
  }
  reply.data["data_functions"] = std::move(functions);
  reply.data["classes"] = array_of(node.classes.value_or(std::vector<std::string>{}));
  reply.data["facts"] = protocol::to_json(node.facts);
  reply.data["health"] = array_of(node.health);
  return reply;
}

node::ActionReply get_fact(const NodePortrait& node, const std::string& name)
{
  node::ActionReply reply;
  reply.data["fact"] = name;
  const auto* value = node.facts.find(name);
  reply.data["value"] = value == nullptr ? json::value{} : json_of(*value);
  return reply;
}

std::vector<std::string> names_between_commas(const std::string& text)
{
  std::vector<std::string> names(1);
  for (const char letter : text) {
    if (letter == ',') {
      names.emplace_back();
    } else if (letter != ' ' && letter != '\t') {
      names.back() += letter;
    }
  }
  return names;
}

node::ActionReply get_facts(const NodePortrait& node, const std::string& names)
{
  node::ActionReply reply;
  json::object values;
  for (const auto& name : names_between_commas(names)) {
    const auto* value = node.facts.find(name);
    values[name] = value == nullptr ? json::value{} : json_of(*value);
  }
  reply.data["values"] = std::move(values);
  return reply;
}

json::object description_of(const ddl::Document& document)
{
  const auto& metadata = document.agent.metadata;
  json::object about;
  about["agent"] = metadata.name;
  about["name"] = metadata.name;
  about["version"] = metadata.version;
  about["description"] = metadata.description;
  about["author"] = metadata.author;
  about["license"] = metadata.license;
  about["url"] = metadata.url;
  about["timeout"] = duration_cast<seconds>(metadata.timeout).count();
  about["fingerprint"] = document.fingerprint;
  return about;
}

node::ActionReply agent_inventory(const node::Agents& agents)
{
  json::array all;
  for (const auto& name : agents.names()) {
    all.push_back(description_of(*agents.document(name)));
  }
  node::ActionReply reply;
  reply.data["agents"] = std::move(all);
  return reply;
}

node::ActionReply agent_ddl(const node::Agents& agents, const json::object& inputs)
{
  const auto name = input(inputs, "agent");
  const auto* document = agents.document(name);
  if (document == nullptr) {
    return node::failed(aborted, "there is no agent " + name + " here");
  }
  node::ActionReply reply;
  reply.data["version"] = document->agent.metadata.version;
  reply.data["fingerprint"] = document->fingerprint;
  if (inputs.at("text").as_bool()) {
    reply.data["ddl"] = document->source;
  }
  return reply;
}

// The second word of /proc/self/statm counts the pages that are in memory.
std::int64_t resident_kib()
{
  std::ifstream statm{"/proc/self/statm"};
  std::int64_t whole = 0;
  std::int64_t resident = 0;
  statm >> whole >> resident;
  constexpr std::int64_t bytes_of_kib = 1024;
  return resident * ::sysconf(_SC_PAGESIZE) / bytes_of_kib;
}

double cpu_seconds()
{
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// Of checkagent itself: a broker, files that it watches, and some for each plugin that runs.
void add_open_files(json::object& data)
{
  std::int64_t open = 0;
  std::error_code why;
  for (auto entry = std::filesystem::directory_iterator{"/proc/self/fd", why};
       !why && entry != std::filesystem::directory_iterator{};
       entry.increment(why)) {
    ++open;
  }
  rlimit limit{};
  if (!why && ::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    data["open_files"] = open;
    data["open_files_limit"] = static_cast<std::int64_t>(limit.rlim_cur);
  }
}

void add_last_refusals(const node::LastRefusals& refusals, json::object& data)
{
  if (const auto& verified = refusals.verified()) {
    data["last_refusal"] = node::to_json(*verified);
  }
  if (const auto& unverified = refusals.unverified()) {
    data["last_unverified_refusal"] = node::to_json(*unverified);
  }
}

node::ActionReply daemon_stats(const node::Agents& agents, const NodePortrait& node)
{
  node::ActionReply reply;
  for (const auto& [name, count] : node.counters) {
    reply.data[name] = count;
  }
  add_last_refusals(node.last_refusals, reply.data);
  add_open_files(reply.data);
  reply.data["starttime"] = duration_cast<seconds>(node.started.time_since_epoch()).count();
  reply.data["uptime"] = duration_cast<seconds>(system_clock::now() - node.started).count();
  reply.data["pid"] = ::getpid();
  reply.data["resident_kib"] = resident_kib();
  reply.data["cpu_seconds"] = cpu_seconds();
  reply.data["agents"] = array_of(agents.names());
  reply.data["version"] = MUSTER_VERSION;
  reply.data["health"] = array_of(node.health);
  return reply;
}

node::ActionReply collective_info(const NodePortrait& node)
{
  node::ActionReply reply;
  add_collectives(node, reply.data);
  return reply;
}

node::ActionReply get_config_item(const NodePortrait& node, const std::string& item)
{
  const auto found = node.settings.find(item);
  if (found == node.settings.end()) {
    return node::failed(aborted, "there is no setting " + item + ", or it is not told to anybody");
  }
  node::ActionReply reply;
  reply.data["item"] = item;
  reply.data["value"] = found->second;
  return reply;
}

// What a filter would be told by this data function; the gate has asked the policies for what is behind it.
asio::awaitable<node::ActionReply> get_data(const node::DataFunctions& functions, node::ActionCall call)
{
  const auto source = input(call.request.data, "source");
  const auto query = input(call.request.data, "query");
  const auto* function = find_data_function(source);
  if (const auto fits = check_argument(*function, query); !fits) {
    co_return node::failed(bad_data, "query: " + fits.error().message);
  }
  node::FunctionRequest asked{query, {}, call.deadline, call.request.caller};
  for (const auto& output : function->outputs) {
    asked.outputs.emplace(output.name);
  }
  const auto told = co_await functions.ask(source, std::move(asked));
  if (!told) {
    co_return node::failed(aborted, to_string(FunctionCall{source, query}) + ": " + told.error().message);
  }
  node::ActionReply reply;
  for (const auto& [name, value] : *told) {
    reply.data[name] = json_of(value);
  }
  co_return reply;
}

// All but one of them answer at once: what makes them an action is only the shape.
node::Agents::Action action_of(Tell tell)
{
  return [tell = std::move(tell)](node::ActionCall call) -> asio::awaitable<node::ActionReply> {
    co_return tell(call.request.data);
  };
}

}  // namespace

void add_rpcutil(
    node::Agents& agents, const node::DataFunctions& functions, std::function<NodePortrait()> look)
{
  const auto seen = std::make_shared<Look>(std::move(look));
  using Inputs = const json::object&;
  std::map<std::string, node::Agents::Action> actions;
  actions["ping"] = action_of(ping);
  actions["inventory"] = action_of([&agents, seen](Inputs) { return inventory(agents, (*seen)()); });
  actions["get_fact"] = action_of([seen](Inputs given) { return get_fact((*seen)(), input(given, "fact")); });
  actions["get_facts"] =
      action_of([seen](Inputs given) { return get_facts((*seen)(), input(given, "facts")); });
  actions["get_data"] = [&functions](node::ActionCall call) { return get_data(functions, std::move(call)); };
  actions["agent_inventory"] = action_of([&agents](Inputs) { return agent_inventory(agents); });
  actions["agent_ddl"] = action_of([&agents](Inputs given) { return agent_ddl(agents, given); });
  actions["daemon_stats"] = action_of([&agents, seen](Inputs) { return daemon_stats(agents, (*seen)()); });
  actions["collective_info"] = action_of([seen](Inputs) { return collective_info((*seen)()); });
  actions["get_config_item"] =
      action_of([seen](Inputs given) { return get_config_item((*seen)(), input(given, "item")); });
  agents.add(builtin_ddl("rpcutil"), std::move(actions));
}

}  // namespace muster::checkagent
