// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrdcached.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace muster::collector {

namespace {

// One read: some hundred lines of refusals.
constexpr std::size_t read_bytes = std::size_t{16} * 1024;
// The daemon's lines are below its RRD_CMD_MAX; a line without end is from somebody else.
constexpr std::size_t max_answer_line_bytes = std::size_t{8} * 1024;

ErrorCode code_of(int number)
{
  switch (number) {
  case EACCES:
  case EPERM:
    return ErrorCode::denied;
  case ENOENT:
  case ECONNREFUSED:
  case ECONNRESET:
  case EPIPE:
  case EAGAIN:  // the daemon's queue of connections is full
    return ErrorCode::disconnected;
  default:
    return ErrorCode::io_failure;
  }
}

// The daemon splits at blanks and takes what is behind a backslash as it is.
void append_escaped(std::string& line, std::string_view path)
{
  for (const auto character : path) {
    if (character == ' ' || character == '\\') {
      line += '\\';
    }
    line += character;
  }
}

bool fits_on_a_line(std::string_view path)
{
  return path.find_first_of(std::string_view{"\n\r\t\0", 4}) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> rrdcached_update(
    const std::filesystem::path& path, const std::vector<std::string>& rows)
{
  std::string line{"UPDATE "};
  append_escaped(line, path.native());
  for (const auto& row : rows) {
    line += ' ';
    line += row;
  }
  line += '\n';
  return line.size() <= max_rrdcached_line_bytes && fits_on_a_line(path.native()) ? std::optional{line}
                                                                                  : std::nullopt;
}

Rrdcached::Rrdcached(std::filesystem::path socket) : socket_{std::move(socket)} {}

Rrdcached::~Rrdcached()
{
  close();
}

Expected<std::vector<RrdcachedRefusal>> Rrdcached::batch(
    const std::vector<std::string>& lines, Deadline deadline)
{
  if (auto connected = connect(deadline); !connected) {
    return tl::unexpected{connected.error()};
  }
  auto refused = exchange(lines, deadline);
  if (!refused) {
    close();
  }
  return refused;
}

Expected<std::vector<RrdcachedRefusal>> Rrdcached::exchange(
    const std::vector<std::string>& lines, Deadline deadline)
{
  if (auto sent = send("BATCH\n", deadline); !sent) {
    return tl::unexpected{sent.error()};
  }
  if (const auto status = read_status(deadline); !status || *status != 0) {
    return status ? broken(ErrorCode::invalid_input, words_) : tl::unexpected{status.error()};
  }
  // The daemon answers nothing before the dot, so that neither side can wait for the other.
  std::string text;
  for (const auto& line : lines) {
    text += line;
  }
  text += ".\n";
  if (auto sent = send(text, deadline); !sent) {
    return tl::unexpected{sent.error()};
  }
  const auto count = read_status(deadline);
  return count ? read_refusals(*count, deadline) : tl::unexpected{count.error()};
}

Expected<std::vector<RrdcachedRefusal>> Rrdcached::read_refusals(long count, Deadline deadline)
{
  std::vector<RrdcachedRefusal> refusals;
  for (long i = 0; i < count; ++i) {
    const auto number = read_status(deadline);
    if (!number) {
      return tl::unexpected{number.error()};
    }
    if (*number > 0 && refusals.size() < max_rrdcached_refusals) {
      refusals.push_back({static_cast<std::size_t>(*number - 1), words_});
    }
  }
  return refusals;
}

Expected<void> Rrdcached::flush(const std::filesystem::path& path, Deadline deadline)
{
  if (!fits_on_a_line(path.native())) {
    return {};
  }
  if (auto connected = connect(deadline); !connected) {
    return connected;
  }
  std::string line{"FLUSH "};
  append_escaped(line, path.native());
  line += '\n';
  auto sent = send(line, deadline);
  const auto status = sent ? read_status(deadline) : tl::unexpected{sent.error()};
  if (!status) {
    close();
    return tl::unexpected{status.error()};
  }
  // "No such file" is said of a file that is on no disk: there is nothing to write, either.
  const bool refused = *status < 0 && words_.find("No such file") == std::string::npos;
  return refused ? broken(ErrorCode::invalid_input, words_) : Expected<void>{};
}

Expected<void> Rrdcached::connect(Deadline deadline)
{
  if (descriptor_ >= 0) {
    return {};
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.native().size() >= sizeof address.sun_path) {
    return broken(ErrorCode::invalid_input, "the path is too long for a unix socket");
  }
  std::memcpy(address.sun_path, socket_.c_str(), socket_.native().size());
  descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  // The address types of the socket functions are what they are.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto* const target = reinterpret_cast<const sockaddr*>(&address);
  if (descriptor_ < 0 || ::connect(descriptor_, target, sizeof address) != 0) {
    const auto number = errno;
    close();
    return system_failure(number);
  }
  auto writable = wait(POLLOUT, deadline);
  if (!writable) {
    close();
  }
  return writable;
}

Expected<void> Rrdcached::send(std::string_view text, Deadline deadline)
{
  while (!text.empty()) {
    if (auto ready = wait(POLLOUT, deadline); !ready) {
      return ready;
    }
    const auto sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      return system_failure(errno);
    }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  return {};
}

Expected<std::string> Rrdcached::read_line(Deadline deadline)
{
  std::array<char, read_bytes> buffer{};
  auto end = received_.find('\n');
  while (end == std::string::npos) {
    if (received_.size() > max_answer_line_bytes) {
      return broken(ErrorCode::invalid_input, "answers without end: is it the socket of rrdcached?");
    }
    if (auto ready = wait(POLLIN, deadline); !ready) {
      return tl::unexpected{ready.error()};
    }
    const auto read = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (read == 0) {
      return broken(ErrorCode::disconnected, "it hung up");
    }
    if (read < 0 && errno != EAGAIN && errno != EINTR) {
      return system_failure(errno);
    }
    received_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
    end = received_.find('\n');
  }
  auto line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

Expected<long> Rrdcached::read_status(Deadline deadline)
{
  const auto line = read_line(deadline);
  if (!line) {
    return tl::unexpected{line.error()};
  }
  long status = 0;
  const auto* const end = line->data() + line->size();
  const auto read = std::from_chars(line->data(), end, status);
  if (read.ec != std::errc{}) {
    return broken(ErrorCode::invalid_input, "answers without a number: is it the socket of rrdcached?");
  }
  words_.assign(read.ptr == end ? end : read.ptr + 1, end);
  return status;
}

Expected<void> Rrdcached::wait(short events, Deadline deadline)
{
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return broken(ErrorCode::timed_out, "it does not answer");
    }
    pollfd polled{descriptor_, events, 0};
    constexpr std::chrono::milliseconds longest{60'000};  // poll counts in int
    const auto ready = ::poll(&polled, 1, static_cast<int>(std::min(left, longest).count()));
    if (ready > 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return system_failure(errno);
    }
  }
}

tl::unexpected<Error> Rrdcached::broken(ErrorCode code, std::string_view why) const
{
  std::string message{"rrdcached at "};
  message += socket_.native();
  message += ": ";
  message += why;
  return failure(code, std::move(message));
}

tl::unexpected<Error> Rrdcached::system_failure(int number) const
{
  return broken(code_of(number), std::generic_category().message(number));
}

void Rrdcached::close()
{
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  descriptor_ = -1;
  received_.clear();
}

}  // namespace muster::collector
