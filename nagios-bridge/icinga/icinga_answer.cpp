// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_answer.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_reason = 300;
constexpr unsigned ok = 200;
constexpr unsigned bad_request = 400;
constexpr unsigned not_found = 404;
constexpr unsigned conflict = 409;
constexpr unsigned too_many_requests = 429;
constexpr unsigned first_server_error = 500;

// Null if there is none.
json::value parsed(std::string_view text)
{
  json::error_code failed;
  auto value = json::parse({text.data(), text.size()}, failed);
  return failed ? json::value{} : value;
}

// The value at the end of a way through objects (their keys) and lists (always the first item); null if there
// is none.
const json::value& at(const json::value& root, std::initializer_list<std::string_view> way)
{
  static const json::value nothing;
  const auto* value = &root;
  for (const auto key : way) {
    if (const auto* list = value->if_array()) {
      value = list->empty() ? &nothing : &list->front();
    }
    const auto* object = value->if_object();
    const auto* member = object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
    value = member == nullptr ? &nothing : member;
  }
  return *value;
}

std::string text_of(const json::value& value)
{
  const auto* text = value.if_string();
  return text == nullptr ? "" : std::string{text->data(), text->size()};
}

std::optional<double> number_of(const json::value& value)
{
  json::error_code failed;
  const auto number = value.to_number<double>(failed);
  return failed ? std::nullopt : std::optional{number};
}

// Icinga's own times are finer than ours: rounded up, so that what is told to begin then does not begin
// before.
std::optional<Time> time_of(const json::value& value)
{
  constexpr double milliseconds = 1000;
  constexpr double error = 0.01;     // of a number that was sent as milliseconds, and came back
  constexpr double furthest = 1e14;  // of a clock; beyond, no integer holds it
  const auto number = number_of(value);
  if (!number || !(std::abs(*number) < furthest / milliseconds)) {
    return std::nullopt;
  }
  return Time{std::chrono::milliseconds{std::llround(std::ceil(*number * milliseconds - error))}};
}

std::string reason_of(const http::HttpAnswer& answer, const json::value& body)
{
  // {"results":[{"code":…,"status":…,"errors":[…]}]} of an action or an object, {"error":…,"status":…} else.
  std::string text;
  for (const auto& part : {text_of(at(body, {"results", "status"})), text_of(at(body, {"status"}))}) {
    text = text.empty() ? part : text;
  }
  if (const auto* errors = at(body, {"results", "errors"}).if_array();
      errors != nullptr && !errors->empty()) {
    text += " " + text_of(errors->front());
  }
  text = truncate_utf8(printable(text, false), longest_reason, "…");
  return "HTTP " + std::to_string(answer.status) + (text.empty() ? "" : ": " + text);
}

Meaning meaning_of(unsigned status, bool is_icinga)
{
  if (status == ok || status == conflict) {
    return Meaning::done;
  }
  if (status >= first_server_error || status == too_many_requests) {
    return Meaning::later;
  }
  if (status == not_found && is_icinga) {
    return Meaning::unknown;
  }
  return status == bad_request && is_icinga ? Meaning::refused : Meaning::denied;
}

// As Icinga compares: '*' and '?', capitals are no difference. A star takes as little as it can, and one more
// whenever what follows it does not fit.
bool matches(std::string_view pattern, std::string_view text)
{
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  std::size_t p = 0;
  std::size_t t = 0;
  std::optional<std::pair<std::size_t, std::size_t>> star;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = {p++, t};
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star) {
      p = star->first + 1;
      t = ++star->second;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

Verdict meaning_of(const http::HttpAnswer& answer)
{
  if (answer.status == ok) {
    return {};
  }
  const auto body = parsed(answer.body);
  const auto meaning = meaning_of(answer.status, body.is_object());
  return {meaning, meaning == Meaning::done ? "" : reason_of(answer, body)};
}

Verdict meaning_of_creation(const http::HttpAnswer& answer)
{
  if (answer.status >= first_server_error && answer.body.find("already exists") != std::string::npos) {
    return {};
  }
  return meaning_of(answer);
}

Expected<ApiRights> rights_in(const http::HttpAnswer& answer)
{
  const auto body = parsed(answer.body);
  if (answer.status != ok) {
    return failure(ErrorCode::denied, reason_of(answer, body));
  }
  ApiRights rights;
  rights.version = truncate_utf8(printable(text_of(at(body, {"results", "version"})), false), 40, "…");
  const auto* permissions = at(body, {"results", "permissions"}).if_array();
  if (permissions == nullptr) {
    return failure(ErrorCode::invalid_input, "what answers there is no Icinga 2");
  }
  for (const auto& permission : *permissions) {
    auto text = text_of(permission);
    rights.permissions.push_back(text.substr(0, text.find(' ')));  // "… (filtered)"
  }
  return rights;
}

std::string missing_rights(const ApiRights& rights, bool creates)
{
  std::vector<std::string_view> needed{
      "actions/process-check-result", "status/query", "objects/query/Host", "objects/query/Service"};
  if (creates) {
    needed.insert(needed.end(), {"objects/create/Host", "objects/create/Service"});
  }
  std::string missing;
  for (const auto right : needed) {
    const auto& granted = rights.permissions;
    const auto grants = [&](const std::string& pattern) { return matches(pattern, right); };
    if (std::none_of(granted.begin(), granted.end(), grants)) {
      missing += (missing.empty() ? "" : ", ") + std::string{right};
    }
  }
  return missing;
}

Expected<std::int64_t> start_in(const http::HttpAnswer& answer)
{
  const auto body = parsed(answer.body);
  if (answer.status != ok) {
    return failure(ErrorCode::denied, reason_of(answer, body));
  }
  const auto start = time_of(at(body, {"results", "status", "icingaapplication", "app", "program_start"}));
  if (!start) {
    return failure(ErrorCode::invalid_input, "it does not say since when it runs");
  }
  return start->time_since_epoch().count();
}

std::optional<LastResult> last_result_in(const http::HttpAnswer& answer)
{
  const auto body = parsed(answer.body);
  const auto& result = at(body, {"results", "attrs", "last_check_result"});
  const auto started = time_of(at(result, {"execution_start"}));
  const auto finished = time_of(at(result, {"execution_end"}));
  const auto* active = at(result, {"active"}).if_bool();
  if (answer.status != ok || !started || !finished) {
    return std::nullopt;
  }
  return LastResult{
      {*started, *finished},
      text_of(at(result, {"check_source"})),
      text_mark(text_of(at(result, {"output"}))),
      active != nullptr && *active};
}

}  // namespace muster::bridge
