// SPDX-License-Identifier: Apache-2.0
#include "checkagent/external_call.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "checkagent/external_run.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace json = protocol::json;

namespace {

constexpr int aborted = 1;
constexpr std::int64_t last_status = 5;
constexpr std::size_t longest_message = 4096;
constexpr std::size_t logged_output = 8192;  // of one call: a log is no place for an agent's data

constexpr std::string_view schemas = "https://choria.io/schemas/mcorpc/external/v1/";
constexpr std::string_view activation_protocol = "io.choria.mcorpc.external.v1.activation_request";
constexpr std::string_view rpc_protocol = "io.choria.mcorpc.external.v1.rpc_request";

// A private folder for the files of one call, removed with all that is in it.
class CallFolder {
public:
  explicit CallFolder(const fs::path& calls)
  {
    std::string name = (calls / "XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) {
      path_ = name;
    }
  }

  CallFolder(const CallFolder&) = delete;
  CallFolder& operator=(const CallFolder&) = delete;
  CallFolder(CallFolder&&) = delete;
  CallFolder& operator=(CallFolder&&) = delete;

  ~CallFolder()
  {
    std::error_code ignored;
    if (!path_.empty()) {
      fs::remove_all(path_, ignored);
    }
  }

  [[nodiscard]] const fs::path& path() const { return path_; }

  // Whether all of it could be written.
  [[nodiscard]] bool write(const char* name, std::string_view text) const
  {
    std::ofstream file{path_ / name, std::ios::binary};
    file << text;
    file.close();
    return !path_.empty() && file.good();
  }

private:
  fs::path path_;
};

// One of the calls that an agent may have at the same time.
class CallPlace {
public:
  explicit CallPlace(std::shared_ptr<std::size_t> running) : running_{std::move(running)} { ++*running_; }

  CallPlace(const CallPlace&) = delete;
  CallPlace& operator=(const CallPlace&) = delete;
  CallPlace(CallPlace&&) = delete;
  CallPlace& operator=(CallPlace&&) = delete;

  ~CallPlace() { --*running_; }

private:
  std::shared_ptr<std::size_t> running_;
};

std::string search_path()
{
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return path == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : path;
}

PluginCommand command_for(
    const ExternalProgram& program,
    const fs::path& folder,
    std::string_view protocol,
    std::chrono::milliseconds timeout)
{
  const auto request = (folder / "request.json").string();
  const auto reply = (folder / "reply.json").string();
  PluginCommand command;
  command.command_line = program.program.string();
  // The third argument is the same for an activation: agents in the field know it so, and look at the
  // environment.
  command.words = {program.program.string(), request, reply, std::string{rpc_protocol}};
  command.timeout = timeout;
  command.environment = {
      {"CHORIA_EXTERNAL_REQUEST", request},
      {"CHORIA_EXTERNAL_REPLY", reply},
      {"CHORIA_EXTERNAL_PROTOCOL", std::string{protocol}},
      {"CHORIA_EXTERNAL_CONFIG", program.config.string()},
      {"CHORIA_EXTERNAL_FACTS", (folder / "facts.json").string()},
      {"PATH", search_path()}};
  command.output_limit = logged_output;
  command.folder = folder.string();
  return command;
}

// A job may take until its deadline; whoever waits for an answer waits as long as the DDL says.
std::chrono::milliseconds time_for(const ExternalProgram& program, const node::ActionCall& call)
{
  const auto left = call.deadline - std::chrono::steady_clock::now();
  return call.detached ? std::chrono::duration_cast<std::chrono::milliseconds>(left) : program.timeout;
}

bool write_files(const ExternalProgram& program, const CallFolder& folder, std::string_view request)
{
  return folder.write("request.json", request) &&
         folder.write("facts.json", json::serialize(protocol::to_json(program.facts()))) &&
         folder.write("reply.json", "");
}

WatchedFile reply_in(const CallFolder& folder)
{
  return {folder.path() / "reply.json", largest_external_reply};
}

std::string cannot_be_used(const std::string& agent, const std::string& why)
{
  return "agent " + agent + " gave a reply that cannot be used: " + why;
}

std::string stopped_at_its_reply(const std::string& agent)
{
  return cannot_be_used(
      agent, fmt::format("it was stopped when it had written more than {} bytes", largest_external_reply));
}

node::ActionReply busy(const std::string& agent)
{
  node::ActionReply reply;
  reply.status = aborted;
  reply.message =
      fmt::format("agent {} has {} calls under way already, ask again later", agent, most_external_calls);
  reply.refused = protocol::Refusal::busy;
  return reply;
}

}  // namespace

std::string activation_request(const std::string& agent)
{
  json::object request;
  request["$schema"] = std::string{schemas} + "activation_request.json";
  request["protocol"] = activation_protocol;
  request["agent"] = agent;
  return json::serialize(request);
}

std::string rpc_request(const protocol::Request& request)
{
  using std::chrono::floor;
  using std::chrono::seconds;
  json::object text;
  text["$schema"] = std::string{schemas} + "rpc_request.json";
  text["protocol"] = rpc_protocol;
  text["agent"] = request.agent;
  text["action"] = request.action;
  text["requestid"] = request.id;
  text["senderid"] = request.caller.substr(request.caller.find('@') + 1);
  text["callerid"] = request.caller;
  text["collective"] =
      request.to.kind == protocol::Target::Kind::collective ? request.to.name : std::string{};
  text["ttl"] = floor<seconds>(request.ttl).count();
  text["msgtime"] = floor<seconds>(request.sent).time_since_epoch().count();
  text["data"] = request.data;
  return json::serialize(text);
}

Expected<bool> read_activation(std::string_view reply)
{
  const auto object = protocol::parse_object(reply);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  const auto* activate = object->if_contains("activate");
  if (activate == nullptr || !activate->is_bool()) {
    return failure(ErrorCode::invalid_input, "activate: expected true or false");
  }
  return activate->get_bool();
}

node::ActionReply read_rpc_reply(const std::string& agent, const Expected<std::string>& reply)
{
  const auto broken = [&agent](const std::string& why) {
    return node::failed(aborted, cannot_be_used(agent, why));
  };
  if (!reply) {
    return broken(reply.error().message);
  }
  auto object = protocol::parse_object(*reply);
  if (!object) {
    return broken(object.error().message);
  }
  protocol::JsonReader reader{*object, "reply"};
  const auto status = reader.integer("statuscode", 0, last_status);
  auto message = reader.optional_string("statusmsg", longest_message);
  if (reader.has("data") && !object->at("data").is_null() && !object->at("data").is_object()) {
    reader.fail("data", "an object");
  }
  if (reader.error()) {
    return broken(reader.error()->message);
  }
  node::ActionReply read;
  read.status = static_cast<int>(status);
  read.message = message.empty() && status == 0 ? "OK" : std::move(message);
  if (const auto* data = object->if_contains("data"); data != nullptr && data->is_object()) {
    read.data = data->get_object();
  }
  return read;
}

std::string why_failed(const std::string& agent, const ProgramRun& run, std::chrono::milliseconds timeout)
{
  switch (run.end) {
  case PluginEnd::could_not_start:
    return "executing " + agent + " failed: " + run.start_failure;
  case PluginEnd::timed_out:
    return fmt::format("executing {} failed: killed after {} ms", agent, timeout.count());
  case PluginEnd::signalled:
    return fmt::format("executing {} failed: killed by signal {}", agent, run.exit_code);
  case PluginEnd::exited:
    break;
  }
  return run.exit_code == 0 ? std::string{}
                            : fmt::format("executing {} failed: exit status {}", agent, run.exit_code);
}

asio::awaitable<Expected<bool>> activate(std::shared_ptr<const ExternalProgram> program)
{
  const CallFolder folder{program->calls};
  const std::string request = activation_request(program->agent);
  if (!write_files(*program, folder, request)) {
    co_return failure(ErrorCode::io_failure, "cannot write files in " + program->calls.string());
  }
  PluginCommand command = command_for(*program, folder.path(), activation_protocol, activation_timeout);
  WatchedFile reply_file = reply_in(folder);
  const auto run = co_await run_external(program->agent, std::move(command), std::move(reply_file));
  if (!run) {
    co_return failure(ErrorCode::invalid_input, stopped_at_its_reply(program->agent));
  }
  if (const auto why = why_failed(program->agent, *run, activation_timeout); !why.empty()) {
    const bool passes = run->end == PluginEnd::could_not_start;
    co_return failure(passes ? ErrorCode::io_failure : ErrorCode::denied, why);
  }
  const auto reply = runtime::read_text_file(folder.path() / "reply.json", largest_external_reply);
  if (!reply) {
    co_return failure(ErrorCode::invalid_input, reply.error().message);
  }
  co_return read_activation(*reply);
}

asio::awaitable<node::ActionReply> call_external(
    std::shared_ptr<const ExternalProgram> program, node::ActionCall call)
{
  if (*program->calls_running >= most_external_calls) {
    co_return busy(program->agent);
  }
  const CallPlace place{program->calls_running};
  const CallFolder folder{program->calls};
  const std::string request = rpc_request(call.request);
  if (!write_files(*program, folder, request)) {
    co_return node::failed(aborted, "cannot write the files of a call in " + program->calls.string());
  }
  const auto timeout = time_for(*program, call);
  PluginCommand command = command_for(*program, folder.path(), rpc_protocol, timeout);
  WatchedFile reply_file = reply_in(folder);
  const auto run = co_await run_external(program->agent, std::move(command), std::move(reply_file));
  if (!run) {
    co_return node::failed(aborted, stopped_at_its_reply(program->agent));
  }
  if (const auto why = why_failed(program->agent, *run, timeout); !why.empty()) {
    co_return node::failed(aborted, why);
  }
  const auto reply = runtime::read_text_file(folder.path() / "reply.json", largest_external_reply);
  co_return read_rpc_reply(program->agent, reply);
}

}  // namespace muster::checkagent
