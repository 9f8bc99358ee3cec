// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_session.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "libmuster/client/caller_session.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t session_length = 12;
constexpr std::chrono::milliseconds goodbye_patience{200};
constexpr std::chrono::milliseconds tick{1000};  // ages are told in seconds

}  // namespace

WatchSession::WatchSession(
    const client::ClientSettings& settings,
    protocol::SecretKey key,
    const StatusPolling::Settings& polling,
    std::function<void()> changed)
    : session_name_{protocol::random_word(session_length)},
      client_{
          mqtt::make_paho_client(loop_.get_executor(), client::connection_options(settings, session_name_))},
      polling_{polling, now()},
      patience_{polling.patience},
      changed_{std::move(changed)},
      session_{
          *client_,
          {std::move(key), protocol::Topics{settings.topic_dots_as_underscores}, session_name_},
          events()},
      interrupts_{loop_, SIGINT, SIGTERM, SIGHUP},
      timer_{loop_},
      length_{loop_}
{
  interrupts_.add(SIGQUIT);
}

Moment WatchSession::now()
{
  return {Clock::now(), std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

// What has happened is taken in, and what follows from it is done.
template <typename Work>
void WatchSession::happened(Work work)
{
  if (!ending_) {
    work();
    look_again();
  }
}

fleet::ServiceSession::Events WatchSession::events()
{
  fleet::ServiceSession::Events events;
  events.connected = [this] { happened([this] { polling_.on_connected(now()); }); };
  events.lost = [this](const Error& why) { happened([&] { polling_.on_lost(why, now()); }); };
  events.not_allowed = [this](const Error& why) { happened([&] { polling_.on_not_allowed(why); }); };
  events.presence = [this](const protocol::Presence& presence, std::chrono::seconds age) {
    const bool up = presence.state == protocol::NodeState::up && age < fleet::FleetRequest::stale_presence;
    happened([&] { polling_.on_presence(presence.name, up, now()); });
  };
  events.roll_call = [this] { happened([this] { polling_.on_roll_call(); }); };
  events.answer = [this](const protocol::Answer& answer) {
    happened([&] { polling_.on_answer(answer, now()); });
  };
  return events;
}

WatchSession::Ending WatchSession::run(std::optional<std::chrono::milliseconds> length)
{
  interrupts_.async_wait([this](boost::system::error_code cancelled, int) {
    if (!cancelled) {
      end(Ending::interrupted);
    }
  });
  if (length) {
    length_.expires_after(*length);
    length_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) {
        end(Ending::time_over);
      }
    });
  }
  session_.start();
  look_again();
  loop_.run();
  client_->close(goodbye_patience);
  return *ending_;
}

void WatchSession::look_again()
{
  if (ending_) {
    return;
  }
  if (const auto question = polling_.next(now())) {
    ask(*question);
  }
  if (polling_.hopeless()) {
    end(Ending::hopeless);
    return;
  }
  changed_();
  wait();
}

void WatchSession::ask(const StatusPolling::Ask& question)
{
  const fleet::ServiceSession::Question asked{
      question.collector, "collector", question.action, question.data, patience_};
  const auto id = session_.ask(asked);
  if (id) {
    polling_.asked(*id, question.action, now());
  } else {
    polling_.on_not_allowed(id.error());
  }
}

void WatchSession::wait()
{
  timer_.expires_at(std::min(polling_.next_event(), Clock::now() + tick));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look_again();
    }
  });
}

void WatchSession::end(Ending ending)
{
  if (!ending_) {
    ending_ = ending;
    loop_.stop();
  }
}

}  // namespace muster::cli
