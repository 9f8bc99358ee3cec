// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/data_functions.hpp"

#include <optional>
#include <utility>

namespace muster::node {
namespace asio = boost::asio;

asio::awaitable<Expected<FunctionOutputs>> DataFunctions::ask(std::string name, FunctionRequest request) const
{
  const auto found = functions_.find(name);
  if (found == functions_.end()) {
    co_return failure(ErrorCode::not_found, "this node does not know the data function");
  }
  const Function function = found->second;  // a copy: it may be replaced meanwhile
  std::string broken;
  try {
    co_return co_await function(std::move(request));
  } catch (const std::exception& bug) {
    broken = bug.what();
  }
  co_return failure(ErrorCode::io_failure, std::move(broken));
}

namespace {

void note(Meant& meant, const FunctionCall& call, const Error& error)
{
  const bool at_another_time = error.code == ErrorCode::denied || error.code == ErrorCode::timed_out;
  if (meant.why.empty() || (at_another_time && !meant.at_another_time)) {
    meant.why = to_string(call) + ": " + error.message;
    meant.at_another_time = at_another_time;
  }
}

}  // namespace

asio::awaitable<Meant> find_out_if_meant(
    CompiledFilter filter, NodeAtAMoment node, const DataFunctions& functions, FunctionRequest request)
{
  const NodeView view{node.name, node.facts, node.classes, node.agents};
  NodeKnowledge knowledge{node.classes_known, {}};
  Meant meant;
  while (auto question = filter.next_to_ask(view, knowledge)) {
    FunctionRequest one = request;
    one.argument = question->call.argument;
    one.outputs = std::move(question->outputs);
    auto told = co_await functions.ask(question->call.function, std::move(one));
    auto& value = knowledge.functions[question->call];
    if (told) {
      value = *std::move(told);
    } else {
      note(meant, question->call, told.error());
    }
  }
  meant.verdict = filter.decide(view, knowledge);
  co_return meant;
}

}  // namespace muster::node
