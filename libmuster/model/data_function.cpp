// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/data_function.hpp"

#include <algorithm>

#include "libmuster/model/shown_term.hpp"

namespace muster {

namespace {

using Type = OutputType;

constexpr std::size_t longest_check = 256;       // as agent nrpe takes it
constexpr std::size_t longest_fact_path = 1024;  // as -F takes it
constexpr std::size_t longest_path = 1024;
constexpr std::size_t longest_name = 128;            // of an agent, a collective
constexpr std::size_t longest_unit_or_package = 90;  // MCollective's agents take as much

DataFunction file_function()
{
  DataFunction function{"fstat", "the absolute path of a file", "/etc/hosts", "", longest_path, true, {}};
  for (const auto* text : {"name", "output", "type", "mode", "md5", "mtime", "ctime", "atime"}) {
    function.outputs.push_back({text, Type::text});
  }
  for (const auto* number :
       {"present",
        "size",
        "uid",
        "gid",
        "mtime_seconds",
        "ctime_seconds",
        "atime_seconds",
        "mtime_age",
        "ctime_age",
        "atime_age"}) {
    function.outputs.push_back({number, Type::number});
  }
  return function;
}

DataFunction agent_function()
{
  DataFunction function{"agent", "the name of an agent", "nrpe", "_-.", longest_name, false, {}};
  for (const auto* text : {"version", "author", "description", "license", "url"}) {
    function.outputs.push_back({text, Type::text});
  }
  function.outputs.push_back({"timeout", Type::number});
  return function;
}

std::vector<DataFunction> make_all()
{
  return {
      agent_function(),
      {"collective",
       "the name of a collective",
       "main",
       "_-.",
       longest_name,
       false,
       {{"member", Type::truth}}},
      {"fact",
       "the path of a fact",
       "os.family",
       "",
       longest_fact_path,
       false,
       {{"value", Type::fact_value}, {"exists", Type::truth}}},
      file_function(),
      {"nrpe",
       "the name of a check",
       "check_load",
       "_-.:",
       longest_check,
       false,
       {{"exitcode", Type::number}, {"state", Type::text}, {"output", Type::text}}},
      {"package",
       "the name of a package",
       "nginx",
       "_-.+:",
       longest_unit_or_package,
       false,
       {{"status", Type::text}, {"installed", Type::truth}, {"version", Type::text}}},
      {"service",
       "the name of a service",
       "sshd",
       "_-.:@",
       longest_unit_or_package,
       false,
       {{"status", Type::text}}},
  };
}

bool is_letter_or_digit(char c) noexcept
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_of(std::string_view letters, char c) noexcept
{
  if (letters.empty()) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  }
  return is_letter_or_digit(c) || letters.find(c) != std::string_view::npos;
}

}  // namespace

std::string to_string(const FunctionCall& call)
{
  std::string text = call.function + "('";
  for (const char c : call.argument) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + "')";
}

const std::vector<DataFunction>& data_functions()
{
  static const std::vector<DataFunction> all = make_all();
  return all;
}

const DataFunction* find_data_function(std::string_view name)
{
  const auto& all = data_functions();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const DataFunction& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const FunctionOutput* find_output(const DataFunction& function, std::string_view name)
{
  const auto& all = function.outputs;
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const FunctionOutput& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Expected<void> check_argument(const DataFunction& function, std::string_view argument)
{
  const auto wrong = [&](std::string_view why) {
    const std::string example = to_string({std::string{function.name}, std::string{function.example}});
    return failure(
        ErrorCode::invalid_input,
        std::string{why} + ": expected " + std::string{function.argument} + ", as in " + example);
  };
  if (argument.empty()) {
    return wrong(std::string{function.name} + " has no argument");
  }
  if (argument.size() > function.longest) {
    return wrong("the argument is longer than " + std::to_string(function.longest) + " bytes");
  }
  const auto is_allowed = [&function](char c) { return is_of(function.letters, c); };
  const bool is_option = !function.letters.empty() && argument.front() == '-';
  if (is_option || !std::all_of(argument.begin(), argument.end(), is_allowed) ||
      (function.argument_is_path && argument.front() != '/')) {
    return wrong(shown_term(argument) + " cannot be asked for");
  }
  return {};
}

}  // namespace muster
