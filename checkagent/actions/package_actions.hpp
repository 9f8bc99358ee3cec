// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/job_note.hpp"
#include "checkagent/actions/package_tool.hpp"
#include "checkagent/actions/program.hpp"

namespace muster::checkagent::actions {

// Agent `package`: status, install, update, uninstall, purge, checkupdates, count, md5, refresh, over the
// tool that this machine has. A change has two steps: one that fetches, waits for locks and is killed in
// time; and one that changes, is never killed, and if it is late is told as "still running". Must outlive its
// coroutines.
class PackageActions {
public:
  struct Options {
    std::string provider = "auto";  // or "apt", "dnf"
    ToolPaths tools;
    std::string own_package = "muster-checkagent";  // changed after the outcome has been told
    std::filesystem::path notes = "/var/lib/muster/privileged/package.json";
  };

  PackageActions(const Options& options, RunProgram run);

  boost::asio::awaitable<Outcome> perform(Task task);

private:
  struct Transaction;

  boost::asio::awaitable<Expected<PackageState>> ask(std::string package, std::chrono::milliseconds timeout);
  boost::asio::awaitable<Outcome> tell_status(Task task);
  boost::asio::awaitable<Outcome> sum_up(Task task, bool digest);
  boost::asio::awaitable<Outcome> check_updates(Task task);
  boost::asio::awaitable<Outcome> refresh(Task task);
  boost::asio::awaitable<Outcome> change(PackageChange::Kind kind, Task task);
  boost::asio::awaitable<std::optional<Outcome>> decide(PackageChange change, Task task);
  boost::asio::awaitable<Outcome> carry_out(PackageChange change, Task task);
  boost::asio::awaitable<std::optional<Outcome>> fetch(PackageChange change, Task task);
  boost::asio::awaitable<void> make(PackageChange change, std::shared_ptr<Transaction> transaction);
  boost::asio::awaitable<Outcome> tell_end(PackageChange change, ProgramRun run);
  boost::asio::awaitable<void> carry_out_later(PackageChange change);
  void note(const PackageChange& change, JobNote::State state, const std::string& message = {}) const;
  [[nodiscard]] Outcome promise(const PackageChange& change);

  Options options_;
  RunProgram run_;
  std::unique_ptr<PackageTool> tool_;
  JobNotes notes_;
};

}  // namespace muster::checkagent::actions
