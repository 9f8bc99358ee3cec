// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/setup_output.hpp"

#include <ostream>

#include "cli/exit_code.hpp"
#include "cli/output/json_report.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

boost::json::object setup_json(std::string_view command)
{
  return {{"command", command}, {"exit_status", 0}};
}

boost::json::array paths_of(const std::vector<NewFile>& files)
{
  boost::json::array paths;
  for (const auto& file : files) {
    paths.emplace_back(file.path.string());
  }
  return paths;
}

int fail_setup(const SetupOutput& output, std::string_view command, const Error& error)
{
  const int exit_status = exit_code_of(error.code);
  output.err << "mco " << command << ": " << printable(error.message, true) << '\n';
  if (output.json) {
    output.out << failure_json({error}, exit_status);
  }
  return exit_status;
}

}  // namespace muster::cli
