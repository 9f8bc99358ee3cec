// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "libmuster/error.hpp"
#include "libmuster/model/data_function.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::node {

// One question of a filter, on its way to who can answer it.
struct FunctionRequest {
  std::string argument;
  std::set<std::string> outputs;                   // those that the filter looks at; others may be left out
  std::chrono::steady_clock::time_point deadline;  // by when it must have been answered
  std::string caller;                              // whose filter it is
};

// The data functions that this node can tell of. Filled once, at start; lives on the node's executor.
class DataFunctions {
public:
  // Fails with `denied` or `timed_out` when it could be told at another time, and with anything else when it
  // cannot be told on this node.
  using Function = std::function<boost::asio::awaitable<Expected<FunctionOutputs>>(FunctionRequest request)>;

  // A function of that name that was there before is replaced.
  void add(const std::string& name, Function function) { functions_[name] = std::move(function); }

  // A function that is not there fails with `not_found`; one that throws, with `io_failure`.
  [[nodiscard]] boost::asio::awaitable<Expected<FunctionOutputs>> ask(
      std::string name, FunctionRequest request) const;

private:
  std::map<std::string, Function> functions_;
};

// What a filter is decided by: the node at one moment, since its facts may change while functions run.
struct NodeAtAMoment {
  std::string name;
  Facts facts;
  std::vector<std::string> classes;
  bool classes_known = true;
  std::vector<std::string> agents;
};

// Whether a request is meant for this node, when all has been asked that it hangs on.
struct Meant {
  Verdict verdict = Verdict::unknown;
  std::string why;               // it is unknown: the first function that could not be told, and what it said
  bool at_another_time = false;  // it could be told then: the queue is full, or the time was over
};

// Asks the functions one after the other, in the order in which they are written, each once and none that
// cannot change the verdict any more. `request` says by when and for whom.
boost::asio::awaitable<Meant> find_out_if_meant(
    CompiledFilter filter, NodeAtAMoment node, const DataFunctions& functions, FunctionRequest request);

}  // namespace muster::node
