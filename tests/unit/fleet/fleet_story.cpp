// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/fleet/fleet_story.hpp"

#include <array>
#include <utility>

#include <gtest/gtest.h>

namespace muster::test {

using protocol::NodeState;
using protocol::Outcome;
using std::chrono::milliseconds;

namespace {

constexpr Time wall_clock_at_start{1'767'268'800'000ms};

CompiledFilter compiled(const fleet::Question& question)
{
  return CompiledFilter::compile(question.filter).value();
}

std::string word(Fate fate)
{
  constexpr std::array words{"done", "not_meant", "refused", "late", "lost", "gone"};
  return words.at(static_cast<std::size_t>(fate));
}

}  // namespace

Story::Story(fleet::Question question) : request_{question, compiled(question)}
{
  take(request_.start(now_, wall_clock_at_start));
}

void Story::take(const std::vector<FleetRequest::Send>& sends)
{
  sends_.insert(sends_.end(), sends.begin(), sends.end());
}

Time Story::wall_clock() const
{
  return wall_clock_at_start + std::chrono::floor<milliseconds>(now_ - started_);
}

Story& Story::after(milliseconds time)
{
  const auto until = now_ + time;
  while (!request_.is_over(now_) && request_.next_event(now_) < until) {
    now_ = std::max(now_ + 1ms, request_.next_event(now_));
    take(request_.on_time(now_));
  }
  now_ = until;
  take(request_.on_time(now_));
  return *this;
}

milliseconds Story::runs_until()
{
  constexpr int most_wakeups = 100;  // it would not sleep
  for (int wakeups = 0; !request_.is_over(now_); ++wakeups) {
    if (wakeups == most_wakeups) {
      ADD_FAILURE() << "it wakes up again and again";
      break;
    }
    now_ = std::max(now_, request_.next_event(now_));
    take(request_.on_time(now_));
  }
  return std::chrono::floor<milliseconds>(now_ - started_);
}

std::vector<std::string> Story::sent()
{
  std::vector<std::string> words;
  for (const auto& send : std::exchange(sends_, {})) {
    std::string text = send.what == FleetRequest::Send::What::marker ? "marker" : "request";
    words.push_back(send.node.empty() ? text : text + " " + send.node);
  }
  return words;
}

protocol::Presence Story::presence_of(const std::string& node, NodeState state)
{
  protocol::Presence presence;
  presence.name = node;
  presence.state = state;
  presence.instance = "first";
  presence.collectives = {"main"};
  presence.agents = {"nrpe"};
  return presence;
}

Story& Story::retained(const std::string& node, std::chrono::seconds age)
{
  return presence(node, NodeState::up, false, age);
}

Story& Story::presence(
    const std::string& node,
    NodeState state,
    bool live,
    std::chrono::seconds age,
    const std::string& collective)
{
  auto made = presence_of(node, state);
  made.collectives = {collective};
  return presence(std::move(made), live, live ? 0s : age);
}

Story& Story::presence(protocol::Presence presence, bool live, std::chrono::seconds age)
{
  request_.on_presence(std::move(presence), age, live, now_);
  return *this;
}

Story& Story::marker()
{
  request_.on_marker(now_);
  return *this;
}

Story& Story::done(const std::string& node)
{
  return answer(node, Outcome::done);
}

Story& Story::answer(const std::string& node, Outcome outcome)
{
  protocol::Answer made;
  made.node = node;
  made.now = wall_clock();
  made.outcome = outcome;
  request_.on_answer(std::move(made), now_, wall_clock());
  return *this;
}

Story& Story::refused(const std::string& node, protocol::Refusal reason, milliseconds clock_offset)
{
  protocol::Answer made;
  made.node = node;
  made.now = wall_clock() + clock_offset;
  made.outcome = Outcome::refused;
  made.reason = reason;
  request_.on_answer(std::move(made), now_, wall_clock());
  return *this;
}

Story& Story::forgotten(const std::string& node)
{
  request_.on_forgotten(node);
  return *this;
}

Story& Story::reconnected()
{
  take(request_.on_reconnected(now_));
  return *this;
}

std::vector<std::string> Story::fates() const
{
  std::vector<std::string> words;
  for (const auto& node : report().nodes) {
    words.push_back(node.name + " " + word(node.fate));
  }
  return words;
}

fleet::NodeAccount Story::account_of(const std::string& node) const
{
  for (const auto& account : report().nodes) {
    if (account.name == node) {
      return account;
    }
  }
  ADD_FAILURE() << node << " is in no account";
  return {};
}

fleet::Question to_nodes(std::vector<std::string> nodes)
{
  fleet::Question question;
  question.nodes = std::move(nodes);
  return question;
}

fleet::Question with_fact(const std::string& name, const std::string& value)
{
  fleet::Question question;
  question.filter.facts = {{name, FactOperator::equals, value}};
  return question;
}

}  // namespace muster::test
