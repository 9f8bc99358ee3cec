// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/job_note.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/json/serialize.hpp>

#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent::actions {

namespace {

constexpr std::array<std::string_view, 4> state_words{"waiting", "running", "done", "failed"};
constexpr std::size_t longest_text = 2048;
constexpr std::int64_t largest_pid = std::int64_t{1} << 22;  // the kernel's own limit
constexpr mode_t note_mode = 0644;

std::string_view word_of(JobNote::State state)
{
  return state_words.at(static_cast<std::size_t>(state));
}

// "2026-11-23T05:42:31Z"
std::string time_text(protocol::Time time)
{
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%FT%TZ", &parts);
  return text.data();
}

}  // namespace

std::string encode(const JobNote& note)
{
  json::object object;
  object["what"] = note.what;
  object["state"] = word_of(note.state);
  object["started"] = protocol::to_json(note.started);
  if (note.finished) {
    object["finished"] = protocol::to_json(*note.finished);
  }
  object["message"] = note.message;
  object["process"] = note.process;
  return json::serialize(object) + "\n";
}

Expected<JobNote> parse_job_note(std::string_view text)
{
  const auto object = protocol::parse_object(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  protocol::JsonReader reader{*object, "note"};
  JobNote note;
  note.what = reader.string("what", longest_text);
  note.state = static_cast<JobNote::State>(reader.one_of("state", {state_words.begin(), state_words.end()}));
  note.started = reader.time("started");
  if (reader.has("finished")) {
    note.finished = reader.time("finished");
  }
  note.message = reader.optional_string("message", longest_text);
  note.process = static_cast<pid_t>(reader.integer("process", 0, largest_pid));
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return note;
}

bool is_in_progress(const JobNote& note, bool process_lives)
{
  return process_lives && (note.state == JobNote::State::waiting || note.state == JobNote::State::running);
}

std::string describe(const JobNote& note, bool process_lives)
{
  const std::string since = time_text(note.started);
  switch (note.state) {
  case JobNote::State::done:
    return note.what + ": done " + time_text(note.finished.value_or(note.started));
  case JobNote::State::failed:
    return note.what + ": failed " + time_text(note.finished.value_or(note.started)) + ": " + note.message;
  case JobNote::State::waiting:
  case JobNote::State::running:
    break;
  }
  if (!process_lives) {
    return note.what + ": interrupted, its end is not known; begun " + since;
  }
  return note.what + ": " + std::string{word_of(note.state)} + " since " + since;
}

void JobNotes::write(JobNote note) const
{
  note.process = ::getpid();
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  if (const auto written = runtime::write_file_atomically(file_, encode(note), note_mode); !written) {
    runtime::log::warning(written.error().message);
  }
}

std::optional<JobNote> JobNotes::read() const
{
  const auto text = runtime::read_text_file(file_, largest_job_note);
  auto note = text ? parse_job_note(*text) : tl::unexpected{text.error()};
  return note ? std::optional{*std::move(note)} : std::nullopt;
}

std::string JobNotes::told() const
{
  const auto note = read();
  return note ? describe(*note, process_lives(note->process)) : std::string{};
}

bool JobNotes::in_progress() const
{
  const auto note = read();
  return note && is_in_progress(*note, process_lives(note->process));
}

bool process_lives(pid_t process)
{
  return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

protocol::Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace muster::checkagent::actions
