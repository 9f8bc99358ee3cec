// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace muster::cli {

// One value of a reply as lines that are printable but not yet aligned.
std::string lines_of(const boost::json::value& value);

// The same of runs of checks, as nrpe gives them: "CRITICAL check_disks: DISK CRITICAL - 3 MB free", the
// worst first; of {"OK": [names], …} a line for each state. What has another form is shown by lines_of().
std::string lines_of_checks(const boost::json::value& value);

}  // namespace muster::cli
