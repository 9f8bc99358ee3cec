// SPDX-License-Identifier: Apache-2.0
#include <boost/json/serialize.hpp>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/sendable.hpp"

namespace muster::protocol {

namespace {

constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_message = 4096;
constexpr int status_of_an_answer_too_large = 5;  // MCollective's "unknown error"

const std::vector<std::string_view> outcome_words{"done", "refused", "not_meant", "running"};
const std::vector<std::string_view> refusal_words{
    "policy",
    "unknown_key",
    "bad_signature",
    "malformed",
    "clock",
    "expired",
    "busy",
    "restarted",
    "replayed"};

void put_time(json::object& object, const char* name, Time time)
{
  if (time != Time{}) {
    object[name] = to_json(time);
  }
}

}  // namespace

std::string_view to_string(Refusal reason)
{
  return refusal_words[static_cast<std::size_t>(reason)];
}

std::string encode(const Answer& answer)
{
  json::object object;
  object["id"] = answer.id;
  object["node"] = answer.node;
  object["now"] = to_json(answer.now);
  object["outcome"] = outcome_words[static_cast<std::size_t>(answer.outcome)];
  if (!answer.message.empty()) {
    object["message"] = sendable_text(answer.message, longest_message);
  }
  if (answer.outcome == Outcome::done) {
    object["status"] = answer.status;
    object["data"] = answer.data;
  }
  if (answer.outcome == Outcome::refused) {
    object["reason"] = to_string(answer.reason);
  }
  put_time(object, "received", answer.received);
  put_time(object, "started", answer.started);
  put_time(object, "finished", answer.finished);
  if (!make_sendable(object, largest_encoded)) {
    object["message"] = "the answer is larger than a message may be, even with its texts cut short";
    object["data"] = json::object{};
    object["status"] = status_of_an_answer_too_large;
  }
  return json::serialize(object);
}

Expected<Answer> parse_answer(std::string_view payload)
{
  const auto object = parse_object(payload);
  if (!object) {
    return tl::unexpected{object.error().with_context("answer")};
  }
  JsonReader reader{*object, "answer"};
  Answer answer;
  answer.id = reader.string("id", longest_id);
  answer.node = reader.string("node", max_node_name_length);
  if (!is_node_name(answer.node) && !is_service_name(answer.node)) {
    reader.fail("node", "the name of a node or service");
  }
  answer.now = reader.time("now");
  answer.outcome = static_cast<Outcome>(reader.one_of("outcome", outcome_words));
  answer.message = reader.optional_string("message", longest_message);
  if (answer.outcome == Outcome::done) {
    answer.status = static_cast<int>(reader.integer("status", 0, 5));
    answer.data = reader.object("data");
  }
  if (answer.outcome == Outcome::refused) {
    answer.reason = static_cast<Refusal>(reader.one_of("reason", refusal_words));
  }
  answer.received = reader.optional_time("received");
  answer.started = reader.optional_time("started");
  answer.finished = reader.optional_time("finished");
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return answer;
}

}  // namespace muster::protocol
