// SPDX-License-Identifier: Apache-2.0
#include "checkagent/node_functions.hpp"

#include <algorithm>
#include <utility>

#include "checkagent/file_function.hpp"
#include "checkagent/package_and_service_functions.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

Expected<FunctionOutputs> agent_outputs(const node::Agents& agents, const std::string& name)
{
  const auto* document = agents.document(name);
  if (document == nullptr) {
    return failure(ErrorCode::not_found, "this node has no agent of that name");
  }
  const auto& metadata = document->agent.metadata;
  return FunctionOutputs{
      {"version", FactValue{metadata.version}},
      {"author", FactValue{metadata.author}},
      {"description", FactValue{metadata.description}},
      {"license", FactValue{metadata.license}},
      {"url", FactValue{metadata.url}},
      {"timeout", FactValue{std::chrono::duration_cast<std::chrono::seconds>(metadata.timeout).count()}}};
}

FunctionOutputs collective_outputs(const std::vector<std::string>& collectives, const std::string& name)
{
  const bool member = std::find(collectives.begin(), collectives.end(), name) != collectives.end();
  return {{"member", FactValue{member}}};
}

asio::awaitable<Expected<FunctionOutputs>> run_check(NrpeAgent& nrpe, node::FunctionRequest request)
{
  const auto run =
      co_await nrpe.run_check(std::move(request.argument), request.deadline, std::move(request.caller));
  if (!run) {
    co_return tl::make_unexpected(run.error());
  }
  FunctionOutputs outputs;
  outputs["exitcode"] = FactValue{static_cast<std::int64_t>(run->state)};
  outputs["state"] = FactValue{std::string{to_string(run->state)}};
  outputs["output"] = FactValue{run->summary};
  co_return outputs;
}

}  // namespace

node::DataFunctions built_in_functions(
    NrpeAgent& nrpe, RunQueue& queue, const node::Agents& agents, const std::vector<std::string>& collectives)
{
  node::DataFunctions functions;
  functions.add(
      "nrpe", [&nrpe](node::FunctionRequest request) { return run_check(nrpe, std::move(request)); });
  functions.add("fstat", file_function(queue, [&nrpe] { return nrpe.account().run_as; }));
  functions.add("package", package_function(queue));
  functions.add("service", service_function(queue));
  functions.add(
      "agent", [&agents](node::FunctionRequest request) -> asio::awaitable<Expected<FunctionOutputs>> {
        co_return agent_outputs(agents, request.argument);
      });
  functions.add(
      "collective",
      [&collectives](node::FunctionRequest request) -> asio::awaitable<Expected<FunctionOutputs>> {
        co_return collective_outputs(collectives, request.argument);
      });
  return functions;
}

}  // namespace muster::checkagent
