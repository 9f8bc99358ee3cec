// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "collector/notify/receiver_queue.hpp"
#include "libmuster/http/http_target.hpp"

namespace muster::collector {

struct HttpPost {
  http::HttpTarget to;
  std::filesystem::path ca;  // of https: the authorities to trust; empty: those of the system
  std::string body;          // JSON
  std::chrono::milliseconds timeout{0};
};

// One HTTP/1.1 POST on a connection of its own; https proves who the server is. The deadline is for all of
// it, but a name that is being looked up is waited for as long as the system's resolver takes, which has its
// own deadline. Of the answer the status counts, and the beginning of its text for the reason. One thread.
boost::asio::awaitable<DeliveryResult> deliver_by_http(HttpPost post);

// What an answer means: 2xx is delivered; 408, 425, 429 and 5xx may pass, after Retry-After if it is there
// (seconds, or a date); everything else is refused, redirections too, because a configuration is to name the
// place itself. Pure.
DeliveryResult meaning_of(
    unsigned status, const std::string& retry_after, const std::string& text, std::chrono::sys_seconds now);

}  // namespace muster::collector
