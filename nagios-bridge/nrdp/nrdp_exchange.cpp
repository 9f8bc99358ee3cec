// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_exchange.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/render/nrdp_text.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_quote = 200;
constexpr unsigned ok = 200;
constexpr unsigned too_large = 413;

std::string form_encoded(std::string_view text)
{
  std::string encoded;
  for (const char letter : text) {
    const bool is_plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= 'a' && letter <= 'z') || letter == '-' || letter == '_' || letter == '.';
    if (is_plain) {
      encoded += letter;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return encoded;
}

std::string in_quotes(std::string_view text)
{
  return "\"" + printable(truncate_utf8(to_valid_utf8(text), longest_quote, "\xe2\x80\xa6"), false) + "\"";
}

struct Told {
  std::string status;
  std::string message;
  std::string output;
};

std::string text_of(const json::value* value)
{
  if (value == nullptr) {
    return {};
  }
  return value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

std::optional<Told> told_in_json(std::string_view body)
{
  boost::system::error_code broken;
  const auto document = json::parse({body.data(), body.size()}, broken);
  const auto* const object = broken ? nullptr : document.if_object();
  const auto* const result = object == nullptr ? nullptr : object->if_contains("result");
  if (result == nullptr || !result->is_object()) {
    return std::nullopt;
  }
  const auto& told = result->get_object();
  const auto* const meta = told.if_contains("meta");
  const auto* const output =
      meta != nullptr && meta->is_object() ? meta->get_object().if_contains("output") : nullptr;
  return Told{text_of(told.if_contains("status")), text_of(told.if_contains("message")), text_of(output)};
}

// What stands in the first element of that name; NRDP nests none in itself.
std::string element(std::string_view body, std::string_view name)
{
  const auto begin_tag = fmt::format("<{}>", name);
  const auto begin = body.find(begin_tag);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto text = body.substr(begin + begin_tag.size());
  const auto end = text.find('<');
  return std::string{text.substr(0, end)};
}

std::optional<Told> told_in_xml(std::string_view body)
{
  if (body.find("<result>") == std::string_view::npos) {
    return std::nullopt;
  }
  return Told{element(body, "status"), element(body, "message"), element(body, "output")};
}

std::optional<std::size_t> number_in(std::string_view text)
{
  std::size_t number = 0;
  const auto* const begin = text.data();
  const auto read = std::from_chars(begin, begin + text.size(), number);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

std::string refusal(const Told& told)
{
  if (told.message == "BAD TOKEN" || told.message == "NO TOKEN" || told.message == "NO TOKENS") {
    return "it does not know the token: put it into authorized_tokens of NRDP's config.inc.php";
  }
  return "it refuses: " + in_quotes(told.message);
}

}  // namespace

http::HttpRequest nrdp_request(
    const std::string& path, std::string_view token, const std::vector<const PassiveResult*>& results)
{
  std::string list;
  for (const auto* result : results) {
    list.append(list.empty() ? "" : ",").append(nrdp_result(*result));
  }
  http::HttpRequest request;
  request.method = http::HttpMethod::post;
  request.path = path;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "token=" + form_encoded(token) +
                 "&cmd=submitcheck&JSONDATA=" + form_encoded("{\"checkresults\":[" + list + "]}");
  return request;
}

std::string nrdp_trouble(const http::HttpAnswer& answer, std::size_t count)
{
  if (answer.status == too_large) {
    return "it takes no POST of that size: set a smaller `batch`";
  }
  if (answer.status != ok) {
    return fmt::format("HTTP {}: {}", answer.status, in_quotes(answer.body));
  }
  if (!answer.whole) {
    return "its answer is longer than any of NRDP's: is that url another page?";
  }
  const auto json = told_in_json(answer.body);
  const auto told = json ? json : told_in_xml(answer.body);
  if (!told) {
    return "its answer is none of NRDP's: is that url another page? " + in_quotes(answer.body);
  }
  if (told->status != "0") {
    return refusal(*told);
  }
  if (number_in(told->output) != count) {
    return fmt::format("it was told {} results and has processed others: {}", count, in_quotes(told->output));
  }
  return {};
}

}  // namespace muster::bridge
