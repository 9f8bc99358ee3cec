// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/status_polling.hpp"

#include <utility>

#include "cli/output/json_values.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::string_view service_prefix = "collector@";
constexpr std::size_t most_collectors = 64;  // a fleet has two
constexpr int status_missing_data = 3;       // and above: the question is wrong
constexpr const char* waiting = "its answer has not come";

}  // namespace

StatusPolling::StatusPolling(Settings settings, Moment now) : settings_{std::move(settings)}, started_{now} {}

void StatusPolling::on_connected(Moment now)
{
  connected_ = true;
  roll_call_ = false;
  collectors_.clear();
  forget_pending(now);
}

void StatusPolling::on_lost(const Error& why, Moment now)
{
  connected_ = false;
  collectors_.clear();
  why_ = why.message;
  forget_pending(now);
  if (++failed_connects_ >= settings_.brokers) {
    give_up(why);
  }
}

void StatusPolling::on_not_allowed(const Error& why)
{
  why_ = why.message;
  give_up(why);
}

void StatusPolling::on_presence(const std::string& name, bool up, Moment now)
{
  const bool wanted =
      settings_.collector.empty() ? name.starts_with(service_prefix) : name == settings_.collector;
  if (!wanted || (collectors_.size() >= most_collectors && !collectors_.contains(name))) {
    return;
  }
  const auto before = collectors_.find(name);
  const bool was_up = before != collectors_.end() && before->second;
  collectors_[name] = up;
  if (name == collector_ && up != was_up) {
    forget_pending(now);  // one that has just begun has not heard it, one that is gone will not answer
  }
  choose(now);
}

void StatusPolling::on_roll_call()
{
  roll_call_ = true;
  if (collector_.empty()) {
    give_up({ErrorCode::disconnected, nobody_is_up()});
  }
}

void StatusPolling::choose(Moment now)
{
  const auto is_up = [this](const std::string& name) {
    const auto found = collectors_.find(name);
    return found != collectors_.end() && found->second;
  };
  if (is_up(collector_)) {
    return;
  }
  collector_.clear();
  for (const auto& [name, up] : collectors_) {
    if (up) {
      collector_ = name;
      forget_pending(now);
      return;
    }
  }
}

std::string StatusPolling::nobody_is_up() const
{
  std::string known;
  for (const auto& [name, up] : collectors_) {
    known.append(known.empty() ? " (not up: " : ", ").append(name);
  }
  const auto whom = settings_.collector.empty() ? std::string{"no collector"} : settings_.collector;
  return whom + (settings_.collector.empty() ? " is up" + known + (known.empty() ? "" : ")") : " is not up");
}

void StatusPolling::forget_pending(Moment now)
{
  pending_.reset();
  partial_.clear();
  next_ask_ = now.steady;
}

void StatusPolling::give_up(Error why)
{
  if (!told_ && !hopeless_) {
    hopeless_ = std::move(why);
  }
}

void StatusPolling::ask_for(json::object query, Moment now)
{
  settings_.query = std::move(query);
  complaint_.clear();
  token_.clear();
  forget_pending(now);
}

void StatusPolling::tell_about(std::optional<Subject> subject, Moment now)
{
  if (subject == subject_) {
    return;
  }
  subject_ = std::move(subject);
  details_.clear();
  details_due_ = subject_.has_value();
  if (pending_ && pending_->action == "history") {
    forget_pending(now);
  }
}

void StatusPolling::pause(bool paused, Moment now)
{
  paused_ = paused;
  if (!paused) {
    forget_pending(now);
  }
}

StatusPolling::Ask StatusPolling::ask_status() const
{
  Ask ask{collector_, "status", settings_.query};
  if (partial_.contains("services")) {
    ask.data["from"] = array_in(partial_, "services").size();
  } else if (!token_.empty()) {
    ask.data["known"] = token_;
  }
  return ask;
}

std::optional<StatusPolling::Ask> StatusPolling::next(Moment now)
{
  if (pending_ && now.steady >= pending_->since + settings_.patience) {
    why_ = "it gave no answer in " +
           std::to_string(std::chrono::floor<std::chrono::seconds>(settings_.patience).count()) + " s";
    give_up({ErrorCode::disconnected, collector_ + " gave no answer"});
    forget_pending(now);
  }
  if (!connected_ || collector_.empty() || pending_) {
    return std::nullopt;
  }
  if (details_due_) {
    details_due_ = false;
    return Ask{collector_, "history", {{"node", subject_->node}, {"check", subject_->check}, {"most", 10}}};
  }
  return paused_ || now.steady < next_ask_ ? std::nullopt : std::optional{ask_status()};
}

void StatusPolling::asked(std::string id, std::string action, Moment now)
{
  pending_ = Pending{std::move(id), std::move(action), now.steady};
}

Clock::time_point StatusPolling::next_event() const
{
  if (pending_) {
    return pending_->since + settings_.patience;
  }
  const bool asks = connected_ && !collector_.empty() && !paused_;
  return asks ? next_ask_ : Clock::time_point::max();
}

void StatusPolling::on_answer(const protocol::Answer& answer, Moment now)
{
  if (!pending_ || answer.id != pending_->id || answer.node != collector_ ||
      answer.outcome == protocol::Outcome::running) {
    return;
  }
  const bool about_status = pending_->action == "status";
  pending_.reset();
  next_ask_ = now.steady + settings_.every;
  if (answer.outcome != protocol::Outcome::done || answer.status != 0) {
    partial_.clear();
    take_refusal(answer, about_status);
  } else if (about_status) {
    take_status(answer.data, now);
  } else if (subject_) {
    details_ = answer.data;
  }
}

void StatusPolling::take_refusal(const protocol::Answer& answer, bool about_status)
{
  if (answer.outcome != protocol::Outcome::done) {
    why_ = "it refuses: " + answer.message;
    give_up({ErrorCode::denied, collector_ + " refuses: " + answer.message});
  } else if (about_status) {
    complaint_ = answer.message;
    const bool wrong = answer.status >= status_missing_data;
    give_up({wrong ? ErrorCode::invalid_input : ErrorCode::disconnected, answer.message});
  }
}

void StatusPolling::take_status(const json::object& data, Moment now)
{
  complaint_.clear();
  why_.clear();
  details_due_ = subject_.has_value();
  if (flag_in(data, "unchanged") && told_) {
    told_->at = now;
    return;
  }
  take_page(data, now);
}

void StatusPolling::take_page(const json::object& data, Moment now)
{
  if (!partial_.contains("services")) {
    partial_ = data;
    if (array_in(data, "services").empty()) {
      partial_["services"] = json::array{};
    }
  } else {
    auto& services = partial_["services"].as_array();
    for (const auto& service : array_in(data, "services")) {
      services.push_back(service);
    }
    partial_["left_out"] = number_in(data, "left_out");
    if (text_in(partial_, "token") != text_in(data, "token")) {
      partial_["token"] = "";  // it has changed in between: all of it is asked for the next time
    }
  }
  const bool whole = number_in(partial_, "left_out") == 0 || array_in(data, "services").empty() ||
                     array_in(partial_, "services").size() >= most_problems;
  if (whole) {
    complete(now);
  } else {
    next_ask_ = now.steady;
  }
}

void StatusPolling::complete(Moment now)
{
  token_ = text_in(partial_, "token");
  const auto version = told_ ? told_->version + 1 : 1;
  told_ = Told{std::move(partial_), now, version};
  partial_ = {};
}

std::optional<StatusPolling::Silence> StatusPolling::silence(Moment now) const
{
  const auto since = told_ ? told_->at.wall : started_.wall;
  if (!connected_) {
    return Silence{since, why_.empty() ? "there is no connection to the broker yet" : why_};
  }
  if (collector_.empty()) {
    return Silence{since, roll_call_ ? nobody_is_up() : "it is not known who is up yet"};
  }
  const auto last = told_ ? told_->at.steady : started_.steady;
  if (paused_ || now.steady <= last + settings_.every + lateness) {
    return std::nullopt;
  }
  return Silence{since, !complaint_.empty() ? complaint_ : why_.empty() ? waiting : why_};
}

}  // namespace muster::cli
