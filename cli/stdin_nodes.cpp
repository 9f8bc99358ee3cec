// SPDX-License-Identifier: Apache-2.0
#include "cli/stdin_nodes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

// Blanks may stand before the list, but nobody writes more of them.
constexpr std::size_t peeked = 256;

bool is_kind(int descriptor, mode_t kind)
{
  struct stat status {};

  return ::fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Looked at again so often while only blanks have come: poll() would not wait for more.
constexpr milliseconds between_looks{10};

std::string text_of(const std::array<char, peeked>& text, ssize_t length)
{
  return {text.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

// A copy of what stands ready in the pipe; the pipe keeps it.
std::string beginning_of_pipe(int descriptor)
{
  std::array<int, 2> copy{};
  if (::pipe2(copy.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return {};
  }
  std::array<char, peeked> text{};
  const auto copied = ::tee(descriptor, copy[1], text.size(), SPLICE_F_NONBLOCK);
  const auto length = copied > 0 ? ::read(copy[0], text.data(), text.size()) : 0;
  ::close(copy[0]);
  ::close(copy[1]);
  return text_of(text, length);
}

std::string beginning_of_socket(int descriptor)
{
  std::array<char, peeked> text{};
  return text_of(text, ::recv(descriptor, text.data(), text.size(), MSG_PEEK | MSG_DONTWAIT));
}

std::string beginning_of_file(int descriptor)
{
  std::array<char, peeked> text{};
  return text_of(text, ::pread(descriptor, text.data(), text.size(), ::lseek(descriptor, 0, SEEK_CUR)));
}

bool is_blank(std::string_view text)
{
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

StdinContent content_of(std::string_view text)
{
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool list = first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
  return list ? StdinContent::nodes : StdinContent::text;
}

// What announce_json() writes, and nothing else has been written yet.
constexpr std::string_view promise = " ";

milliseconds until(steady_clock::time_point deadline)
{
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return std::max(left, milliseconds{0});
}

StdinContent look_at_stream(int descriptor, milliseconds patience, std::string (*beginning)(int))
{
  const auto deadline = steady_clock::now() + patience;
  for (;;) {
    pollfd waited{descriptor, POLLIN | POLLRDHUP, 0};
    if (::poll(&waited, 1, static_cast<int>(until(deadline).count())) <= 0) {
      return StdinContent::silent;
    }
    const auto text = beginning(descriptor);
    if (text == promise) {
      return StdinContent::nodes;
    }
    if (!is_blank(text)) {
      return content_of(text);
    }
    const bool ended = (waited.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
    if (ended || until(deadline) == milliseconds{0}) {
      return StdinContent::silent;
    }
    std::this_thread::sleep_for(std::min(until(deadline), between_looks));
  }
}

std::string silent_too_long(bool begun, milliseconds silence)
{
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
  return "standard input: the pipe " +
         std::string{begun ? "began to bring nodes and then" : "was to bring nodes and"} +
         " said nothing for " + std::to_string(seconds) +
         " s: see to the program that writes to it, or add </dev/null";
}

// Empty at the end.
Expected<std::string> next_part(int descriptor, bool begun, milliseconds silence)
{
  std::array<char, 16384> part{};
  for (;;) {
    pollfd waited{descriptor, POLLIN, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(silence.count()));
    if (ready == 0) {
      return failure(ErrorCode::timed_out, silent_too_long(begun, silence));
    }
    const auto length = ready > 0 ? ::read(descriptor, part.data(), part.size()) : -1;
    if (length >= 0) {
      return std::string{part.data(), static_cast<std::size_t>(length)};
    }
    if (errno != EINTR && errno != EAGAIN) {
      return failure(ErrorCode::io_failure, "standard input: " + std::generic_category().message(errno));
    }
  }
}

}  // namespace

StdinContent look_at(int descriptor, milliseconds patience)
{
  if (is_kind(descriptor, S_IFREG)) {
    const auto text = beginning_of_file(descriptor);
    return text.empty() ? StdinContent::none : content_of(text);
  }
  if (is_kind(descriptor, S_IFIFO)) {
    return look_at_stream(descriptor, patience, beginning_of_pipe);
  }
  return is_kind(descriptor, S_IFSOCK) ? look_at_stream(descriptor, patience, beginning_of_socket)
                                       : StdinContent::none;
}

Expected<std::string> read_nodes(int descriptor, std::size_t most, const ReadPatience& patience)
{
  std::string text;
  for (;;) {
    const bool begun = !is_blank(text);
    const auto part = next_part(descriptor, begun, begun ? patience.between : patience.before);
    if (!part) {
      return tl::unexpected{part.error()};
    }
    if (part->empty()) {
      return text;
    }
    text += *part;
    if (text.size() > most) {
      return failure(
          ErrorCode::invalid_input, "standard input: more than " + std::to_string(most) + " bytes");
    }
  }
}

void announce_json()
{
  if (is_kind(STDOUT_FILENO, S_IFIFO) || is_kind(STDOUT_FILENO, S_IFSOCK)) {
    print_now(std::string{promise});
  }
}

}  // namespace muster::cli
