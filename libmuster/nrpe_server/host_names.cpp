// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe_server/host_names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace muster::nrpe_server {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

// Outlives its owner while a look-up is under way.
struct HostNames::State {
  State(const asio::any_io_executor& on, std::vector<std::string> all)
      : executor{on}, names{std::move(all)}, done{on}
  {}

  [[nodiscard]] bool know(const nrpe::Address& address) const
  {
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& entry) {
      return std::find(entry.second.begin(), entry.second.end(), address) != entry.second.end();
    });
  }

  asio::any_io_executor executor;
  std::vector<std::string> names;
  std::map<std::string, std::vector<nrpe::Address>> addresses;
  std::optional<steady_clock::time_point> looked_up;
  bool looking_up = false;
  asio::steady_timer done;  // of the look-up under way; cut short when it ends
};

asio::awaitable<void> HostNames::look_up(std::shared_ptr<State> state)
{
  asio::ip::tcp::resolver resolver{state->executor};
  for (const auto& name : state->names) {
    const auto [unknown, places] = co_await resolver.async_resolve(name, "", as_result);
    if (unknown) {
      continue;
    }
    auto& addresses = state->addresses[name];
    addresses.clear();
    for (const auto& place : places) {
      if (const auto address = nrpe::parse_address(place.endpoint().address().to_string())) {
        addresses.push_back(*address);
      }
    }
  }
  state->looked_up = steady_clock::now();
  state->looking_up = false;
  state->done.cancel();
}

HostNames::HostNames(const asio::any_io_executor& executor, std::vector<std::string> names)
    : state_{std::make_shared<State>(executor, std::move(names))}
{}

bool HostNames::none() const
{
  return state_->names.empty();
}

asio::awaitable<bool> HostNames::include(nrpe::Address address) const
{
  const auto state = state_;
  const auto age = state->looked_up ? steady_clock::now() - *state->looked_up : steady_clock::duration::max();
  if (age < (state->know(address) ? good_for : retry_after)) {
    co_return state->know(address);
  }
  if (!state->looking_up) {
    state->looking_up = true;
    state->done.expires_after(patience);
    asio::co_spawn(state->executor, look_up(state), asio::detached);
  }
  co_await state->done.async_wait(as_result);
  co_return state->know(address);
}

}  // namespace muster::nrpe_server
