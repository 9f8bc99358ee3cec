// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/fleet_arguments.hpp"

// mco job: what `--detach` has begun. Each returns the exit status.
namespace muster::cli {

int run_job_list(const FleetArguments& arguments);
int run_job_status(const FleetArguments& arguments, const std::string& job);
int run_job_result(const FleetArguments& arguments, const std::string& job);
int run_job_cancel(const FleetArguments& arguments, const std::string& job);

}  // namespace muster::cli
