// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe_server/connection.hpp"

#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace muster::nrpe_server {

namespace asio = boost::asio;

Connection::Connection(
    const asio::any_io_executor& executor,
    std::unique_ptr<Channel> channel,
    std::string client,
    const ConnectionLimits& limits,
    std::shared_ptr<const Handlers> handlers)
    : channel_{std::move(channel)},
      client_{std::move(client)},
      limits_{limits},
      handlers_{std::move(handlers)},
      deadline_{executor}
{}

asio::awaitable<void> Connection::run()
{
  const auto self = shared_from_this();
  end_within(limits_.question);
  auto query = co_await read_question();
  deadline_.cancel();
  if (!query) {
    handlers_->rejected(client_, reason_of(query.error()));
    co_await end();
    co_return;
  }
  Question question{client_, std::string{nrpe::text_of(*query)}, *channel_};
  auto reply = co_await handlers_->answer(std::move(question));
  if (reply) {
    co_await deliver(std::move(*query), std::move(*reply));
  }
  co_await end();
}

asio::awaitable<Expected<nrpe::Packet>> Connection::read_question()
{
  if (const auto greeted = co_await channel_->greet(); !greeted) {
    co_return tl::unexpected{greeted.error().with_context("no TLS handshake")};
  }
  const auto bytes = co_await read_packet();
  if (!bytes) {
    co_return tl::unexpected{bytes.error()};
  }
  auto packet = nrpe::decode(*bytes);
  if (!packet) {
    co_return tl::unexpected{packet.error().with_context("not a packet of NRPE")};
  }
  if (packet->kind != nrpe::Kind::query) {
    co_return failure(ErrorCode::invalid_input, "a response, where a query is expected");
  }
  if (nrpe::text_of(*packet).empty()) {
    co_return failure(ErrorCode::invalid_input, "a query that asks nothing");
  }
  co_return std::move(*packet);
}

asio::awaitable<Expected<std::string>> Connection::read_packet()
{
  std::string bytes;
  while (true) {
    const auto needed = nrpe::bytes_needed(bytes);
    if (!needed) {
      co_return tl::unexpected{needed.error().with_context("not a packet of NRPE")};
    }
    if (*needed <= bytes.size()) {
      co_return std::move(bytes);
    }
    if (*needed > limits_.largest_question) {
      co_return failure(
          ErrorCode::invalid_input, "a query of " + std::to_string(*needed) + " bytes, which is too long");
    }
    const auto have = bytes.size();
    bytes.resize(*needed);
    const auto rest = asio::buffer(bytes.data() + have, *needed - have);
    const auto count = co_await channel_->read_some(rest);
    if (!count || *count == 0) {
      co_return count ? failure(ErrorCode::disconnected, "it went away before it had asked")
                      : tl::unexpected{count.error()};
    }
    bytes.resize(have + *count);
  }
}

asio::awaitable<void> Connection::deliver(nrpe::Packet query, Reply reply)
{
  const auto bytes = nrpe::encode(nrpe::make_response(query, reply.state, reply.text));
  end_within(limits_.answer);
  const auto written = co_await channel_->write(bytes);
  if (!written) {
    handlers_->undelivered(client_, reason_of(written.error()));
  }
}

asio::awaitable<void> Connection::end()
{
  if (!late_) {
    end_within(limits_.goodbye);
    co_await channel_->finish();
  }
  deadline_.cancel();
  channel_->close();
}

void Connection::end_within(std::chrono::milliseconds patience)
{
  deadline_.expires_after(patience);
  deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self) {
      self->late_ = true;
      self->channel_->close();
    }
  });
}

std::string Connection::reason_of(const Error& error) const
{
  return late_ ? "it took too long" : error.message;
}

}  // namespace muster::nrpe_server
