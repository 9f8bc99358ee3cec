// SPDX-License-Identifier: Apache-2.0
#include "collector/web/operations.hpp"

#include <array>
#include <utility>

#include "collector/board/board_json.hpp"
#include "libmuster/protocol/sendable.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::collector::web {

namespace json = protocol::json;

namespace {

constexpr std::size_t act_id_length = 12;
constexpr std::size_t longest_recorded = 1024;  // bytes of a name that somebody typed

std::string recorded_text(std::string_view text)
{
  return protocol::sendable_text(text, longest_recorded);
}

Act act_of(const Context& context, std::string_view action, json::object data)
{
  Act act;
  act.id = protocol::random_word(act_id_length);
  act.caller = context.visitor.identity.name;
  act.action = action;
  act.data = std::move(data);
  act.began = context.now;
  return act;
}

std::vector<Act> begin_on_record(
    const Context& context, std::string_view action, std::vector<json::object> each)
{
  std::vector<Act> acts;
  for (auto& data : each) {
    acts.push_back(act_of(context, action, std::move(data)));
    context.record(acts.back());
  }
  return acts;
}

// Does all of it at once, with a record of each before, and one of what came of it.
template <typename Operation>
auto on_record(
    const Context& context, std::string_view action, std::vector<json::object> each, Operation operation)
{
  if (!context.record) {
    return operation();
  }
  auto acts = begin_on_record(context, action, std::move(each));
  auto done = operation();
  for (auto& act : acts) {
    act.stage = done ? Act::Stage::done : Act::Stage::failed;
    act.message = done ? "OK" : done.error().message;
    context.record(act);
  }
  return done;
}

json::object named(const Target& target)
{
  return {{"node", recorded_text(target.node)}, {"check", recorded_text(target.check)}};
}

std::vector<json::object> named(const Targets& targets)
{
  std::vector<json::object> each;
  each.reserve(targets.size());
  for (const auto& target : targets) {
    each.push_back(named(target));
  }
  return each;
}

std::vector<json::object> with(std::vector<json::object> each, const ShownAcknowledgement& acknowledgement)
{
  for (auto& data : each) {
    data["comment"] = recorded_text(acknowledgement.comment);
    data["sticky"] = acknowledgement.sticky;
    if (acknowledgement.expires) {
      data["expires"] = protocol::to_json(*acknowledgement.expires);
    }
  }
  return each;
}

Expected<void> check_comment(const std::string& comment)
{
  if (comment.find_first_not_of(" \t\r\n") == std::string::npos) {
    return failure(ErrorCode::invalid_input, "comment: expected some words for whoever reads it");
  }
  if (comment.size() > longest_comment) {
    return failure(ErrorCode::invalid_input, "comment: expected at most 1000 letters");
  }
  return {};
}

Expected<void> check_downtime(const ShownDowntime& downtime, Time now)
{
  if (auto checked = check_comment(downtime.comment); !checked) {
    return checked;
  }
  if (downtime.is_about_nobody()) {
    return failure(
        ErrorCode::invalid_input, "nodes, filter, select: expected one of them: a downtime of what?");
  }
  if (downtime.end <= now || downtime.end <= downtime.start) {
    return failure(ErrorCode::invalid_input, "a downtime that is over already expects nothing");
  }
  return {};
}

Expected<void> check_number(const Targets& targets)
{
  if (targets.empty() || targets.size() > most_targets) {
    return failure(ErrorCode::invalid_input, "expected 1 to 1000 problems to be chosen");
  }
  return {};
}

// The error is about one; who chose many must know what became of the others.
Expected<void> of_all(const Targets& targets, Expected<void> done)
{
  if (done || targets.size() == 1) {
    return done;
  }
  return tl::unexpected{
      done.error().with_context("nothing is done of any of the " + std::to_string(targets.size()))};
}

}  // namespace

std::string target_text(const Target& target)
{
  return target.node + "/" + target.check;
}

Target parse_target_text(std::string_view text)
{
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return {std::string{text}, ""};
  }
  return {std::string{text.substr(0, slash)}, std::string{text.substr(slash + 1)}};
}

Expected<void> acknowledge(const Context& context, const Targets& targets, const Acknowledging& request)
{
  ShownAcknowledgement acknowledgement{
      context.visitor.identity.name, request.comment, context.now, request.sticky, std::nullopt};
  if (request.lasts.count() > 0) {
    acknowledgement.expires = context.now + request.lasts;
  }
  return check_comment(request.comment).and_then([&] { return check_number(targets); }).and_then([&] {
    return on_record(context, "acknowledge", with(named(targets), acknowledgement), [&] {
      return of_all(targets, context.board.acknowledge(targets, acknowledgement, Tell::all));
    });
  });
}

Expected<void> unacknowledge(const Context& context, const Targets& targets)
{
  return check_number(targets).and_then([&] {
    return on_record(context, "unacknowledge", named(targets), [&] {
      const auto& caller = context.visitor.identity.name;
      return of_all(targets, context.board.unacknowledge(targets, caller, Tell::all));
    });
  });
}

Expected<std::vector<std::string>> add_downtimes(const Context& context, std::vector<ShownDowntime> downtimes)
{
  std::vector<json::object> each;
  for (auto& downtime : downtimes) {
    downtime.caller = context.visitor.identity.name;
    if (auto checked = check_downtime(downtime, context.now); !checked) {
      return tl::unexpected{checked.error()};
    }
    each.push_back(to_json(downtime));
  }
  return on_record(context, "downtime", std::move(each), [&] {
    return context.board.add_downtimes(downtimes, Tell::all);
  });
}

Expected<std::string> add_downtime(const Context& context, ShownDowntime downtime)
{
  return add_downtimes(context, {std::move(downtime)}).map([](const std::vector<std::string>& ids) {
    return ids.front();
  });
}

Expected<void> remove_downtime(const Context& context, const std::string& id)
{
  const json::object data{{"downtime", recorded_text(id)}};
  return on_record(context, "remove_downtime", {data}, [&] {
    return context.board.remove_downtime(id, context.visitor.identity.name, Tell::all);
  });
}

std::string_view action_at(std::string_view path)
{
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> actions{{
      {"/acknowledge", "acknowledge"},
      {"/unacknowledge", "unacknowledge"},
      {"/remove", "remove_downtime"},
      {"/downtime", "downtime"},
  }};
  for (const auto& [end, action] : actions) {
    if (path.ends_with(end) || (action == "downtime" && path.ends_with("/downtimes"))) {
      return action;
    }
  }
  return {};
}

void refuse_on_record(const Context& context, std::string_view action, std::string_view why)
{
  if (!context.record || action.empty()) {
    return;
  }
  auto act = act_of(context, action, {});
  act.stage = Act::Stage::refused;
  act.message = why;
  context.record(act);
}

}  // namespace muster::collector::web
