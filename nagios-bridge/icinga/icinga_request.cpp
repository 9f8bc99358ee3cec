// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_request.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/icinga/hand_over.hpp"
#include "nagios-bridge/render/icinga_text.hpp"

namespace muster::bridge {

namespace json = boost::json;
using http::HttpMethod;
using http::HttpRequest;

namespace {

bool is_unreserved(char letter)
{
  const auto byte = static_cast<unsigned char>(letter);
  return byte < 0x80 &&
         (std::isalnum(byte) != 0 || std::string_view{"-._~"}.find(letter) != std::string_view::npos);
}

// Without "Accept" Icinga answers 400 and a page of HTML.
HttpRequest request(HttpMethod method, std::string path, std::string body)
{
  HttpRequest result;
  result.method = method;
  result.path = std::move(path);
  result.headers = {{"Accept", "application/json"}};
  if (!body.empty()) {
    result.headers.emplace_back("Content-Type", "application/json");
  }
  result.body = std::move(body);
  return result;
}

bool is_of_host(const PassiveResult& result)
{
  return result.service.empty();
}

std::string place_of_object(const PassiveResult& result)
{
  return (is_of_host(result) ? "/v1/objects/hosts/" : "/v1/objects/services/") +
         url_encoded(object_name(result));
}

double seconds(Time time)
{
  constexpr double milliseconds = 1000;
  return static_cast<double>(time.time_since_epoch().count()) / milliseconds;
}

// Of a host 0 and 1 only: everything else is refused.
int exit_status(const PassiveResult& result)
{
  return is_of_host(result) ? std::min(result.state, 1) : result.state;
}

json::array values_of(std::string_view perfdata)
{
  json::array values;
  for (const auto& value : icinga_performance_data(perfdata)) {
    values.emplace_back(to_valid_utf8(value));
  }
  return values;
}

HttpRequest create(std::string path, const std::vector<std::string>& templates)
{
  json::object body;
  body["templates"] = json::array(templates.begin(), templates.end());
  // So that whoever cleans up finds them.
  body["attrs"] = json::object{{"vars.created_by", "muster"}};
  return request(HttpMethod::put, std::move(path), json::serialize(body));
}

}  // namespace

std::string url_encoded(std::string_view text)
{
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr unsigned bits = 4;
  constexpr unsigned low = 15;
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_unreserved(letter)) {
      encoded += letter;
    } else {
      encoded += {'%', digits[byte >> bits], digits[byte & low]};
    }
  }
  return encoded;
}

HttpRequest ask_for_rights()
{
  return request(HttpMethod::get, "/v1", "");
}

HttpRequest ask_for_start()
{
  return request(HttpMethod::get, "/v1/status/IcingaApplication", "");
}

HttpRequest ask_for_last_result(const PassiveResult& result)
{
  return request(HttpMethod::get, place_of_object(result) + "?attrs=last_check_result", "");
}

HttpRequest tell(const PassiveResult& result, const ToldTimes& times)
{
  json::object body;
  body["exit_status"] = exit_status(result);
  body["plugin_output"] = told_output(result);
  body["performance_data"] = values_of(result.perfdata);
  body["check_source"] = result.source;
  body["execution_start"] = seconds(times.started);
  body["execution_end"] = seconds(times.finished);
  if (result.lifetime) {
    body["ttl"] = result.lifetime->count();
  }
  const std::string kind = is_of_host(result) ? "host=" : "service=";
  return request(
      HttpMethod::post,
      "/v1/actions/process-check-result?" + kind + url_encoded(object_name(result)),
      json::serialize(body));
}

HttpRequest create_host(const PassiveResult& result, const std::vector<std::string>& templates)
{
  return create("/v1/objects/hosts/" + url_encoded(result.host), templates);
}

HttpRequest create_service(const PassiveResult& result, const std::vector<std::string>& templates)
{
  return create(place_of_object(result), templates);
}

std::string basic_authorization(std::string_view user, std::string_view password)
{
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto text = std::string{user} + ':' + std::string{password};
  std::string encoded = "Basic ";
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      encoded += at + i <= text.size() ? digits[group >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return encoded;
}

}  // namespace muster::bridge
