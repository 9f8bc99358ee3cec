// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "checkagent/tool_run.hpp"
#include "libmuster/node/data_functions.hpp"

namespace muster::checkagent {

// Data function `fstat`: what stat and md5sum say of a file. They run as processes of their own with the
// rights of plugins: a file server that is gone stops neither the node, nor can a filter tell more of a file
// than a check could.

// A larger file has no md5 here: a whole fleet would read it at once.
inline constexpr std::int64_t largest_hashed_file = std::int64_t{64} << 20U;

std::vector<std::string> stat_words(const std::string& path);
std::vector<std::string> md5_words(const std::string& path);

// The outputs from what `stat` printed; the times in UTC. Fails with `not_found` when it was not allowed to
// look.
Expected<FunctionOutputs> file_outputs(
    const std::string& path, const ToolOutput& told, std::chrono::system_clock::time_point now);

// True for a regular file that is not too large.
bool can_be_hashed(const FunctionOutputs& outputs);

// Empty when it is none.
std::string md5_of(const ToolOutput& told);

// `account` is asked for each run: nrpe.cfg may change it. The queue must outlive the function.
node::DataFunctions::Function file_function(RunQueue& queue, std::function<std::optional<RunAs>()> account);

}  // namespace muster::checkagent
