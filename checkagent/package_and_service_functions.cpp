// SPDX-License-Identifier: Apache-2.0
#include "checkagent/package_and_service_functions.hpp"

#include <string_view>
#include <unistd.h>
#include <utility>

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

constexpr const char* dpkg_query = "/usr/bin/dpkg-query";
constexpr const char* rpm = "/usr/bin/rpm";
constexpr const char* systemctl = "/usr/bin/systemctl";

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

// The value of "ActiveState=active" among other lines.
std::string_view property(std::string_view text, std::string_view name)
{
  while (!text.empty()) {
    const auto line = next_line(text);
    if (line.substr(0, name.size()) == name && line.substr(name.size(), 1) == "=") {
      return line.substr(name.size() + 1);
    }
  }
  return {};
}

bool is_there(const char* tool)
{
  return ::access(tool, X_OK) == 0;
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

std::vector<std::string> dpkg_words(const std::string& package)
{
  return {dpkg_query, "--show", "--showformat=${db:Status-Status} ${Version}\\n", "--", package};
}

std::vector<std::string> rpm_words(const std::string& package)
{
  return {rpm, "--query", "--queryformat", "%{VERSION}-%{RELEASE}\\n", "--", package};
}

std::vector<std::string> systemctl_words(const std::string& service)
{
  return {systemctl, "show", "--property=LoadState", "--property=ActiveState", "--", service};
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
  std::string_view text = told.text;
  return installed(std::string{next_line(text)});
}

Expected<FunctionOutputs> systemctl_outputs(const ToolOutput& told)
{
  const auto loaded = property(told.text, "LoadState");
  const auto active = property(told.text, "ActiveState");
  if (told.exit_code != 0 || loaded.empty() || active.empty()) {
    return cannot_tell(told);
  }
  std::string status = "stopped";
  if (loaded == "not-found") {
    status = "absent";
  } else if (active == "active" || active == "reloading") {
    status = "running";
  }
  return FunctionOutputs{{"status", FactValue{std::move(status)}}};
}

node::DataFunctions::Function package_function(RunQueue& queue)
{
  return [&queue](const node::FunctionRequest& request) {
    if (is_there(dpkg_query)) {
      return ask_tool(
          queue, ToolCommand{dpkg_words(request.argument), request.deadline, std::nullopt}, dpkg_outputs);
    }
    if (is_there(rpm)) {
      return ask_tool(
          queue, ToolCommand{rpm_words(request.argument), request.deadline, std::nullopt}, rpm_outputs);
    }
    return say_that_there_is_none("dpkg-query and no rpm");
  };
}

node::DataFunctions::Function service_function(RunQueue& queue)
{
  return [&queue](const node::FunctionRequest& request) {
    if (!is_there(systemctl)) {
      return say_that_there_is_none("systemctl");
    }
    return ask_tool(
        queue,
        ToolCommand{systemctl_words(request.argument), request.deadline, std::nullopt},
        systemctl_outputs);
  };
}

}  // namespace muster::checkagent
