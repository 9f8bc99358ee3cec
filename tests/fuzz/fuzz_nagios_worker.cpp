// SPDX-License-Identifier: Apache-2.0
// What Nagios sends its worker, in pieces as they come, and the command of a job: nothing of it is executed
// by a shell, what is answered is one message, and the pieces make no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nagios-bridge/worker/command_words.hpp"
#include "nagios-bridge/worker/job_plan.hpp"
#include "nagios-bridge/worker/worker_codec.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::bridge;

constexpr std::size_t most_messages = 200;  // each starts a plan

std::vector<std::string> read_in_pieces(std::string_view bytes, std::size_t piece)
{
  WorkerMessages messages;
  std::vector<std::string> read;
  while (!bytes.empty()) {
    if (!messages.add(bytes.substr(0, piece))) {
      require(false);  // no input of a fuzzer is so long
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto message = messages.next()) {
      read.push_back(std::move(*message));
    }
  }
  return read;
}

void is_answered_with_one_message(const WorkerJob& job, std::string text)
{
  using std::chrono::microseconds;
  const auto bytes = encode_worker_answer(
      job, {muster::CheckState::warning, std::move(text), microseconds{1}, microseconds{2}});
  WorkerMessages messages;
  require(messages.add(bytes).has_value());
  const auto message = messages.next();
  require(message && !messages.next());
  require(message->starts_with("job_id=" + job.id));
}

void is_planned(std::string_view message)
{
  const auto job = parse_worker_job(message);
  if (!job) {
    return;
  }
  require(!job->command.empty() && job->timeout.count() >= 0);
  const auto plan = plan_of(*job);
  if (const auto* result = std::get_if<muster::fleet_check::PluginResult>(&plan)) {
    require(result->state == muster::CheckState::unknown && result->text.ends_with('\n'));
    is_answered_with_one_message(*job, result->text);
  } else {
    const auto& question = std::get<JobQuestion>(plan);
    require(!question.arguments.check.empty() && question.timeout <= job->timeout);
  }
}

// Words that are quoted again come back.
void is_split_again(std::string_view line)
{
  const auto words = command_words(line);
  if (!words) {
    return;
  }
  std::string quoted;
  for (const auto& word : *words) {
    quoted += "'";
    for (const char letter : word) {
      quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
    }
    quoted += "' ";
  }
  const auto again = command_words(quoted);
  require(again && *again == *words);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size > largest_worker_message) {
    return 0;
  }
  const auto bytes = muster::fuzz::as_text(data, size);
  const auto messages = read_in_pieces(bytes, bytes.size() + 1);
  require(messages == read_in_pieces(bytes, 3));
  for (std::size_t i = 0; i < messages.size() && i < most_messages; ++i) {
    is_planned(messages[i]);
  }
  is_planned(bytes);
  is_split_again(bytes);
  is_answered_with_one_message({"1", "0", {}, "a"}, std::string{bytes});
  return 0;
}
