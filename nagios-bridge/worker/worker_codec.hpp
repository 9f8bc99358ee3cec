// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"

// What Nagios 4 and its workers say to each other on the query socket (nagioscore 4.4.6: base/workers.c,
// lib/worker.c, lib/kvvec.c). A worker registers with a line and a NUL, and gets "OK" and a NUL. After that
// both sides send messages: `key=value`, each with a NUL behind it, then the four bytes 1 0 0 0. Pure.
namespace muster::bridge {

// A job's command with all its macros in the environment is some tens of KiB.
inline constexpr std::size_t largest_worker_message = std::size_t{1} << 20U;
inline constexpr std::size_t largest_worker_greeting = 1024;

// `name` and `plugin` are words (is_worker_word). Nagios gives its jobs to whoever has registered for the
// first word of their command, or for the last part of that path. The process id is left out on purpose:
// Nagios kills the processes of its workers with SIGKILL when it reloads or ends.
std::string worker_registration(std::string_view name, std::string_view plugin, std::uint64_t max_jobs);

// What may stand in a registration, which has its own meaning for `;` and `=`.
bool is_worker_word(std::string_view text);

struct WorkerJob {
  std::string id;    // digits
  std::string type;  // digits: 0 is a check
  std::chrono::seconds timeout{};
  std::string command;
};

// Fails with invalid_input if id, type, timeout or command are missing or no numbers. Other keys (env) are
// none of ours.
Expected<WorkerJob> parse_worker_job(std::string_view message);

struct WorkerAnswer {
  CheckState state = CheckState::unknown;
  std::string text;
  std::chrono::microseconds started{};  // since 1970
  std::chrono::microseconds ended{};
};

// With its end. Text behind a NUL is left out: Nagios would not read it.
std::string encode_worker_answer(const WorkerJob& job, const WorkerAnswer& answer);

// Puts together what comes from Nagios in pieces.
class WorkerMessages {
public:
  // Fails with invalid_input if more is pending than a message may have: nothing can be read any more then.
  Expected<void> add(std::string_view bytes);

  // What Nagios says to the registration, once it is whole; to be asked for until it has come.
  std::optional<std::string> greeting();

  // The next whole message, without its end.
  std::optional<std::string> next();

private:
  std::string pending_;
  std::size_t searched_ = 0;  // so far there is no end of a message
};

}  // namespace muster::bridge
