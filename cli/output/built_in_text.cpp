// SPDX-License-Identifier: Apache-2.0
#include "cli/output/built_in_text.hpp"

#include <fmt/format.h>

#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/ddl/validators.hpp"
#include "libmuster/model/data_function.hpp"

namespace muster::cli {

namespace {

const char* type_text(OutputType type)
{
  switch (type) {
  case OutputType::text:
    return "text: = == != =~";
  case OutputType::number:
    return "whole number: = == != < <= > >=";
  case OutputType::truth:
    return "true or false: = == !=";
  case OutputType::fact_value:
    break;
  }
  return "what the fact is: all operators";
}

std::string line(std::string_view name, std::string_view what)
{
  return fmt::format("  {:<24} {}\n", name, what);
}

}  // namespace

std::string built_in_list_text()
{
  std::string text = "\nData Functions:\n";
  for (const auto& function : data_functions()) {
    text +=
        line(function.name, fmt::format("{}('{}'): {}", function.name, function.example, function.argument));
  }
  text += "\nValidators:\n";
  for (const auto& [name, rule] : ddl::validator_rules()) {
    text += line(name, rule);
  }
  text += "\nAggregates:\n";
  for (const auto& [name, what] : ddl::aggregate_functions()) {
    text += line(name, what);
  }
  return text;
}

std::optional<std::string> data_function_text(const std::string& name)
{
  const auto* function = find_data_function(name);
  if (function == nullptr) {
    return std::nullopt;
  }
  auto text = fmt::format(
      "{}\n\nA data function of filters (-S), asked of {}.\n\nOutputs:\n",
      function->name,
      function->argument);
  for (const auto& output : function->outputs) {
    text += line(output.name, type_text(output.type));
  }
  return text + fmt::format(
                    "\nExample:\n  -S \"{}('{}').{}=…\"\n",
                    function->name,
                    function->example,
                    function->outputs.front().name);
}

}  // namespace muster::cli
