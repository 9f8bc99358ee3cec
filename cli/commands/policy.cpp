// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/policy.hpp"

#include <tuple>
#include <utility>

#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/policy_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/policy_words.hpp"
#include "libmuster/model/shown_term.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/text_folder.hpp"

namespace muster::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_facts_file = std::size_t{1} << 20U;

tl::unexpected<Error> wrong(std::string message)
{
  return failure(ErrorCode::invalid_input, std::move(message));
}

Expected<void> check_words(const PolicyTestOptions& options)
{
  if (!is_caller_name(options.caller)) {
    return wrong(
        "--caller " + shown_term(options.caller) + " is no caller, expected a name such as alice@ops1");
  }
  for (const auto& [name, word] :
       {std::pair{"--agent ", &options.agent}, std::pair{"--action ", &options.action}}) {
    if (!is_policy_name(*word)) {
      return wrong(std::string{name} + shown_term(*word) + " is no name, expected [A-Za-z0-9_.-]+");
    }
  }
  return {};
}

Expected<Facts> facts_of_file(const fs::path& file)
{
  const auto text = runtime::read_text_file(file, largest_facts_file);
  if (!text) {
    return tl::unexpected{text.error()};
  }
  const auto object = protocol::parse_object(*text);
  if (!object) {
    return tl::unexpected{
        object.error().with_context(file.string() + ": expected JSON, as `facter --json` prints it")};
  }
  return protocol::facts_from_json(*object, file.string());
}

// Those of the command line come last and win.
Expected<Facts> facts_of(const PolicyTestOptions& options)
{
  auto facts = options.facts_file.empty() ? Expected<Facts>{Facts{}} : facts_of_file(options.facts_file);
  if (!facts) {
    return facts;
  }
  for (const auto& word : options.facts) {
    auto term = parse_fact_term(word);
    if (!term || term->op != FactOperator::equals) {
      return wrong("--fact " + shown_term(word) + " is no fact of a node, expected NAME=VALUE");
    }
    facts->set(std::move(term->name), FactValue{std::move(term->value)});
  }
  return facts;
}

// The files of a folder, by their names.
Expected<PolicyFolder::Files> files_of_folder(const fs::path& folder)
{
  return runtime::read_text_folder(
      folder, PolicyFolder::is_meant, {PolicyFolder::most_files, PolicyFolder::largest_file});
}

Expected<PolicyFolder::Files> file_and_groups(const fs::path& file)
{
  const auto name = file.filename().string();
  std::error_code error;
  if (!fs::exists(file, error)) {
    return failure(
        ErrorCode::not_found, "there is no " + file.string() + ", expected a folder of policies or one");
  }
  if (!PolicyFolder::is_meant(name)) {
    return wrong(
        shown_term(name) + " is no name of a policy, expected AGENT.policy, default.policy or groups");
  }
  PolicyFolder::Files files;
  files.emplace(name, runtime::read_text_file(file, PolicyFolder::largest_file));
  const auto groups = file.parent_path() / "groups";
  if (fs::exists(groups, error)) {
    files.emplace("groups", runtime::read_text_file(groups, PolicyFolder::largest_file));
  }
  return files;
}

// As a path is typed: "groups" lies in ".".
std::string folder_of(const fs::path& path, bool is_folder)
{
  const auto folder = is_folder ? path : path.parent_path();
  return folder.empty() ? "." : folder.string();
}

std::vector<Error> errors_of(const PolicyFolder::Reading& reading)
{
  std::vector<Error> errors;
  for (const auto& fault : reading.faults) {
    errors.push_back({ErrorCode::invalid_input, fault.what});
  }
  return errors;
}

// The text of the policy that decides; empty if none does.
std::string text_of(const PolicyFolder::Files& files, const std::string& path)
{
  const auto file = files.find(fs::path{path}.filename().string());
  return file != files.end() && file->second ? *file->second : std::string{};
}

}  // namespace

int run_policy_test(const FleetArguments& arguments, const PolicyTestOptions& options)
{
  const auto checked = check_words(options);
  const auto facts = checked ? facts_of(options) : tl::make_unexpected(checked.error());
  const auto files = facts ? files_of_folder(options.policies) : tl::make_unexpected(facts.error());
  if (!files) {
    return fail(arguments, {files.error()}, exit_usage);
  }
  PolicyFolder folder{options.policies.string()};
  if (const auto reading = folder.take(*files); !reading.faults.empty()) {
    return fail(arguments, errors_of(reading), exit_configuration);
  }
  const std::string nowhere;
  const std::vector<std::string> no_agents;
  const PolicyNode node{{nowhere, *facts, options.classes, no_agents}, true};
  const PolicyQuestion question{options.caller, options.agent, options.action, !options.reads, node};
  const auto text = text_of(*files, folder.path_for(options.agent));
  const auto report = policy_test_report(folder, question, text);
  print(arguments.json ? policy_test_json(report) : policy_test_text(report));
  return exit_status_of(report);
}

int run_policy_check(const FleetArguments& arguments, const fs::path& path)
{
  std::error_code ignored;
  const bool is_folder = fs::is_directory(path, ignored);
  const auto files = is_folder ? files_of_folder(path) : file_and_groups(path);
  if (!files) {
    return fail(arguments, {files.error()}, exit_usage);
  }
  if (!is_folder && !files->at(path.filename().string())) {
    return fail(arguments, {files->at(path.filename().string()).error()}, exit_usage);
  }
  PolicyFolder folder{folder_of(path, is_folder)};
  const auto reading = folder.take(*files);
  PolicyCheck check{path.string(), folder.size(), {}, reading.warnings};
  for (const auto& fault : reading.faults) {
    check.faults.push_back(fault.what);
  }
  print(arguments.json ? policy_check_json(check) : policy_check_text(check));
  return exit_status_of(check);
}

}  // namespace muster::cli
