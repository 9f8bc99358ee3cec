// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/job.hpp"

namespace muster::cli {

namespace {

constexpr const char* examples =
    "\nExamples:\n"
    "  mco package update nginx -C web --detach    begins a job and tells its name\n"
    "  mco job status JOB                          who is done, who failed, who is still at it\n"
    "  mco job result JOB                          what it gave, as if it had been waited for\n"
    "  mco job cancel JOB                          end it where it runs\n"
    "  mco job list                                the jobs of the last seven days\n"
    "\n"
    "Exit status: of status and result 0 over and well, 1 no node has that job, 2 some failed or did not "
    "answer, "
    "3 nobody answered, 4 it still runs and nothing has failed; of cancel 0 it runs nowhere any more; of "
    "list 0 all "
    "answered.\n";

using RunJob = int (*)(const FleetArguments& arguments, const std::string& job);

void add(CommandTree& tree, CLI::App& group, const char* name, const char* help, RunJob run)
{
  auto* command = group.add_subcommand(name, help);
  const auto job = std::make_shared<std::string>();
  add_common(*command, tree.fleet);
  command->add_option("JOB", *job, "its name, as --detach has told it")->type_name("")->required();
  command->footer(examples);
  command->callback([&fleet = tree.fleet, &chosen = tree.chosen, job, run] {
    chosen = [&fleet, job, run] { return run(fleet, *job); };
  });
}

}  // namespace

void add_job_commands(CommandTree& tree)
{
  auto* group = tree.app.add_subcommand("job", "Actions that were begun with --detach: how far they are");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "The jobs of the fleet");
  add_common(*list, tree.fleet);
  list->footer(examples);
  list->callback(
      [&fleet = tree.fleet, &chosen = tree.chosen] { chosen = [&fleet] { return run_job_list(fleet); }; });
  add(tree, *group, "status", "How far a job has come, on each node", run_job_status);
  add(tree, *group, "result", "What a job gave, on each node", run_job_result);
  add(tree, *group, "cancel", "End a job where it runs", run_job_cancel);
  group->footer(examples);
}

}  // namespace muster::cli
