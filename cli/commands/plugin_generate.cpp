// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/plugin_generate.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/setup_output.hpp"
#include "cli/exit_code.hpp"
#include "cli/new_files.hpp"
#include "cli/output/json_text.hpp"
#include "cli/terminal.hpp"
#include "libmuster/ddl/ddl.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view bash_head = R"(#!/bin/bash
# What this agent does. Needs jq. docs/external-agents.md describes the protocol.
set -u

reply() {  # STATUS MESSAGE [DATA]
  jq -n --argjson status "$1" --arg message "$2" --argjson data "${3:-"{}"}" \
    '{statuscode: $status, statusmsg: $message, data: $data}' > "$CHORIA_EXTERNAL_REPLY"
  exit 0
}

if [[ $CHORIA_EXTERNAL_PROTOCOL == *activation_request ]]; then
  echo '{"activate": true}' > "$CHORIA_EXTERNAL_REPLY"  # false: not on this node
  exit 0
fi

case $(jq -r .action "$CHORIA_EXTERNAL_REQUEST") in
)";

constexpr std::string_view bash_tail = R"(*) reply 2 "unknown action" ;;
esac
)";

constexpr std::string_view python_head = R"(#!/usr/bin/python3
"""What this agent does. docs/external-agents.md describes the protocol."""

import json
import os


def answer(request):
    if os.environ["CHORIA_EXTERNAL_PROTOCOL"].endswith("activation_request"):
        return {"activate": True}  # False: not on this node
)";

constexpr std::string_view python_tail =
    R"(    return {"statuscode": 2, "statusmsg": "unknown action", "data": {}}


with open(os.environ["CHORIA_EXTERNAL_REQUEST"], encoding="utf-8") as file:
    reply = answer(json.load(file))
with open(os.environ["CHORIA_EXTERNAL_REPLY"], "w", encoding="utf-8") as file:
    json.dump(reply, file)
)";

std::string bash_program(const std::vector<std::string>& actions)
{
  std::string text{bash_head};
  for (const auto& action : actions) {
    text += action + R"() reply 0 OK '{"message": "nothing done yet"}' ;;)" + "\n";
  }
  return text + std::string{bash_tail};
}

std::string python_program(const std::vector<std::string>& actions)
{
  std::string text{python_head};
  for (const auto& action : actions) {
    text +=
        R"(    if request["action"] == ")" + action + "\":\n" +
        R"(        return {"statuscode": 0, "statusmsg": "OK", "data": {"message": "nothing done yet"}})" +
        "\n";
  }
  return text + std::string{python_tail};
}

// Names alone are filled in, which need no quoting.
std::string ddl_text(const std::string& name, const std::vector<std::string>& actions)
{
  std::string text = R"({
  "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
  "metadata": {
    "name": ")" + name +
                     R"(",
    "description": "What this agent does",
    "author": "",
    "license": "",
    "version": "0.1.0",
    "url": "",
    "timeout": 10,
    "provider": "external"
  },
  "actions": [)";
  const char* between = "\n";
  for (const auto& action : actions) {
    text += between + std::string{R"(    {
      "action": ")"} +
            action +
            R"(",
      "description": "What this action does",
      "display": "always",
      "changes": true,
      "input": {},
      "output": {
        "message": {"description": "What was done", "display_as": "Message", "type": "string"}
      }
    })";
    between = ",\n";
  }
  return text + "\n  ]\n}\n";
}

std::vector<std::string> words_between_commas(const std::string& text)
{
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find(',', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

Expected<void> check(const GenerateOptions& options, const std::vector<std::string>& actions)
{
  if (options.language != "bash" && options.language != "python") {
    return failure(
        ErrorCode::invalid_input,
        "--language " + shown_term(options.language) + " is not known, expected bash or python");
  }
  if (!ddl::is_name(options.name)) {
    return failure(
        ErrorCode::invalid_input,
        shown_term(options.name) + " is no name of an agent, expected letters, digits, _ and -");
  }
  for (const auto& action : actions) {
    if (!ddl::is_name(action)) {
      return failure(
          ErrorCode::invalid_input,
          "--actions: " + shown_term(action) + " is no name of an action, expected letters, digits, _ and -");
    }
  }
  // The same action twice, for one, breaks a rule that the DDL's own reader knows.
  const auto described = ddl::parse(ddl_text(options.name, actions));
  return described ? Expected<void>{} : tl::make_unexpected(described.error().with_context("--actions"));
}

// The program and its DDL.
std::vector<NewFile> files_of(const GenerateOptions& options, const std::vector<std::string>& actions)
{
  return {
      {options.folder / options.name,
       options.language == "bash" ? bash_program(actions) : python_program(actions)},
      {options.folder / (options.name + ".json"), ddl_text(options.name, actions)}};
}

Expected<void> generate(const std::vector<NewFile>& files)
{
  auto made = make_new_files(files);
  const auto& program = files.front().path;
  std::error_code error;
  if (made) {
    fs::permissions(program, fs::perms{0755}, error);
  }
  return error ? failure(ErrorCode::io_failure, program.string() + ": " + error.message()) : made;
}

std::string json_of(
    const GenerateOptions& options,
    const std::vector<std::string>& actions,
    const std::vector<NewFile>& files)
{
  auto object = setup_json("plugin generate");
  object["agent"] = options.name;
  object["language"] = options.language;
  object["actions"] = boost::json::array(actions.begin(), actions.end());
  object["files"] = paths_of(files);
  return json_text(object);
}

}  // namespace

int run_plugin_generate(const FleetArguments& arguments, const GenerateOptions& options)
{
  const auto actions = words_between_commas(options.actions);
  const auto files = files_of(options, actions);
  auto done = check(options, actions);
  if (done) {
    done = generate(files);
  }
  if (!done) {
    return fail(arguments, {done.error()}, exit_usage);
  }
  const auto program = files.front().path.string();
  print(
      arguments.json ? json_of(options, actions, files)
                     : "wrote " + program + " and " + program +
                           ".json; copy both to /usr/lib/muster/agents on the nodes\n");
  return 0;
}

}  // namespace muster::cli
