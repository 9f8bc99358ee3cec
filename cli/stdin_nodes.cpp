// SPDX-License-Identifier: Apache-2.0
#include "cli/stdin_nodes.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
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
  return {text.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

std::string beginning_of_file(int descriptor)
{
  std::array<char, peeked> text{};
  const auto length = ::pread(descriptor, text.data(), text.size(), ::lseek(descriptor, 0, SEEK_CUR));
  return {text.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

StdinContent content_of(std::string_view text, StdinContent otherwise)
{
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool list = first == std::string_view::npos || text[first] == '[' || text[first] == '{';
  return list ? StdinContent::nodes : otherwise;
}

}  // namespace

StdinContent look_at(int descriptor, std::chrono::milliseconds patience)
{
  if (is_kind(descriptor, S_IFREG)) {
    const auto text = beginning_of_file(descriptor);
    return text.empty() ? StdinContent::none : content_of(text, StdinContent::none);
  }
  if (!is_kind(descriptor, S_IFIFO)) {
    return StdinContent::none;
  }
  pollfd waited{descriptor, POLLIN, 0};
  if (::poll(&waited, 1, static_cast<int>(patience.count())) <= 0) {
    return StdinContent::silent;
  }
  const auto text = beginning_of_pipe(descriptor);
  return text.empty() ? StdinContent::silent : content_of(text, StdinContent::text);
}

void announce_json()
{
  if (is_kind(STDOUT_FILENO, S_IFIFO)) {
    print_now(" ");
  }
}

}  // namespace muster::cli
