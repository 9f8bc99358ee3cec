// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reconnecting_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace muster::mqtt {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

milliseconds part_of(milliseconds window, double fraction)
{
  return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(window.count()) * fraction)};
}

}  // namespace

ReconnectingClient::ReconnectingClient(
    const asio::any_io_executor& executor,
    ConnectionOptions options,
    MakeConnection make_connection,
    Random random)
    : options_{std::move(options)},
      make_connection_{std::move(make_connection)},
      random_{std::move(random)},
      backoff_{options_.brokers.size()},
      timer_{executor}
{
  if (options_.brokers.empty()) {
    throw std::invalid_argument{"no broker to connect to: the list of brokers is empty"};
  }
}

void ReconnectingClient::start(MqttListener& listener)
{
  listener_ = &listener;
  pause_then_connect(part_of(options_.first_connect_spread, random_()));
}

void ReconnectingClient::pause_then_connect(milliseconds pause)
{
  state_ = State::pausing;
  after(pause, [this] { connect(); });
}

void ReconnectingClient::connect()
{
  state_ = State::connecting;
  after(options_.connect_timeout, [this] { give_up_connecting(); });
  connection_ = make_connection_(*this, options_, options_.brokers[backoff_.next_broker()]);
}

void ReconnectingClient::give_up_connecting()
{
  lost(Error{ErrorCode::timed_out, "connect: no answer from the broker"}, milliseconds{0});
}

void ReconnectingClient::on_open(std::size_t window)
{
  if (state_ == State::closed) {
    return;
  }
  state_ = State::connected;
  stop_waiting();
  connected_at_ = steady_clock::now();
  window_ = 0;  // first the subscriptions that the listener makes
  listener_->on_connected(options_.brokers[backoff_.next_broker()]);
  if (state_ == State::connected) {
    window_ = window;
    flush();
  }
}

void ReconnectingClient::on_closed(const Error& why, bool taken_over)
{
  if (state_ != State::closed) {
    lost(why, taken_over ? taken_over_pause : milliseconds{0});
  }
}

void ReconnectingClient::lost(Error why, milliseconds least_pause)
{
  why = why.with_context(options_.brokers[backoff_.next_broker()]);
  if (state_ == State::connected) {
    backoff_.session_fell(std::chrono::floor<milliseconds>(steady_clock::now() - connected_at_));
    if (backoff_.short_sessions() >= suspicious_short_sessions) {
      why.message += " (as after the last connects too: does another program use the client id " +
                     options_.client_id + "?)";
    }
  }
  end_connection();
  pause_then_connect(std::max(least_pause, backoff_.next_pause(random_())));
  listener_->on_disconnected(why);
}

// What was on its way goes back to the head of the outbox, in its order.
void ReconnectingClient::end_connection()
{
  connection_.reset();
  while (!in_flight_.empty()) {
    auto last = in_flight_.extract(std::prev(in_flight_.end()));
    outbox_.push_front(std::move(last.mapped()));
  }
}

// Replaces what was to happen before. A timer that has gone off cannot be cancelled any more: its handler is
// told by the number that it is too late, and by the pointer that nobody is left.
template <typename Work>
void ReconnectingClient::after(milliseconds delay, Work work)
{
  *timer_round_ += 1;
  timer_.expires_after(delay);
  timer_.async_wait([work, round = *timer_round_, current = std::weak_ptr<std::uint64_t>{timer_round_}](
                        boost::system::error_code cancelled) {
    const auto now = current.lock();
    if (!cancelled && now && *now == round) {
      work();
    }
  });
}

void ReconnectingClient::stop_waiting()
{
  *timer_round_ += 1;
  timer_.cancel();
}

void ReconnectingClient::subscribe(std::vector<Subscription> subscriptions)
{
  if (state_ != State::connected) {
    return;  // on_connected comes again, and with it the next try
  }
  for (const auto& wanted : subscriptions) {
    connection_->subscribe(wanted);
  }
}

void ReconnectingClient::publish(Message message)
{
  const bool connected = state_ == State::connected;
  if (message.qos == Qos::at_most_once) {
    if (connected) {
      connection_->publish(message, 0);
    } else {
      ++dropped_without_session_;
    }
    return;
  }
  outbox_.push(std::move(message), connected ? Outbox::within_session : Outbox::without_session);
  if (connected) {
    flush();
  }
}

void ReconnectingClient::flush()
{
  while (!outbox_.empty() && in_flight_.size() < window_) {
    send(outbox_.pop());
  }
}

void ReconnectingClient::send(Message message)
{
  const auto sent = in_flight_.emplace_hint(in_flight_.end(), ++last_id_, std::move(message));
  connection_->publish(sent->second, sent->first);
}

void ReconnectingClient::on_acknowledged(std::uint64_t id)
{
  in_flight_.erase(id);
  if (state_ == State::connected) {
    flush();
  }
}

void ReconnectingClient::on_refused(const std::string& topic, const Error& why)
{
  if (state_ != State::closed) {
    listener_->on_refused(topic, why);
  }
}

void ReconnectingClient::on_message(Message message)
{
  if (state_ != State::closed) {
    listener_->on_message(std::move(message));
  }
}

void ReconnectingClient::reconnect_after(milliseconds pause)
{
  if (state_ == State::closed || listener_ == nullptr) {
    return;
  }
  end_connection();
  pause_then_connect(pause);
}

void ReconnectingClient::close(milliseconds patience)
{
  const bool was_connected = state_ == State::connected;
  state_ = State::closed;
  stop_waiting();
  if (was_connected) {
    send_the_rest(patience);
    connection_->close();
  }
}

void ReconnectingClient::send_the_rest(milliseconds patience)
{
  const auto deadline = steady_clock::now() + patience;
  for (auto left = patience; left > milliseconds{0};
       left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now())) {
    connection_->drain(left);
    if (outbox_.empty()) {
      return;
    }
    in_flight_.clear();  // their acknowledgements cannot be told while the executor is kept busy here
    flush();
  }
}

}  // namespace muster::mqtt
