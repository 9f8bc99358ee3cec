// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_api.hpp"

#include <utility>

#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/icinga/icinga_request.hpp"

namespace muster::bridge {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_password = 4096;

// Empty if a certificate says who we are.
Expected<std::string> authorization_of(const IcingaSettings& settings)
{
  if (settings.user.empty()) {
    return std::string{};
  }
  const auto text = runtime::read_text_file(settings.password_file, longest_password);
  if (!text) {
    return tl::make_unexpected(text.error());
  }
  return basic_authorization(settings.user, text->substr(0, text->find_first_of("\r\n")));
}

}  // namespace

IcingaApi::IcingaApi(asio::any_io_executor executor, const IcingaSettings& settings)
    : settings_{settings},
      client_{std::move(executor), settings.api, settings.tls, {settings.timeout, largest_answer}}
{}

asio::awaitable<Expected<void>> IcingaApi::open()
{
  auto authorization = authorization_of(settings_);
  if (!authorization) {
    co_return tl::make_unexpected(std::move(authorization).error());
  }
  authorization_ = std::move(*authorization);
  last_used_ = std::chrono::steady_clock::now();
  Expected<void> connected = co_await client_.connect();
  co_return connected;
}

asio::awaitable<Expected<http::HttpAnswer>> IcingaApi::ask(http::HttpRequest request)
{
  if (!authorization_.empty()) {
    request.headers.emplace_back("Authorization", authorization_);
  }
  last_used_ = std::chrono::steady_clock::now();
  Expected<http::HttpAnswer> answer = co_await client_.exchange(std::move(request));
  co_return answer;
}

bool IcingaApi::is_fresh() const
{
  return client_.is_open() && std::chrono::steady_clock::now() - last_used_ < longest_rest;
}

}  // namespace muster::bridge
