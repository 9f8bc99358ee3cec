// SPDX-License-Identifier: Apache-2.0
#include "checkagent/package_and_service_functions.hpp"

#include <string_view>
#include <utility>

#include "checkagent/actions/rpm_query.hpp"
#include "checkagent/actions/service_unit.hpp"
#include "checkagent/actions/tool_paths.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

FunctionOutputs installed(std::string version)
{
  return {{"status", FactValue{version}}, {"version", FactValue{version}}, {"installed", FactValue{true}}};
}

FunctionOutputs not_installed()
{
  return {{"status", FactValue{std::string{"absent"}}}, {"installed", FactValue{false}}};
}

tl::unexpected<Error> cannot_tell(const ToolOutput& told)
{
  return failure(ErrorCode::not_found, "exit status " + std::to_string(told.exit_code) + ": " + told.text);
}

std::string_view next_line(std::string_view& text)
{
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
  return line;
}

using Outputs = Expected<FunctionOutputs> (*)(const ToolOutput&);

asio::awaitable<Expected<FunctionOutputs>> ask_tool(RunQueue& queue, ToolCommand command, Outputs outputs)
{
  const auto told = co_await run_tool(queue, std::move(command));
  if (!told) {
    co_return tl::make_unexpected(told.error());
  }
  co_return outputs(*told);
}

asio::awaitable<Expected<FunctionOutputs>> say_that_there_is_none(std::string what)
{
  co_return failure(ErrorCode::not_found, "this node has no " + what);
}

}  // namespace

// The agent's format has a | between its fields, behind which a ToolOutput ends.
std::vector<std::string> dpkg_words(const std::filesystem::path& dpkg_query, const std::string& package)
{
  return {dpkg_query.string(), "--show", "--showformat=${db:Status-Status} ${Version}\\n", "--", package};
}

std::vector<std::string> rpm_words(const std::filesystem::path& rpm, const std::string& package)
{
  return actions::rpm_query(rpm.string(), package);
}

Expected<FunctionOutputs> dpkg_outputs(const ToolOutput& told)
{
  if (told.exit_code == 1 && told.text.find("no packages found") != std::string::npos) {
    return not_installed();
  }
  if (told.exit_code != 0) {
    return cannot_tell(told);
  }
  std::string_view text = told.text;
  while (!text.empty()) {  // a line for each architecture
    const auto line = next_line(text);
    const auto blank = std::min(line.find(' '), line.size());
    const auto status = line.substr(0, blank);
    if (status == "installed" || status.substr(0, 8) == "triggers") {
      return installed(std::string{line.substr(std::min(blank + 1, line.size()))});
    }
  }
  return not_installed();
}

Expected<FunctionOutputs> rpm_outputs(const ToolOutput& told)
{
  if (told.exit_code != 0) {
    return told.text.find("is not installed") == std::string::npos
               ? Expected<FunctionOutputs>{cannot_tell(told)}
               : not_installed();
  }
  const auto state = actions::read_rpm_query(told.text, "");
  return state.installed ? Expected<FunctionOutputs>{installed(state.ensure)} : cannot_tell(told);
}

Expected<FunctionOutputs> systemctl_outputs(const ToolOutput& told)
{
  // What failed has told why, wherever it wrote it.
  const auto errors = told.exit_code == 0 ? std::string{} : told.text;
  const auto unit = actions::read_unit(
      {actions::ProgramRun::End::exited, told.exit_code, told.text, errors}, "of that name");
  if (!unit) {
    return tl::make_unexpected(unit.error());
  }
  std::string status = unit->runs() ? "running" : "stopped";
  if (!unit->exists()) {
    status = "absent";
  }
  return FunctionOutputs{{"status", FactValue{std::move(status)}}};
}

node::DataFunctions::Function package_function(RunQueue& queue)
{
  return [&queue, tools = actions::installed_tools()](const node::FunctionRequest& request) {
    if (!tools.dpkg_query.empty()) {
      return ask_tool(
          queue,
          ToolCommand{dpkg_words(tools.dpkg_query, request.argument), request.deadline, std::nullopt},
          dpkg_outputs);
    }
    if (!tools.rpm.empty()) {
      return ask_tool(
          queue,
          ToolCommand{rpm_words(tools.rpm, request.argument), request.deadline, std::nullopt},
          rpm_outputs);
    }
    return say_that_there_is_none("dpkg-query and no rpm");
  };
}

node::DataFunctions::Function service_function(RunQueue& queue)
{
  return [&queue, systemctl = actions::installed_tools().systemctl](const node::FunctionRequest& request) {
    if (systemctl.empty()) {
      return say_that_there_is_none("systemctl");
    }
    return ask_tool(
        queue,
        ToolCommand{
            actions::show_unit_words(systemctl, actions::unit_name(request.argument)),
            request.deadline,
            std::nullopt},
        systemctl_outputs);
  };
}

}  // namespace muster::checkagent
