// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/job_record.hpp"

#include <vector>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/sendable.hpp"

namespace muster::node {

namespace json = protocol::json;

namespace {

constexpr std::size_t longest_word = 64;   // of an id, as in the header of a request
constexpr std::size_t longest_name = 256;  // of callers, agents and actions
constexpr std::size_t longest_message = 4096;
constexpr std::size_t longest_inputs = std::size_t{8} * 1024;  // a list of jobs shows them
// Leaves the data room for what an answer may hold, and the record room for what is around them.
constexpr std::size_t longest_data = std::size_t{100} * 1024;
constexpr std::int64_t largest_status = 5;

const std::vector<std::string_view> state_words{"running", "done", "failed", "cancelled", "interrupted"};

json::object sendable_or_empty(json::object object, std::size_t most)
{
  return protocol::make_sendable(object, most) ? object : json::object{};
}

json::object inputs_to_keep(const json::object& inputs)
{
  return json::serialize(inputs).size() <= longest_inputs ? inputs : json::object{};
}

}  // namespace

std::string_view to_string(JobState state)
{
  return state_words[static_cast<std::size_t>(state)];
}

JobRecord listed(JobRecord record)
{
  record.inputs = inputs_to_keep(record.inputs);
  record.data = {};
  return record;
}

json::object to_json(const JobRecord& record, bool in_full)
{
  json::object object;
  object["job"] = record.id;
  object["caller"] = record.caller;
  object["agent"] = record.agent;
  object["action"] = record.action;
  object["state"] = to_string(record.state);
  object["started"] = protocol::to_json(record.started);
  object["deadline"] = protocol::to_json(record.deadline);
  if (in_full) {
    object["inputs"] = inputs_to_keep(record.inputs);
  }
  if (record.state == JobState::running) {
    return object;
  }
  object["finished"] = protocol::to_json(record.finished);
  object["status"] = record.status;
  if (in_full) {
    object["message"] = protocol::sendable_text(record.message, longest_message);
  }
  return object;
}

std::string encode(const JobRecord& record)
{
  auto object = to_json(record, true);
  object["data"] = sendable_or_empty(record.data, longest_data);
  return json::serialize(object) + "\n";
}

Expected<JobRecord> parse_job_record(std::string_view text)
{
  const auto object = protocol::parse_object(text);
  if (!object) {
    return tl::unexpected{object.error().with_context("job")};
  }
  protocol::JsonReader reader{*object, "job"};
  JobRecord record;
  record.id = reader.string("job", longest_word);
  record.caller = reader.string("caller", longest_name);
  record.agent = reader.string("agent", longest_name);
  record.action = reader.string("action", longest_name);
  record.inputs = reader.object("inputs");
  record.state = static_cast<JobState>(reader.one_of("state", state_words));
  record.started = reader.time("started");
  record.deadline = reader.time("deadline");
  record.finished = reader.optional_time("finished");
  record.status = static_cast<int>(reader.optional_integer("status", 0, largest_status, 0));
  record.message = reader.optional_string("message", longest_message);
  record.data = reader.object("data");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return record;
}

}  // namespace muster::node
