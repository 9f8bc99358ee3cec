// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_session.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/render/nsca_text.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
template <typename T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_password = 4096;
constexpr auto limits =
    "NSCA acknowledges nothing: whether Nagios knows a host or a service, and whether nsca can write to it, "
    "is "
    "never told; what is longer than 4095 bytes is cut, and the time of a result is that of its arrival";
constexpr auto closed =
    "nsca has closed the connection: it was ended, or it has another password or another method "
    "(decryption_method); what it was told is kept, and told again";

Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Expected<std::string> password_in(const NscaSettings& settings)
{
  if (settings.password_file.empty()) {
    return std::string{};
  }
  auto text = runtime::read_text_file(settings.password_file, longest_password);
  return text ? text->substr(0, text->find_first_of("\r\n")) : text;
}

}  // namespace

NscaSession::NscaSession(asio::any_io_executor executor, NscaSettings settings, Feed& feed)
    : executor_{std::move(executor)},
      settings_{std::move(settings)},
      feed_{feed},
      course_{feed.safe()},
      timer_{executor_},
      noise_{std::random_device{}()}
{
  state_.handed_over = feed.safe();
  state_.safe = feed.safe();
  state_.since = wall_clock();
}

void NscaSession::start()
{
  log::warning(limits);
  state_.trouble = limits;
  asio::co_spawn(executor_, work(shared_from_this()), asio::detached);
}

void NscaSession::wake()
{
  course_.more();
  timer_.cancel();
}

void NscaSession::stop()
{
  stopped_ = true;
  timer_.cancel();
  if (connection_) {
    connection_->close();
  }
}

Awaitable<void> NscaSession::work(std::shared_ptr<NscaSession> self)
{
  while (!self->stopped_) {
    const auto step = course_.next(Clock::now());
    const auto taken = co_await take(step);
    if (stopped_) {
      co_return;
    }
    const bool is_closed = !taken && taken.error().code == ErrorCode::disconnected;
    if (course_.is_connected() && (is_closed || connection_->has_ended())) {
      fail(closed);
    } else if (!taken) {
      fail(taken.error().message);
    }
  }
}

Awaitable<Expected<void>> NscaSession::take(NscaCourse::Step step)
{
  Expected<void> taken;
  switch (step.kind) {
  case NscaCourse::Step::Kind::wait:
    co_await rest(step);
    break;
  case NscaCourse::Step::Kind::read:
    taken = read();
    co_await asio::post(executor_, as_result);  // others on this thread want to work too
    break;
  case NscaCourse::Step::Kind::connect:
    taken = co_await connect();
    break;
  case NscaCourse::Step::Kind::send:
    taken = co_await send();
    break;
  case NscaCourse::Step::Kind::finish:
    taken = co_await finish();
    break;
  }
  co_return taken;
}

Awaitable<void> NscaSession::rest(NscaCourse::Step step)
{
  timer_.expires_at(step.until.value_or(Clock::time_point::max()));
  co_await timer_.async_wait(as_result);
}

Expected<void> NscaSession::read()
{
  auto slice = feed_.read(course_.read_from(), most_at_once);
  if (!slice) {
    return tl::unexpected{slice.error()};
  }
  if (slice->until == course_.read_from()) {
    course_.dry();
    return {};
  }
  read_.clear();
  for (auto& result : slice->results) {
    const auto fits = is_for_nsca(result);
    if (!fits) {
      return tl::unexpected{fits.error()};
    }
    if (*fits) {
      read_.push_back(std::move(result));
    }
  }
  if (!read_.empty()) {
    course_.read(slice->until);
    return {};
  }
  return course_.skipped(slice->until) ? feed_.set_safe(slice->until) : Expected<void>{};
}

// What comes once more after a failure was buried the first time.
Expected<bool> NscaSession::is_for_nsca(const PassiveResult& result)
{
  const auto names = check_nsca_names(result);
  if (names || result.ticket <= buried_until_) {
    return names.has_value();
  }
  if (auto buried = feed_.bury(result, names.error().message); !buried) {
    return tl::unexpected{buried.error()};
  }
  buried_until_ = result.ticket;
  ++state_.buried;
  return false;
}

Awaitable<Expected<void>> NscaSession::connect()
{
  const auto password = password_in(settings_);
  if (!password) {
    co_return tl::make_unexpected(password.error());
  }
  std::weak_ptr<NscaSession> weak = weak_from_this();
  connection_ = std::make_shared<NscaConnection>(executor_, settings_.timeout, [weak] {
    if (const auto session = weak.lock()) {
      session->timer_.cancel();
    }
  });
  const auto greeting = co_await connection_->open(settings_.host, std::to_string(settings_.port));
  if (!greeting) {
    co_return tl::make_unexpected(greeting.error());
  }
  auto cipher = make_nsca_cipher(settings_.encryption, *password, *greeting);
  if (!cipher) {
    co_return tl::make_unexpected(cipher.error());
  }
  cipher_ = std::move(*cipher);
  greeting_time_ = greeting->time;
  course_.connected(Clock::now());
  co_return Expected<void>{};
}

Awaitable<Expected<void>> NscaSession::send()
{
  std::string packets;
  packets.reserve(read_.size() * nsca_packet_size);
  std::uint64_t again = 0;
  for (const auto& result : read_) {
    const auto output = nsca_output(result);
    const NscaMessage message{nsca_state(result), result.host, result.service, output};
    append_nsca_packet(packets, message, greeting_time_, static_cast<std::uint32_t>(noise_()));
    cipher_->encrypt({packets.data() + packets.size() - nsca_packet_size, nsca_packet_size});
    again += result.ticket <= course_.told_until() ? 1U : 0U;
  }
  Expected<void> written = co_await connection_->write(std::move(packets));
  if (!written || stopped_) {
    co_return written;
  }
  course_.sent(Clock::now());
  state_.handed_over = course_.written();
  state_.delivered += read_.size();
  state_.repeated += again;
  state_.last_time = wall_clock();
  read_.clear();
  co_return Expected<void>{};
}

Awaitable<Expected<void>> NscaSession::finish()
{
  Expected<void> finished = co_await connection_->finish();
  if (!finished || stopped_) {
    co_return finished;
  }
  connection_.reset();
  course_.finished();
  state_.safe = course_.safe();
  note_working();
  if (state_.safe == feed_.safe()) {
    co_return Expected<void>{};
  }
  co_return feed_.set_safe(state_.safe);
}

void NscaSession::note_working()
{
  state_.trouble.clear();
  if (!state_.working) {
    log::info("nsca at " + place_of(settings_) + " takes results");
    state_.working = true;
    state_.since = wall_clock();
  }
}

void NscaSession::fail(const std::string& why)
{
  if (connection_) {
    connection_->close();
    connection_.reset();
  }
  course_.failed(Clock::now());
  state_.handed_over = course_.written();
  if (state_.working) {
    state_.working = false;
    state_.since = wall_clock();
  }
  const auto text = place_of(settings_) + ": " + why;
  if (text != state_.trouble) {
    log::warning("nsca at " + text);
  }
  state_.trouble = text;
}

}  // namespace muster::bridge
