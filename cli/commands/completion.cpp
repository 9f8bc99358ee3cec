// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/completion.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/ddl_source.hpp"
#include "cli/ddl_cache.hpp"
#include "cli/output/ddl_text.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

// Whoever has pressed Tab waits no longer.
constexpr int longest_s = 1;

extern "C" void give_up(int /*signal*/)
{
  ::_exit(0);
}

void end_in_time()
{
  struct sigaction action = {};
  action.sa_handler = give_up;  // NOLINT(cppcoreguidelines-pro-type-union-access): it is one in libc
  ::sigaction(SIGALRM, &action, nullptr);
  itimerval timer{};
  timer.it_value.tv_sec = longest_s;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// What is said on standard error would stand in the middle of the line that is typed.
void fall_silent()
{
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
  }
}

std::vector<std::string> agents_of_fleet(const FleetArguments& arguments, Prepared prepared)
{
  const DdlCache cache{prepared.settings, client::process_environment()};
  const auto now = std::chrono::system_clock::now();
  if (auto cached = cache.agents(now)) {
    return std::move(*cached);
  }
  prepared.addressed.question.roll_call_only = true;
  const auto report = ask(arguments, prepared);
  std::vector<std::string> names;
  if (report) {
    for (auto& agent : agents_in(*report)) {
      names.push_back(std::move(agent.name));
    }
    cache.keep_agents(names, now);
  }
  return names;
}

std::vector<std::string> names_in(const ddl::Agent& agent, const CompletionQuestion& question)
{
  std::vector<std::string> names;
  if (question.actions) {
    for (const auto& action : agent.actions) {
      names.push_back(action.name);
    }
    return names;
  }
  if (const auto* action = agent.find(question.action)) {
    for (const auto& input : action->inputs) {
      names.push_back(input.name);
    }
  }
  return names;
}

std::vector<std::string> answer_to(const CompletionQuestion& question, const FleetArguments& arguments)
{
  const auto prepared = prepare(arguments);
  if (!prepared) {
    return {};
  }
  if (question.agents) {
    return agents_of_fleet(arguments, *prepared);
  }
  const auto document = find_ddl(arguments, *prepared, question.agent);
  return document ? names_in(document->document.agent, question) : std::vector<std::string>{};
}

}  // namespace

int run_completion(const FleetArguments& arguments, const CompletionQuestion& question)
{
  end_in_time();
  fall_silent();
  std::string text;
  for (const auto& name : answer_to(question, arguments)) {
    text += name + "\n";
  }
  print(text);
  return 0;
}

}  // namespace muster::cli
