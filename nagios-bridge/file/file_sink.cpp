// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/file/file_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/utc_text.hpp"
#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/system_failure.hpp"

namespace muster::bridge {

namespace {

Time now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string line_of(const PassiveResult& result)
{
  boost::json::object object;
  object["ticket"] = result.ticket;
  object["host"] = result.host;
  object["service"] =
      result.service.empty() ? boost::json::value(nullptr) : boost::json::value(result.service);
  object["state"] = result.state;
  object["summary"] = result.summary;
  object["details"] = result.details;
  object["perfdata"] = result.perfdata;
  object["started"] = protocol::utc_text(result.started);
  object["finished"] = protocol::utc_text(result.finished);
  object["source"] = result.source;
  return boost::json::serialize(object) + "\n";
}

}  // namespace

FileSink::FileSink(const SinkPlace& place, std::filesystem::path path, bool owner_only)
    : feed_{place.feed}, path_{std::move(path)}, owner_only_{owner_only}, timer_{place.executor}
{}

Expected<void> FileSink::start()
{
  at_ = feed_.safe();
  state_.handed_over = at_;
  state_.safe = at_;
  state_.since = now();
  stopped_ = false;
  schedule({});
  return {};
}

void FileSink::wake()
{
  if (!stopped_ && state_.working) {
    schedule({});  // else it tries again by itself
  }
}

void FileSink::stop()
{
  stopped_ = true;
  timer_.cancel();
}

void FileSink::schedule(std::chrono::milliseconds pause)
{
  if (scheduled_) {
    return;
  }
  scheduled_ = true;
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    scheduled_ = false;
    if (!cancelled && !stopped_) {
      work();
    }
  });
}

// A piece at a time: others on this thread want to work too.
void FileSink::work()
{
  const auto done = write_some();
  settle(done);
  if (!done) {
    schedule(retry_after);
  } else if (*done) {
    schedule({});
  }
}

Expected<bool> FileSink::write_some()
{
  auto opened = file_.valid() && !is_moved() ? Expected<void>{} : open();
  auto slice = opened ? feed_.read(at_, most_at_once) : tl::make_unexpected(opened.error());
  if (!slice) {
    return tl::unexpected{slice.error()};
  }
  if (slice->until == at_) {
    return false;
  }
  std::string text;
  for (const auto& result : slice->results) {
    text += line_of(result);
  }
  auto written = write(text);
  written = written ? feed_.set_safe(slice->until) : written;
  if (!written) {
    return tl::unexpected{written.error()};
  }
  at_ = slice->until;
  state_.handed_over = at_;
  state_.safe = at_;
  state_.delivered += slice->results.size();
  state_.last_time = now();
  return true;
}

// Never a pipe: a reader that is slow would stop the bridge.
Expected<void> FileSink::open()
{
  const mode_t mode = owner_only_ ? 0600 : 0640;
  file_ = runtime::FileDescriptor{
      ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)};

  struct stat status {};

  if (!file_.valid() || ::fstat(file_.get(), &status) != 0) {
    return runtime::system_failure("open", path_, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    file_ = runtime::FileDescriptor{};
    return failure(ErrorCode::invalid_input, path_.string() + " is no regular file");
  }
  char last = '\n';
  if (status.st_size > 0 && ::pread(file_.get(), &last, 1, status.st_size - 1) == 1 && last != '\n') {
    return write("\n");
  }
  return {};
}

bool FileSink::is_moved() const
{
  struct stat own {};

  struct stat named {};

  return ::fstat(file_.get(), &own) != 0 || ::stat(path_.c_str(), &named) != 0 ||
         own.st_ino != named.st_ino || own.st_dev != named.st_dev;
}

Expected<void> FileSink::write(const std::string& text)
{
  std::string_view rest{text};
  while (!rest.empty()) {
    const auto count = ::write(file_.get(), rest.data(), rest.size());
    if (count < 0 && errno != EINTR) {
      auto failed = runtime::system_failure("write", path_, errno);
      file_ = runtime::FileDescriptor{};  // opened anew, what was cut is ended
      return failed;
    }
    rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
  if (::fdatasync(file_.get()) != 0) {
    return runtime::system_failure("write", path_, errno);
  }
  return {};
}

void FileSink::settle(const Expected<bool>& done)
{
  if (state_.working != done.has_value()) {
    state_.working = done.has_value();
    state_.since = now();
  }
  const auto trouble = done ? std::string{} : done.error().message;
  if (trouble != state_.trouble && !trouble.empty()) {
    runtime::log::warning(trouble);
  }
  state_.trouble = trouble;
}

MakeSink read_file_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  std::filesystem::path path;
  bool owner_only = false;
  if (!reader.read_path("path", folder, path)) {
    reader.refuse("path", "expected the file that results are appended to");
  }
  reader.read_flag("owner_only", owner_only);
  return [path, owner_only](const SinkPlace& place) -> Expected<std::unique_ptr<Sink>> {
    return std::make_unique<FileSink>(place, path, owner_only);
  };
}

}  // namespace muster::bridge
