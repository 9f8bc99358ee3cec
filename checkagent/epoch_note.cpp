// SPDX-License-Identifier: Apache-2.0
#include "checkagent/epoch_note.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/json.hpp"
#include "libmuster/runtime/file_descriptor.hpp"
#include "libmuster/runtime/system_failure.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

namespace json = protocol::json;

constexpr std::size_t note_bytes = 256;
constexpr std::size_t longest_boot = 64;
constexpr std::int64_t largest_count = std::int64_t{1} << 53;
constexpr std::array<std::string_view, 3> state_words{"running", "lossy", "closed"};

}  // namespace

std::string as_text(const EpochNote& note)
{
  json::object object;
  object["epoch"] = note.at.epoch;
  object["seq"] = note.at.seq;
  object["state"] = state_words.at(static_cast<std::size_t>(note.state));
  object["boot"] = note.boot.substr(0, longest_boot);
  auto text = json::serialize(object);
  text.resize(note_bytes - 1, ' ');
  return text + "\n";
}

std::optional<EpochNote> parse_epoch_note(std::string_view text)
{
  const auto object = protocol::parse_object(text);
  if (!object) {
    return std::nullopt;
  }
  protocol::JsonReader reader{*object, ""};
  EpochNote note;
  note.at = {reader.integer("epoch", 0, largest_count), reader.integer("seq", 0, largest_count)};
  note.state =
      static_cast<EpochNote::State>(reader.one_of("state", {state_words.begin(), state_words.end()}));
  note.boot = reader.string("boot", longest_boot);
  return reader.error() ? std::nullopt : std::optional{note};
}

std::optional<EpochNote> read_epoch_note(const std::filesystem::path& path)
{
  const auto text = runtime::read_text_file(path, note_bytes);
  return text ? parse_epoch_note(*text) : std::nullopt;
}

Expected<void> write_epoch_note(const std::filesystem::path& path, const EpochNote& note, bool sync)
{
  const runtime::FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file.valid()) {
    return runtime::system_failure("write", path, errno);
  }
  const auto text = as_text(note);
  const auto written = ::pwrite(file.get(), text.data(), text.size(), 0);
  if (written != static_cast<ssize_t>(text.size())) {
    return runtime::system_failure("write", path, written < 0 ? errno : ENOSPC);
  }
  if (sync && ::fdatasync(file.get()) != 0) {
    return runtime::system_failure("sync", path, errno);
  }
  return {};
}

EpochJoint join_epochs(const std::optional<EpochNote>& note, Cursor last, std::string_view boot)
{
  if (!note) {
    return {std::nullopt, last == Cursor{}};
  }
  if (note->state == EpochNote::State::closed) {
    if (note->at < last) {
      return {};  // what was recorded after the note has no proof
    }
    return {note->at > last ? std::optional{note->at} : std::nullopt, true};
  }
  const bool reached_the_disk = !boot.empty() && note->boot == boot;
  return {
      std::nullopt,
      note->state == EpochNote::State::running && note->at.epoch == last.epoch && reached_the_disk};
}

std::string this_boot()
{
  const auto text = runtime::read_text_file("/proc/sys/kernel/random/boot_id", longest_boot);
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

}  // namespace muster::checkagent
