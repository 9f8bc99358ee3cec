// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/worker_codec.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace muster::bridge {

namespace {

constexpr std::string_view message_end{"\1\0\0\0", 4};
constexpr std::string_view word_marks = "_.-/@";
// 32 bits have no more; Nagios reads them with atoi().
constexpr std::size_t most_digits = 10;

bool is_number(std::string_view text)
{
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  return !text.empty() && text.size() <= most_digits && std::all_of(text.begin(), text.end(), is_digit);
}

void take_pair(std::string_view pair, WorkerJob& job, std::string_view& timeout)
{
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos) {
    return;
  }
  const auto key = pair.substr(0, equals);
  const auto value = pair.substr(equals + 1);
  if (key == "job_id") {
    job.id = value;
  } else if (key == "type") {
    job.type = value;
  } else if (key == "timeout") {
    timeout = value;
  } else if (key == "command") {
    job.command = value;
  }
}

std::string seconds_text(std::chrono::microseconds time)
{
  constexpr std::chrono::seconds one{1};
  return fmt::format("{}.{:06}", time / one, (time % one).count());
}

std::string_view up_to_nul(std::string_view text)
{
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::string worker_registration(std::string_view name, std::string_view plugin, std::uint64_t max_jobs)
{
  auto line = fmt::format("@wproc register name={};pid=0;max_jobs={};plugin={}", name, max_jobs, plugin);
  line += '\0';
  return line;
}

bool is_worker_word(std::string_view text)
{
  constexpr std::size_t longest = 200;
  const auto is_letter = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
           word_marks.find(letter) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), is_letter);
}

Expected<WorkerJob> parse_worker_job(std::string_view message)
{
  WorkerJob job;
  std::string_view timeout;
  while (!message.empty()) {
    const auto pair = up_to_nul(message);
    take_pair(pair, job, timeout);
    message.remove_prefix(std::min(pair.size() + 1, message.size()));
  }
  if (!is_number(job.id) || !is_number(job.type) || !is_number(timeout) || job.command.empty()) {
    return failure(ErrorCode::invalid_input, "expected a job with job_id, type, timeout and command");
  }
  std::int64_t seconds = 0;
  std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds);
  job.timeout = std::chrono::seconds{seconds};
  return job;
}

std::string encode_worker_answer(const WorkerJob& job, const WorkerAnswer& answer)
{
  constexpr int exit_status_shift = 8;  // as wait() gives it
  const auto runtime = std::chrono::duration<double>{answer.ended - answer.started}.count();
  std::string message;
  const auto add = [&message](std::string_view key, std::string_view value) {
    message.append(key).append("=").append(value).push_back('\0');
  };
  add("job_id", job.id);
  add("type", job.type);
  add("timeout", std::to_string(job.timeout.count()));
  add("wait_status", std::to_string(static_cast<int>(answer.state) << exit_status_shift));
  add("start", seconds_text(answer.started));
  add("stop", seconds_text(answer.ended));
  add("runtime", fmt::format("{:.6f}", runtime));
  add("exited_ok", "1");
  add("outerr", "");
  add("outstd", up_to_nul(answer.text));
  message += message_end;
  return message;
}

Expected<void> WorkerMessages::add(std::string_view bytes)
{
  if (pending_.size() + bytes.size() > largest_worker_message + message_end.size()) {
    return failure(
        ErrorCode::invalid_input, "Nagios sent a message of more than 1 MiB, or what is no message of it");
  }
  pending_ += bytes;
  return {};
}

std::optional<std::string> WorkerMessages::greeting()
{
  const auto end = pending_.find('\0');
  if (end == std::string::npos) {
    return std::nullopt;
  }
  auto text = pending_.substr(0, std::min(end, largest_worker_greeting));
  pending_.erase(0, end + 1);
  return text;
}

std::optional<std::string> WorkerMessages::next()
{
  const auto end = pending_.find(message_end, searched_);
  if (end == std::string::npos) {
    searched_ = pending_.size() - std::min(pending_.size(), message_end.size() - 1);
    return std::nullopt;
  }
  auto message = pending_.substr(0, end);
  pending_.erase(0, end + message_end.size());
  searched_ = 0;
  return message;
}

}  // namespace muster::bridge
