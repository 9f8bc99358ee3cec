// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/page_requests.hpp"

#include <utility>

namespace muster::fleet {

namespace {

constexpr std::size_t id_length = 16;  // as that of every request

}  // namespace

mqtt::Message PageRequests::ask(
    const ResultStream::Fetch& fetch, protocol::Time now, Clock::time_point steady)
{
  protocol::Request request;
  request.caller = identity_.key.caller();
  request.session = identity_.session;
  request.id = protocol::random_word(id_length);
  request.to = {protocol::Target::Kind::node, fetch.node};
  request.agent = "recorder";
  request.action = "since";
  request.data["epoch"] = fetch.since.epoch;
  request.data["seq"] = fetch.since.seq;
  request.sent = now;
  request.wait = page_wait;
  mqtt::Message message;
  message.topic = identity_.topics.request_to_node(fetch.node);
  message.payload = protocol::seal(request, identity_.key);
  message.expiry = page_wait;
  pages_.emplace(request.id, Asked{fetch.node, steady + page_wait});
  return message;
}

std::optional<PageRequests::Page> PageRequests::on_answer(
    const std::string& name, const protocol::Answer& answer)
{
  const auto asked = pages_.find(answer.id);
  if (asked == pages_.end() || !identity_.topics.same_name(name, asked->second.node) ||
      answer.outcome == protocol::Outcome::running) {
    return std::nullopt;
  }
  auto node = std::move(asked->second.node);
  pages_.erase(asked);
  if (answer.outcome != protocol::Outcome::done || answer.status != 0) {
    return Page{std::move(node), failure(ErrorCode::denied, answer.message), answer.now};
  }
  return Page{std::move(node), protocol::recorder_page_from_json(answer.data), answer.now};
}

std::vector<PageRequests::Page> PageRequests::take_late(Clock::time_point steady)
{
  std::vector<Page> late;
  for (auto asked = pages_.begin(); asked != pages_.end();) {
    if (asked->second.deadline > steady) {
      ++asked;
      continue;
    }
    late.push_back(
        {std::move(asked->second.node),
         failure(ErrorCode::timed_out, "gave no page of its history in time"),
         {}});
    asked = pages_.erase(asked);
  }
  return late;
}

}  // namespace muster::fleet
