// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/open_questions.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/check_runs.hpp"

namespace muster::bridge {

using protocol::Outcome;
using std::chrono::milliseconds;

namespace {

constexpr int aborted = 1;  // the state is not OK: MCollective's word for it

}  // namespace

Expected<void> OpenQuestions::add(const std::string& id, AskedCheck asked, Clock::time_point deadline)
{
  if (questions_.size() >= most) {
    return failure(ErrorCode::denied, std::to_string(most) + " questions wait for their answers already");
  }
  lanes_[asked.node].waiting.push_back(id);
  questions_.emplace(id, Open{std::move(asked), deadline});
  return {};
}

milliseconds OpenQuestions::wait_left(const Open& open, Clock::time_point now)
{
  return std::chrono::duration_cast<milliseconds>(open.deadline - now) - way_back;
}

std::optional<OpenQuestions::Send> OpenQuestions::next(const std::string& node, Clock::time_point now)
{
  const auto found = lanes_.find(node);
  if (found == lanes_.end()) {
    return std::nullopt;
  }
  auto& lane = found->second;
  while (lane.sent < most_at_node && !lane.waiting.empty()) {
    const auto id = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    auto& open = questions_.at(id);
    const auto wait = wait_left(open, now);
    if (wait >= least_wait) {
      open.sent = true;
      ++lane.sent;
      return Send{id, open.asked, wait};
    }
  }
  return std::nullopt;  // what had no time left is given up by whoever waits for it
}

std::vector<OpenQuestions::Send> OpenQuestions::again(Clock::time_point now) const
{
  std::vector<Send> sends;
  for (const auto& [id, open] : questions_) {
    if (const auto wait = wait_left(open, now); open.sent && wait >= least_wait) {
      sends.push_back({id, open.asked, wait});
    }
  }
  return sends;
}

std::optional<OpenQuestions::Settled> OpenQuestions::on_answer(const protocol::Answer& answer)
{
  const auto found = questions_.find(answer.id);
  if (found == questions_.end() || found->second.asked.node != answer.node || !found->second.sent ||
      answer.outcome == Outcome::running) {
    return std::nullopt;
  }
  leave(answer.id, found->second);
  questions_.erase(found);
  return Settled{answer.id, answer.node, result_of(answer)};
}

std::string OpenQuestions::give_up(const std::string& id)
{
  const auto found = questions_.find(id);
  if (found == questions_.end()) {
    return "it is not asked any more";
  }
  const auto open = std::move(found->second);
  leave(id, open);
  questions_.erase(found);
  return open.sent ? open.asked.node + " has not answered in time"
                   : open.asked.node + " was not asked: others who ask it have not been answered in time";
}

void OpenQuestions::leave(const std::string& id, const Open& open)
{
  const auto found = lanes_.find(open.asked.node);
  if (found == lanes_.end()) {
    return;
  }
  auto& lane = found->second;
  if (open.sent) {
    --lane.sent;
  } else {
    std::erase(lane.waiting, id);
  }
  if (lane.sent == 0 && lane.waiting.empty()) {
    lanes_.erase(found);
  }
}

Expected<CheckResult> result_of(const protocol::Answer& answer)
{
  const auto words = printable(answer.message, false);
  if (answer.outcome == Outcome::refused) {
    return failure(ErrorCode::denied, answer.node + " refuses: " + words);
  }
  if (answer.outcome != Outcome::done || answer.status > aborted) {
    return failure(ErrorCode::invalid_input, answer.node + " cannot run it: " + words);
  }
  auto runs = protocol::check_runs_from_json(answer.data);
  if (!runs || runs->size() != 1) {
    return failure(ErrorCode::invalid_input, answer.node + " gave no result of the check: " + words);
  }
  return std::move(runs->front());
}

}  // namespace muster::bridge
