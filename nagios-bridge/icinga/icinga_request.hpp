// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmuster/http/http_client.hpp"
#include "nagios-bridge/icinga/last_result.hpp"

namespace muster::bridge {

// What is said to Icinga's API (version 1 of it, as of Icinga 2.13): requests as values. Objects are named in
// the URL, each name encoded; no filter is ever put together from names.

// Everything but letters, digits, '-', '.', '_' and '~' as %XX (RFC 3986): the '!' in a service's name too.
std::string url_encoded(std::string_view text);

// Who we are, what we may, and which Icinga this is.
http::HttpRequest ask_for_rights();

// Since when it runs: another time is another Icinga.
http::HttpRequest ask_for_start();

// What it has of the object that a result is about.
http::HttpRequest ask_for_last_result(const PassiveResult& result);

// The result itself.
http::HttpRequest tell(const PassiveResult& result, const ToldTimes& times);

http::HttpRequest create_host(const PassiveResult& result, const std::vector<std::string>& templates);
http::HttpRequest create_service(const PassiveResult& result, const std::vector<std::string>& templates);

// The header "Authorization" of a user (RFC 7617).
std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace muster::bridge
