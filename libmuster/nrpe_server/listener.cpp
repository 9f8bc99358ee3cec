// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe_server/listener.hpp"

#include <algorithm>
#include <list>
#include <malloc.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/nrpe_server/host_names.hpp"
#include "libmuster/nrpe_server/places.hpp"

namespace muster::nrpe_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds accept_again_after{100};  // when descriptors have run out

bool has_no_ipv6(const error_code& failed)
{
  return failed == asio::error::address_family_not_supported ||
         failed == boost::system::errc::address_not_available;
}

// When so many have been in at a time, the memory that they took is given back to the machine after the last:
// it may be hours until as many come again.
constexpr std::size_t a_crowd = 32;

}  // namespace

// The listening sockets and how many are in. Connections know it as long as they live.
class Listener::Core : public std::enable_shared_from_this<Listener::Core> {
public:
  Core(const asio::any_io_executor& executor, ListenerOptions options, Handlers handlers)
      : executor_{executor},
        options_{std::move(options)},
        handlers_{std::make_shared<const Handlers>(std::move(handlers))},
        names_{executor, options_.allowed_hosts.names()}
  {}

  Expected<void> open();
  void accept_all();
  void stop();
  [[nodiscard]] std::vector<std::string> places() const;

private:
  struct Door {
    explicit Door(const asio::any_io_executor& executor) : acceptor{executor}, pause{executor} {}

    tcp::acceptor acceptor;
    asio::steady_timer pause;  // until somebody is let in again; cut short when somebody leaves
  };
  class Seat;

  Expected<void> open_door(const tcp::endpoint& place);
  void accept(Door& door);
  void on_accept(Door& door, const error_code& failed, tcp::socket socket);
  void accept_later(Door& door, asio::steady_timer::time_point when);
  void take(tcp::socket socket);
  asio::awaitable<void> serve(
      std::unique_ptr<Seat> seat, tcp::socket socket, nrpe::Address address, std::string client);
  void leave();

  asio::any_io_executor executor_;
  ListenerOptions options_;
  std::shared_ptr<const Handlers> handlers_;
  HostNames names_;
  std::optional<Tls> tls_;
  std::list<Door> doors_;
  std::size_t inside_ = 0;
  std::size_t busiest_ = 0;  // since nobody was in
};

// Somebody is in, until its end in whatever way.
class Listener::Core::Seat {
public:
  explicit Seat(std::shared_ptr<Core> core) : core_{std::move(core)}
  {
    core_->busiest_ = std::max(core_->busiest_, ++core_->inside_);
  }

  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  Seat(Seat&&) = delete;
  Seat& operator=(Seat&&) = delete;

  ~Seat() { core_->leave(); }

private:
  std::shared_ptr<Core> core_;
};

Expected<void> Listener::Core::open()
{
  if (options_.tls) {
    auto tls = Tls::make(*options_.tls);
    if (!tls) {
      return tl::unexpected{tls.error()};
    }
    tls_ = std::move(*tls);
  }
  const auto places = places_of(executor_, options_.addresses, options_.port);
  if (!places) {
    return tl::unexpected{places.error()};
  }
  for (const auto& place : *places) {
    if (auto opened = open_door(place); !opened) {
      return opened;
    }
  }
  return doors_.empty() ? failure(ErrorCode::io_failure, "this machine has neither IPv4 nor IPv6")
                        : Expected<void>{};
}

Expected<void> Listener::Core::open_door(const tcp::endpoint& place)
{
  auto& door = doors_.emplace_back(executor_);
  error_code failed;
  door.acceptor.open(place.protocol(), failed);
  if (!failed && place.protocol() == tcp::v6()) {
    door.acceptor.set_option(asio::ip::v6_only{true}, failed);
  }
  if (!failed) {
    door.acceptor.set_option(asio::socket_base::reuse_address{true}, failed);
    door.acceptor.bind(place, failed);
  }
  if (!failed) {
    door.acceptor.listen(backlog, failed);
  }
  if (failed && options_.addresses.empty() && place.address().is_v6() && has_no_ipv6(failed)) {
    doors_.pop_back();
    return {};
  }
  return failed ? failure(
                      failed == asio::error::access_denied ? ErrorCode::denied : ErrorCode::io_failure,
                      "cannot listen at " + text_of(place) + ": " + failed.message())
                : Expected<void>{};
}

void Listener::Core::accept_all()
{
  for (auto& door : doors_) {
    accept(door);
  }
}

void Listener::Core::accept(Door& door)
{
  if (inside_ >= options_.connections) {
    accept_later(door, asio::steady_timer::time_point::max());
    return;
  }
  door.acceptor.async_accept(
      [self = shared_from_this(), &door](const error_code& failed, tcp::socket socket) {
        self->on_accept(door, failed, std::move(socket));
      });
}

void Listener::Core::on_accept(Door& door, const error_code& failed, tcp::socket socket)
{
  if (!door.acceptor.is_open()) {
    return;
  }
  if (failed) {
    accept_later(door, asio::steady_timer::clock_type::now() + accept_again_after);
    return;
  }
  take(std::move(socket));
  accept(door);
}

void Listener::Core::accept_later(Door& door, asio::steady_timer::time_point when)
{
  door.pause.expires_at(when);
  door.pause.async_wait([self = shared_from_this(), &door](const error_code& /*or somebody left*/) {
    if (door.acceptor.is_open()) {
      self->accept(door);
    }
  });
}

void Listener::Core::take(tcp::socket socket)
{
  error_code gone;
  const auto place = socket.remote_endpoint(gone);
  const auto address = address_of(place);
  if (gone || !address) {
    return;
  }
  auto client = client_of(place);
  if (!options_.allowed_hosts.allows(*address) && names_.none()) {
    handlers_->rejected(client, "it is not in allowed_hosts");
    return;  // the socket closes here
  }
  error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  auto seat = std::make_unique<Seat>(shared_from_this());
  asio::co_spawn(
      executor_, serve(std::move(seat), std::move(socket), *address, std::move(client)), asio::detached);
}

asio::awaitable<void> Listener::Core::serve(
    std::unique_ptr<Seat> seat, tcp::socket socket, nrpe::Address address, std::string client)
{
  const auto own_seat = std::move(seat);  // keeps this object, too
  bool allowed = options_.allowed_hosts.allows(address);
  if (!allowed) {
    allowed = co_await names_.include(address);
  }
  if (!allowed) {
    handlers_->rejected(client, "it is not in allowed_hosts");
    co_return;
  }
  auto channel = tls_ ? tls_->channel(std::move(socket)) : make_plain_channel(std::move(socket));
  const auto connection = std::make_shared<Connection>(
      executor_, std::move(channel), std::move(client), options_.limits, handlers_);
  co_await connection->run();
}

void Listener::Core::leave()
{
  if (--inside_ == 0 && std::exchange(busiest_, 0) > a_crowd) {
    ::malloc_trim(0);
  }
  for (auto& door : doors_) {
    door.pause.cancel();
  }
}

void Listener::Core::stop()
{
  for (auto& door : doors_) {
    error_code ignored;
    door.acceptor.close(ignored);
    door.pause.cancel();
  }
}

std::vector<std::string> Listener::Core::places() const
{
  std::vector<std::string> places;
  for (const auto& door : doors_) {
    error_code closed;
    places.push_back(text_of(door.acceptor.local_endpoint(closed)));
  }
  return places;
}

Expected<std::unique_ptr<Listener>> Listener::open(
    const asio::any_io_executor& executor, ListenerOptions options, Handlers handlers)
{
  auto core = std::make_shared<Core>(executor, std::move(options), std::move(handlers));
  if (auto opened = core->open(); !opened) {
    return tl::unexpected{opened.error()};
  }
  core->accept_all();
  return std::unique_ptr<Listener>{new Listener{std::move(core)}};
}

Listener::~Listener()
{
  core_->stop();
}

std::vector<std::string> Listener::places() const
{
  return core_->places();
}

}  // namespace muster::nrpe_server
