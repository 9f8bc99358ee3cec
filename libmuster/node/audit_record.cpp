// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/audit_record.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/sendable.hpp"
#include "libmuster/protocol/utc_text.hpp"

namespace muster::node {

namespace {

namespace json = protocol::json;
using protocol::Answer;
using protocol::Request;
using protocol::Time;

constexpr std::size_t longest_message = 1024;  // a sentence; what an action has to say is in its answer
constexpr std::string_view cut_mark = "…[cut]";

// JSON has such characters in strings only, where an escape means the same.
std::string ascii(std::string_view text)
{
  std::string result;
  while (!text.empty()) {
    const auto step = next_code_point(text);
    if (step.code_point < 0x7f) {
      result += static_cast<char>(step.code_point);
    } else if (step.code_point < 0x10000) {
      result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(step.code_point));
    } else {
      const auto rest = static_cast<std::uint32_t>(step.code_point) - 0x10000;
      result += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10U), 0xdc00 + (rest & 0x3ffU));
    }
    text.remove_prefix(step.bytes);
  }
  return result;
}

std::string line_of(const json::object& record)
{
  return ascii(json::serialize(record));
}

// The object, or if it is long the beginning of its text.
json::value capped(const json::object& object)
{
  auto text = json::serialize(object);
  if (text.size() <= most_audited_bytes) {
    return object;
  }
  json::value beginning(truncate_utf8(text, most_audited_bytes, cut_mark));
  return beginning;
}

json::object started_record(std::string_view event, Time now, const std::string& node)
{
  json::object record;
  record["event"] = event;
  record["time"] = protocol::utc_text(now);
  record["node"] = node;
  return record;
}

void add_address(
    json::object& record, const std::string& caller, const std::string& session, const std::string& id)
{
  record["caller"] = caller;
  record["session"] = session;
  record["id"] = id;
}

void add_what(json::object& record, const Request& request)
{
  record["agent"] = request.agent;
  record["action"] = request.action;
}

void add_request(json::object& record, const Request& request)
{
  add_what(record, request);
  record["data"] = capped(request.data);
  record["filter"] = capped(protocol::to_json(request.filter));
}

}  // namespace

std::string accepted_line(const std::string& node, const Request& request, Time now)
{
  auto record = started_record("request", now, node);
  add_address(record, request.caller, request.session, request.id);
  add_request(record, request);
  if (request.detach.count() > 0) {
    record["detach_ms"] = request.detach.count();
  }
  record["decision"] = "accepted";
  return line_of(record);
}

std::string refused_line(const std::string& node, const Refused& refused, const Request* request, Time now)
{
  auto record = started_record("request", now, node);
  add_address(record, refused.to.caller, refused.to.session, refused.to.id);
  if (request != nullptr) {
    add_request(record, *request);
  }
  record["decision"] = "refused";
  record["verified"] = refused.verified;
  record["reason"] = protocol::to_string(refused.reason);
  record["message"] = protocol::sendable_text(refused.message, longest_message);
  return line_of(record);
}

std::string dropped_line(
    const std::string& node, std::string_view why, const protocol::SealedRequest* header, Time now)
{
  auto record = started_record("request", now, node);
  if (header != nullptr) {
    add_address(record, header->caller, header->session, header->id);
  }
  record["decision"] = "dropped";
  record["message"] = protocol::sendable_text(why, longest_message);
  return line_of(record);
}

std::string outcome_line(const std::string& node, const Request& request, const Answer& answer)
{
  auto record = started_record("outcome", answer.finished, node);
  add_address(record, request.caller, request.session, request.id);
  add_what(record, request);
  if (answer.outcome == protocol::Outcome::refused) {
    record["outcome"] = "refused";
    record["reason"] = protocol::to_string(answer.reason);
  } else {
    record["outcome"] = "done";
    record["status"] = answer.status;
  }
  record["message"] = protocol::sendable_text(answer.message, longest_message);
  record["duration_ms"] = (answer.finished - answer.started).count();
  return line_of(record);
}

}  // namespace muster::node
