// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/scheduled_request.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_header = 1024;  // that of docs/protocol.md
constexpr std::size_t most_rest = 1024;    // of the body without inputs and filter: names and numbers
constexpr std::size_t most_inputs_and_filter = protocol::largest_encoded - most_header - most_rest;

// As long as every request of ours; but one that the next has followed is not worth running any more.
constexpr std::chrono::milliseconds longest_ttl = 60s;

std::string joined(const std::vector<std::string>& arguments)
{
  std::string text;
  for (const auto& argument : arguments) {
    text.append(text.empty() ? "" : "!").append(argument);
  }
  return text;
}

void ask_for_one(const ScheduleEntry& entry, protocol::Request& request)
{
  request.action = "runcommand";
  request.data["command"] = entry.checks.front();
  if (!entry.arguments.empty()) {
    request.data["args"] = joined(entry.arguments);
    request.data["as"] = entry.as;
  }
}

void ask_for_checks(const ScheduleEntry& entry, protocol::Request& request)
{
  if (entry.checks.empty()) {
    request.action = "runallcommands";
  } else if (entry.checks.size() == 1) {
    ask_for_one(entry, request);
  } else {
    request.action = "runcommands";
    request.data["commands"] = protocol::json::array(entry.checks.begin(), entry.checks.end());
  }
}

}  // namespace

protocol::Request scheduled_request(const ScheduleEntry& entry)
{
  protocol::Request request;
  request.to = {protocol::Target::Kind::collective, entry.collective};
  request.agent = "nrpe";
  ask_for_checks(entry, request);
  request.filter = entry.filter;
  request.ttl = std::min(longest_ttl, entry.every);
  request.wait = entry.timeout;
  request.splay = entry.splay;
  request.reply = protocol::ReplyMode::trouble;
  return request;
}

bool fits_a_request(const ScheduleEntry& entry)
{
  const auto request = scheduled_request(entry);
  const auto inputs = protocol::json::serialize(request.data).size();
  return inputs + protocol::json::serialize(protocol::to_json(request.filter)).size() <=
         most_inputs_and_filter;
}

}  // namespace muster::collector
