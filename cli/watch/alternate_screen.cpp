// SPDX-License-Identifier: Apache-2.0
//
// The control sequences are those of ECMA-48 and, for the alternate screen (1049), the cursor (25) and the
// wrapping of lines (7), of xterm, which every terminal of today takes; those that do not, ignore them.
#include "cli/watch/alternate_screen.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace muster::cli {

namespace {

constexpr std::string_view enter_text = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view leave_text = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr int write_patience_ms = 1000;  // a terminal that takes nothing for so long has lost the picture

void write_out(std::string_view text)
{
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    pollfd ready{STDOUT_FILENO, POLLOUT, 0};
    const bool again = errno == EINTR || (errno == EAGAIN && ::poll(&ready, 1, write_patience_ms) > 0);
    if (!again) {
      return;
    }
  }
}

}  // namespace

bool AlternateScreen::is_possible()
{
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

AlternateScreen::AlternateScreen()
{
  ::tcgetattr(STDIN_FILENO, &before_);
  flags_before_ = ::fcntl(STDIN_FILENO, F_GETFL);
  enter();
}

AlternateScreen::~AlternateScreen()
{
  leave();
}

void AlternateScreen::enter()
{
  auto raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  write_out(enter_text);
  entered_ = true;
  shown_.clear();
}

void AlternateScreen::leave()
{
  if (entered_) {
    entered_ = false;
    write_out(leave_text);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    // Who waits for keys may have made it one that does not block, for everybody who has it open.
    ::fcntl(STDIN_FILENO, F_SETFL, flags_before_);
  }
}

ScreenSize AlternateScreen::size() const
{
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
  return known ? ScreenSize{size.ws_col, size.ws_row} : ScreenSize{};
}

void AlternateScreen::show(const std::vector<std::string>& lines)
{
  std::string frame = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    frame += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
  }
  frame += "\x1b[J";
  if (frame != shown_) {
    write_out(frame);
    shown_ = std::move(frame);
  }
}

}  // namespace muster::cli
