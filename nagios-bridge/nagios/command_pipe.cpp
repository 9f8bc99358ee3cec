// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/command_pipe.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>

#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::bridge {

namespace {

using runtime::FileDescriptor;

PipeAnswer answer_of(int number)
{
  switch (number) {
  case EAGAIN:
    return PipeAnswer::full;
  case ENXIO:
  case EPIPE:
    return PipeAnswer::no_reader;
  case ENOENT:
  case ENOTDIR:
    return PipeAnswer::absent;
  case EACCES:
  case EPERM:
    return PipeAnswer::denied;
  default:
    return PipeAnswer::failed;
  }
}

// Looks before it opens: opening a device can do things.
PipeAnswer open_pipe(const std::filesystem::path& path, FileDescriptor& pipe)
{
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) {
    return answer_of(errno);
  }
  if (!S_ISFIFO(status.st_mode)) {
    return PipeAnswer::no_pipe;
  }
  pipe = FileDescriptor{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
  if (!pipe.valid()) {
    return answer_of(errno);
  }
  if (::fstat(pipe.get(), &status) != 0 || !S_ISFIFO(status.st_mode)) {
    return PipeAnswer::no_pipe;
  }
  return PipeAnswer::ready;
}

// The reader may leave between open and write; the signal that comes of it is this thread's, and is taken
// back.
class WithoutSigpipe {
public:
  WithoutSigpipe()
  {
    ::sigemptyset(&sigpipe_);
    ::sigaddset(&sigpipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }

  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  WithoutSigpipe(WithoutSigpipe&&) = delete;
  WithoutSigpipe& operator=(WithoutSigpipe&&) = delete;

  ~WithoutSigpipe() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  void take_it_back() const
  {
    const timespec at_once{};
    ::sigtimedwait(&sigpipe_, nullptr, &at_once);
  }

private:
  sigset_t sigpipe_{};
  sigset_t before_{};
};

}  // namespace

PipeAnswer look_at_pipe(const std::filesystem::path& path)
{
  FileDescriptor pipe;
  return open_pipe(path, pipe);
}

PipeAnswer write_command(const std::filesystem::path& path, std::string_view line)
{
  FileDescriptor pipe;
  if (const auto answer = open_pipe(path, pipe); answer != PipeAnswer::ready) {
    return answer;
  }
  const WithoutSigpipe guard;
  const auto written = ::write(pipe.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) {
    return PipeAnswer::ready;
  }
  const int number = written < 0 ? errno : EIO;  // a pipe takes up to PIPE_BUF bytes whole or not at all
  if (number == EPIPE) {
    guard.take_it_back();
  }
  return answer_of(number);
}

std::string trouble_with_pipe(PipeAnswer answer, const std::filesystem::path& path)
{
  const auto& name = path.string();
  switch (answer) {
  case PipeAnswer::ready:
    return {};
  case PipeAnswer::full:
    return "the command pipe " + name + " is full: Nagios does not read it";
  case PipeAnswer::no_reader:
    return "nobody reads the command pipe " + name + ": Nagios is not running";
  case PipeAnswer::absent:
    return "there is no command pipe " + name +
           ": Nagios is not running, or must be restarted as somebody has removed it, or "
           "check_external_commands is 0, or command_file is another";
  case PipeAnswer::no_pipe:
    return name + " is not a pipe: Nagios runs without commands until it is removed and Nagios restarted";
  case PipeAnswer::denied:
    return "the command pipe " + name +
           " may not be written: the bridge's user must be in the group that owns it, and in those of its "
           "folders";
  case PipeAnswer::failed:
    break;
  }
  return "the command pipe " + name + " cannot be opened or written";
}

}  // namespace muster::bridge
