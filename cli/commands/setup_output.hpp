// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/new_files.hpp"
#include "libmuster/error.hpp"

// How the commands that make files (`mco ca init`, `mco key generate`, `mco node add`) tell what came of it:
// to people in sentences, with --json to programs in one object (docs/json/*.schema.json).
namespace muster::cli {

struct SetupOutput {
  std::ostream& out;
  std::ostream& err;
  bool json = false;
};

// Begins the object of a command that has done its work.
boost::json::object setup_json(std::string_view command);

// The paths, in the order in which they were made.
boost::json::array paths_of(const std::vector<NewFile>& files);

// Says what is wrong, to people on `err` and with --json to programs on `out`. Returns the exit status.
int fail_setup(const SetupOutput& output, std::string_view command, const Error& error);

}  // namespace muster::cli
