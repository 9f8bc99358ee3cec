// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_screen.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "cli/watch/watch_rows.hpp"

namespace muster::cli {

namespace {

// A terminal sends a key at once; over a slow line it takes a moment.
constexpr std::chrono::milliseconds rest_of_a_key{50};

std::optional<StatusPolling::Subject> subject_of(const WatchView& view)
{
  const auto border = view.selected.find('\n');
  if (!view.details || border == std::string::npos || border + 1 == view.selected.size()) {
    return std::nullopt;
  }
  return StatusPolling::Subject{view.selected.substr(0, border), view.selected.substr(border + 1)};
}

}  // namespace

WatchScreen::WatchScreen(WatchSession& session, OutputOptions options, QueryOf query_of)
    : session_{session},
      options_{options},
      query_of_{std::move(query_of)},
      input_{session.loop()},
      signals_{session.loop()},
      rest_{session.loop()}
{}

void WatchScreen::leave()
{
  screen_.reset();
}

void WatchScreen::draw()
{
  if (!screen_ && session_.polling().told()) {
    take_terminal();
  }
  if (screen_) {
    auto frame = watch_frame(picture(WatchSession::now()));
    ground_ = std::move(frame.ground);
    screen_->show(frame.lines);
  }
}

void WatchScreen::take_terminal()
{
  screen_.emplace();
  input_.assign(::dup(STDIN_FILENO));
  hear_keys();
  signals_.add(SIGWINCH);
  signals_.add(SIGTSTP);
  hear_signals();
}

WatchPicture WatchScreen::picture(Moment now) const
{
  auto& polling = session_.polling();
  const auto size = screen_->size();
  WatchPicture picture;
  picture.view = view_;
  picture.collector = polling.collector();
  if (const auto& told = polling.told()) {
    picture.told = &told->status;
    picture.told_at = told->at.wall;
  }
  picture.silence = polling.silence(now);
  picture.complaint = wrong_filter_.empty() ? polling.complaint() : wrong_filter_;
  picture.details = &polling.details();
  picture.now = now.wall;
  picture.options = options_;
  picture.options.columns = size.columns;
  picture.lines = size.lines;
  return picture;
}

void WatchScreen::hear_keys()
{
  input_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code cancelled) {
        if (!cancelled) {
          read_keys();
        }
      });
}

void WatchScreen::read_keys()
{
  constexpr std::size_t most = 4096;  // of something that is pasted
  std::array<char, most> bytes{};
  const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
    session_.quit();  // the terminal has gone
    return;
  }
  if (got > 0) {
    press(keys_.read({bytes.data(), static_cast<std::size_t>(got)}));
  }
  hear_rest_later();
  hear_keys();
}

void WatchScreen::hear_rest_later()
{
  rest_.cancel();
  if (!keys_.is_waiting()) {
    return;
  }
  rest_.expires_after(rest_of_a_key);
  rest_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      press(keys_.end_of_input());
    }
  });
}

void WatchScreen::press(const std::vector<Key>& keys)
{
  for (const auto& key : keys) {
    fulfil(cli::press(view_, key, ground_));
  }
  session_.polling().tell_about(subject_of(view_), WatchSession::now());
  session_.look_again();
}

void WatchScreen::fulfil(Wish wish)
{
  switch (wish) {
  case Wish::nothing:
    return;
  case Wish::quit:
    session_.quit();
    return;
  case Wish::pause:
    session_.polling().pause(view_.paused, WatchSession::now());
    return;
  case Wish::other_filter:
    apply_filter();
    return;
  }
}

void WatchScreen::apply_filter()
{
  const auto query = query_of_(read_typed_filter(view_.filter).combined);
  wrong_filter_ = query ? "" : query.error().message;
  if (query) {
    session_.polling().ask_for(*query, WatchSession::now());
  }
}

void WatchScreen::hear_signals()
{
  signals_.async_wait([this](boost::system::error_code cancelled, int signal) {
    if (cancelled) {
      return;
    }
    if (signal == SIGTSTP) {
      stop_for_a_while();
    }
    draw();
    hear_signals();
  });
}

// Ctrl-Z: the shell gets its terminal back, and later gives it again.
void WatchScreen::stop_for_a_while()
{
  screen_->leave();
  std::raise(SIGSTOP);
  screen_->enter();
}

}  // namespace muster::cli
