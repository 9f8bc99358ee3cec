// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_config_files.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "checkagent/nrpe_config_file.hpp"
#include "libmuster/runtime/file_descriptor.hpp"
#include "libmuster/runtime/system_failure.hpp"

namespace muster::checkagent {
namespace {

constexpr std::size_t max_directory_entries = 10'000;  // somebody's include_dir=/ must not fill the memory

// File times move on with the timer interrupt, at 100 to 1000 Hz.
constexpr std::chrono::milliseconds file_clock_tick{20};

Error reading_failure(int error_number)
{
  return {runtime::error_code_of(error_number), std::generic_category().message(error_number)};
}

// One byte more than a file may have is read, for the grammar to complain about.
Expected<std::string> read_regular_file(const std::string& path)
{
  // Non-blocking: opening somebody's named pipe would wait for ever.
  const runtime::FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};

  struct stat status {};

  if (!file.valid() || ::fstat(file.get(), &status) != 0) {
    return tl::make_unexpected(reading_failure(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorCode::invalid_input, "not a regular file");
  }
  std::string text(max_config_file_bytes + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto count = ::read(file.get(), text.data() + length, text.size() - length);
    if (count < 0 && errno != EINTR) {
      return tl::make_unexpected(reading_failure(errno));
    }
    if (count == 0) {
      break;
    }
    length += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }
  text.resize(length);
  return text;
}

NrpeConfigSource::DirectoryEntry::Kind kind_of(const std::filesystem::directory_entry& entry)
{
  std::error_code error;
  const auto type = entry.status(error).type();
  using Kind = NrpeConfigSource::DirectoryEntry::Kind;
  return type == std::filesystem::file_type::regular     ? Kind::file
         : type == std::filesystem::file_type::directory ? Kind::directory
                                                         : Kind::other;
}

Expected<std::vector<NrpeConfigSource::DirectoryEntry>> list_real_directory(const std::string& path)
{
  std::error_code error;
  std::filesystem::directory_iterator position{path, error};
  std::vector<NrpeConfigSource::DirectoryEntry> entries;
  while (!error && position != std::filesystem::directory_iterator{}) {
    if (entries.size() >= max_directory_entries) {
      return failure(ErrorCode::invalid_input, "more than 10000 entries, expected a folder of configuration");
    }
    entries.push_back({position->path().filename().string(), kind_of(*position)});
    position.increment(error);
  }
  if (error) {
    return tl::make_unexpected(reading_failure(error.value()));
  }
  return entries;
}

}  // namespace

NrpeConfigFiles::NrpeConfigFiles(std::string main_file) : main_file_{std::move(main_file)} {}

NrpeConfigFiles::Reading NrpeConfigFiles::reload()
{
  seen_.clear();
  health_.clear();
  try_again_ = false;
  Reading reading;
  reading.table = read_nrpe_config(main_file_, *this);
  reading.health = std::exchange(health_, {});
  const auto is_unread = [this](const auto& remembered) { return !seen_.contains(remembered.first); };
  std::erase_if(last_good_, is_unread);
  std::erase_if(last_listing_, is_unread);
  return reading;
}

bool NrpeConfigFiles::changed_on_disk() const
{
  return try_again_ || std::any_of(seen_.begin(), seen_.end(), [](const auto& entry) {
           return entry.second.may_hide_a_change || runtime::stamp_of(entry.first) != entry.second.stamp;
         });
}

std::vector<std::string> NrpeConfigFiles::paths_read() const
{
  std::vector<std::string> paths;
  paths.reserve(seen_.size());
  for (const auto& entry : seen_) {
    paths.push_back(entry.first);
  }
  return paths;
}

// Before reading: a change from now on is seen as one.
void NrpeConfigFiles::note(const std::string& path)
{
  const auto stamp = runtime::stamp_of(path);
  const std::chrono::nanoseconds changed{std::max(stamp.modified_ns, stamp.changed_ns)};
  const auto age = std::chrono::system_clock::now().time_since_epoch() - changed;
  seen_[path] = {stamp, age >= std::chrono::nanoseconds::zero() && age < file_clock_tick};
}

// A limit of open files or a disk that hiccups: no stamp would tell that it is over.
void NrpeConfigFiles::note_failure(const Error& error)
{
  try_again_ = try_again_ || error.code == ErrorCode::io_failure;
}

Expected<std::string> NrpeConfigFiles::read_file(const std::string& path)
{
  note(path);
  auto text = read_regular_file(path);
  if (!text) {
    note_failure(text.error());
  }
  const auto fault = text ? first_fault(path, *text) : ConfigFault{path, 0, text.error().message};
  if (!fault) {
    last_good_[path] = *text;
    return text;
  }
  const auto good = last_good_.find(path);
  if (good == last_good_.end()) {
    health_.push_back(to_string(*fault) + (text ? "; the rest of the file does not count" : ""));
    return text;
  }
  health_.push_back(to_string(*fault) + "; the last good version of the file stays in force");
  return good->second;
}

Expected<std::vector<NrpeConfigSource::DirectoryEntry>> NrpeConfigFiles::list_directory(
    const std::string& path)
{
  note(path);
  auto entries = list_real_directory(path);
  if (entries) {
    last_listing_[path] = *entries;
    return entries;
  }
  note_failure(entries.error());
  const auto listing = last_listing_.find(path);
  if (listing == last_listing_.end()) {
    health_.push_back(path + ": " + entries.error().message);
    return entries;
  }
  health_.push_back(path + ": " + entries.error().message + "; its last listing stays in force");
  return listing->second;
}

}  // namespace muster::checkagent
