// SPDX-License-Identifier: Apache-2.0
#include "collector/web_record.hpp"

#include <chrono>

namespace muster::collector {

namespace {

using web::Act;

constexpr int status_ok = 0;
constexpr int status_aborted = 1;

protocol::Request request_of(const Act& act)
{
  protocol::Request request;
  request.caller = act.caller;
  request.session = web_session;
  request.id = act.id;
  request.agent = "collector";
  request.action = act.action;
  request.data = act.data;
  request.sent = act.began;
  return request;
}

protocol::Answer answer_of(const Act& act)
{
  protocol::Answer answer;
  answer.id = act.id;
  answer.status = act.stage == Act::Stage::done ? status_ok : status_aborted;
  answer.message = act.message;
  answer.started = act.began;
  answer.finished = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return answer;
}

}  // namespace

void put_on_record(node::AuditTrail& audit, const Act& act)
{
  const auto request = request_of(act);
  switch (act.stage) {
  case Act::Stage::begins:
    static_cast<void>(audit.begins(request, true, act.began));
    break;
  case Act::Stage::refused:
    audit.refused(request, act.message, act.began);
    break;
  case Act::Stage::done:
  case Act::Stage::failed:
    audit.ended(request, true, answer_of(act));
    break;
  }
}

}  // namespace muster::collector
