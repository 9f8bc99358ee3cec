// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace muster::test {

// Runs a coroutine to its end on a loop of its own.
template <typename T>
T result_of(boost::asio::awaitable<T> coroutine)
{
  boost::asio::io_context loop;
  std::optional<T> result;
  boost::asio::co_spawn(loop, std::move(coroutine), [&result](const std::exception_ptr& failure, T value) {
    if (failure) {
      std::rethrow_exception(failure);
    }
    result = std::move(value);
  });
  loop.run();
  return *std::move(result);
}

}  // namespace muster::test
