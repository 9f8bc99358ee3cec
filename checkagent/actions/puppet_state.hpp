// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "checkagent/actions/action.hpp"
#include "checkagent/actions/job_note.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent::actions {

// The texts of the files in which Puppet keeps its state; unset: there is no such file.
struct PuppetFiles {
  std::optional<std::string> disabled_lock;  // agent_disabled.lock: {"disabled_message": TEXT}
  std::optional<std::string> run_lock;       // agent_catalog_run.lock: the pid of a run
  std::optional<std::string> daemon_pid;     // agent.pid
  std::optional<std::string> summary;        // last_run_summary.yaml
};

// last_run_summary.yaml: numbers as "resources.total", "time.config_retrieval".
struct PuppetSummary {
  std::map<std::string, double> numbers;
  std::string config_version;

  [[nodiscard]] double number(const std::string& name) const;
};

// A file that is not YAML is invalid_input.
Expected<PuppetSummary> parse_puppet_summary(const std::string& text);

// The last run that `runonce` has begun.
struct BegunPuppetRun {
  std::string_view state;  // "running", "done", "failed", or "interrupted": nobody saw its end
  std::int64_t began = 0;  // seconds since 1970, what `runonce` told as initiated_at
  std::int64_t ended = 0;  // 0: it has not, or that is not known
  std::string message;     // of a failed one: why
};

struct PuppetState {
  bool enabled = true;
  std::string disable_message;
  bool applying = false;  // a run has the lock, or one of ours is on its way to it
  bool daemon_present = false;
  std::int64_t lastrun = 0;  // seconds since 1970; 0: none known
  std::int64_t since_lastrun = 0;

  std::optional<BegunPuppetRun> begun_run{};  // unset: none is on record

  [[nodiscard]] bool idling() const { return daemon_present && !applying; }

  // "disabled", "applying a catalog", "idling" or "stopped"
  [[nodiscard]] std::string_view status() const;
};

// Pure: `lives` tells about a process, `started_one` whether a run that we began has not ended.
PuppetState puppet_state(
    const PuppetFiles& files,
    bool started_one,
    const std::function<bool(pid_t)>& lives,
    std::chrono::sys_seconds now);

// What the note about it says; `process_lives` tells about note.process.
BegunPuppetRun begun_run(const JobNote& note, bool process_lives);

// "Currently stopped; last completed run 9 minutes 11 seconds ago"
std::string describe(const PuppetState& state);

json::object to_json(const PuppetState& state);
json::object to_json(const PuppetSummary& summary, std::chrono::sys_seconds now);

}  // namespace muster::checkagent::actions
