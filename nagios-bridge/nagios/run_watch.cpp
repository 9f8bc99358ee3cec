// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/run_watch.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "libmuster/runtime/file_descriptor.hpp"
#include "libmuster/runtime/system_failure.hpp"

namespace muster::bridge {

namespace {

// Nagios writes its status after its objects; that is the proof that these are whole. A clock that was set
// back denies it, until nothing has changed for this long.
constexpr std::chrono::seconds still_enough{10};

Expected<std::string> read_head(const std::filesystem::path& path)
{
  const runtime::FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file.valid()) {
    return runtime::system_failure("read", path, errno);
  }
  std::array<char, program_status_head> head{};
  const auto got = ::read(file.get(), head.data(), head.size());
  if (got < 0) {
    return runtime::system_failure("read", path, errno);
  }
  return std::string{head.data(), static_cast<std::size_t>(got)};
}

std::int64_t process_start(std::int64_t pid)
{
  const auto stat = read_head("/proc/" + std::to_string(pid) + "/stat");
  return stat ? parse_process_start(*stat) : 0;
}

std::string no_status(const Error& error)
{
  return error.message + (error.code == ErrorCode::denied
                              ? ": without it no restart of Nagios can be seen"
                              : ": Nagios is not running, or status_file is another");
}

}  // namespace

RunWatch::RunWatch(const NagiosSettings& settings)
    : status_file_{settings.status_file}, object_cache_{settings.object_cache}
{}

RunWatch::Seen RunWatch::look(Clock::time_point now)
{
  const auto stamp = runtime::stamp_of(status_file_.string());
  const auto head = read_head(status_file_);
  if (!head) {
    return {std::nullopt, true, {}, no_status(head.error())};
  }
  const auto status = parse_program_status(*head);
  if (!status) {
    return {
        std::nullopt,
        true,
        {},
        status_file_.string() + " is no status file of Nagios 4, or is being written"};
  }
  if (!objects_are_current(now, stamp)) {
    return {std::nullopt, true, {}, "Nagios is starting: " + object_cache_.string() + " is being written"};
  }
  const NagiosRun run{status->pid, status->program_start, read_->modified_ns, process_start(status->pid)};
  const std::chrono::nanoseconds written{stamp.modified_ns};
  return {
      run,
      status->takes_passive_results,
      Time{std::chrono::floor<std::chrono::milliseconds>(written)},
      objects_trouble_};
}

bool RunWatch::objects_are_current(Clock::time_point now, const runtime::FileStamp& status)
{
  const auto stamp = runtime::stamp_of(object_cache_.string());
  if (read_ == stamp) {
    return true;
  }
  if (waiting_ != stamp || waiting_since_ == Clock::time_point{}) {
    waiting_ = stamp;
    waiting_since_ = now;
  }
  const bool still = now - waiting_since_ >= still_enough;
  return (still || status.modified_ns >= stamp.modified_ns) && read_objects(stamp, still);
}

// One that is not whole and stays so was cut off by a full disk: it says nothing, and Nagios goes on.
bool RunWatch::read_objects(const runtime::FileStamp& objects, bool still)
{
  auto index = read_object_index(object_cache_);
  if (!index && index.error().code == ErrorCode::invalid_input && !still) {
    return false;
  }
  if (runtime::stamp_of(object_cache_.string()) != objects) {
    return false;
  }
  read_ = objects;
  objects_trouble_ =
      index ? std::string{}
            : index.error().message + ": what Nagios does not know cannot be told from what it does";
  objects_ = index ? std::optional{std::move(*index)} : std::nullopt;
  return true;
}

std::optional<std::size_t> RunWatch::objects() const
{
  return objects_ ? std::optional{objects_->size()} : std::nullopt;
}

std::string RunWatch::objection_to(const PassiveResult& result) const
{
  return objects_ ? objects_->objection_to(result) : std::string{};
}

}  // namespace muster::bridge
