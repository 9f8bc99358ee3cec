// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "libmuster/http/http_client.hpp"
#include "nagios-bridge/icinga/icinga_settings.hpp"

namespace muster::bridge {

// One connection to Icinga's API, and who we are on it. One thread; one question at a time. `settings` must
// outlive it.
class IcingaApi {
public:
  // Icinga ends a connection on which it has heard nothing for ten seconds (HttpServerConnection). One that
  // has rested so long is not used any more, so that its end is not taken for Icinga's.
  static constexpr std::chrono::seconds longest_rest{8};
  // A result's answer has some hundred bytes, an object with its last result as many as a plugin printed.
  static constexpr std::size_t largest_answer = std::size_t{4} << 20U;

  IcingaApi(boost::asio::any_io_executor executor, const IcingaSettings& settings);

  // Connects anew; the password is read from its file each time. Errors say which step failed.
  boost::asio::awaitable<Expected<void>> open();

  // After an error nobody knows whether Icinga has done what it was asked.
  boost::asio::awaitable<Expected<http::HttpAnswer>> ask(http::HttpRequest request);

  [[nodiscard]] bool is_fresh() const;

  void close() { client_.close(); }

private:
  const IcingaSettings& settings_;
  http::HttpClient client_;
  std::string authorization_;
  std::chrono::steady_clock::time_point last_used_;
};

}  // namespace muster::bridge
