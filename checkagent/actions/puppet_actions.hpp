// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/job_note.hpp"
#include "checkagent/actions/program.hpp"
#include "checkagent/actions/puppet_state.hpp"

namespace muster::checkagent::actions {

// Agent `puppet`: status, last_run_summary, enable, disable, runonce. State is read from Puppet's own files,
// changed by its own command. Must outlive its coroutines.
class PuppetActions {
public:
  struct Options {
    std::filesystem::path puppet;  // empty: this node has none
    // Of each list, the first that exists: Debian's package, Puppet's own packages, older ones.
    std::vector<std::filesystem::path> state_folders{
        "/var/cache/puppet/state", "/opt/puppetlabs/puppet/cache/state", "/var/lib/puppet/state"};
    std::vector<std::filesystem::path> summaries{
        "/var/cache/puppet/public/last_run_summary.yaml",
        "/opt/puppetlabs/puppet/public/last_run_summary.yaml",
        "/opt/puppetlabs/puppet/cache/state/last_run_summary.yaml",
        "/var/lib/puppet/state/last_run_summary.yaml"};
    std::vector<std::filesystem::path> daemon_pids{"/run/puppet/agent.pid", "/run/puppetlabs/agent.pid"};
    std::filesystem::path notes = "/var/lib/muster/privileged/puppet.json";
  };

  PuppetActions(Options options, RunProgram run);

  boost::asio::awaitable<Outcome> perform(Task task);

private:
  struct Start;

  [[nodiscard]] PuppetFiles files() const;
  [[nodiscard]] PuppetState state() const;
  [[nodiscard]] Outcome tell_status() const;
  [[nodiscard]] Outcome tell_summary() const;
  boost::asio::awaitable<Outcome> enable(Task task);
  boost::asio::awaitable<Outcome> disable(Task task);
  boost::asio::awaitable<Outcome> call(Words arguments, std::string could_not, Task task);
  boost::asio::awaitable<Outcome> run_once(Task task);
  boost::asio::awaitable<void> run_to_its_end(Words words, std::shared_ptr<Start> start);

  Options options_;
  RunProgram run_;
  JobNotes notes_;
};

// The arguments of a run; fails on inputs that break their grammar.
Expected<Words> run_once_arguments(const json::object& inputs);

}  // namespace muster::checkagent::actions
