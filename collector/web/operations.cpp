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

// Does it, with a record before and one of what came of it.
template <typename Operation>
auto on_record(const Context& context, std::string_view action, json::object data, Operation operation)
{
  if (!context.record) {
    return operation();
  }
  auto act = act_of(context, action, std::move(data));
  context.record(act);
  auto done = operation();
  act.stage = done ? Act::Stage::done : Act::Stage::failed;
  act.message = done ? "OK" : done.error().message;
  context.record(act);
  return done;
}

json::object named(const Target& target)
{
  return {{"node", recorded_text(target.node)}, {"check", recorded_text(target.check)}};
}

json::object with(json::object data, const ShownAcknowledgement& acknowledgement)
{
  data["comment"] = recorded_text(acknowledgement.comment);
  data["sticky"] = acknowledgement.sticky;
  if (acknowledgement.expires) {
    data["expires"] = protocol::to_json(*acknowledgement.expires);
  }
  return data;
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

Expected<void> check_number(const std::vector<Target>& targets)
{
  if (targets.empty() || targets.size() > most_targets) {
    return failure(ErrorCode::invalid_input, "expected 1 to 1000 problems to be chosen");
  }
  return {};
}

template <typename Operation>
Expected<void> for_each(const std::vector<Target>& targets, Operation operation)
{
  for (const auto& target : targets) {
    Expected<void> done = operation(target);
    if (!done) {
      return tl::unexpected{done.error().with_context(target_text(target))};
    }
  }
  return {};
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

Expected<void> acknowledge(
    const Context& context, const std::vector<Target>& targets, const Acknowledging& request)
{
  ShownAcknowledgement acknowledgement{
      context.visitor.identity.name, request.comment, context.now, request.sticky, std::nullopt};
  if (request.lasts.count() > 0) {
    acknowledgement.expires = context.now + request.lasts;
  }
  return check_comment(request.comment).and_then([&] { return check_number(targets); }).and_then([&] {
    return for_each(targets, [&](const Target& target) {
      return on_record(context, "acknowledge", with(named(target), acknowledgement), [&] {
        return context.board.acknowledge(target.node, target.check, acknowledgement, Tell::all);
      });
    });
  });
}

Expected<void> unacknowledge(const Context& context, const std::vector<Target>& targets)
{
  return check_number(targets).and_then([&] {
    return for_each(targets, [&](const Target& target) {
      return on_record(context, "unacknowledge", named(target), [&] {
        return context.board.unacknowledge(
            target.node, target.check, context.visitor.identity.name, Tell::all);
      });
    });
  });
}

Expected<std::string> add_downtime(const Context& context, ShownDowntime downtime)
{
  downtime.caller = context.visitor.identity.name;
  if (auto checked = check_comment(downtime.comment); !checked) {
    return tl::unexpected{checked.error()};
  }
  if (downtime.is_about_nobody()) {
    return failure(
        ErrorCode::invalid_input, "nodes, filter, select: expected one of them: a downtime of what?");
  }
  if (downtime.end <= context.now || downtime.end <= downtime.start) {
    return failure(ErrorCode::invalid_input, "a downtime that is over already expects nothing");
  }
  return on_record(context, "downtime", to_json(downtime), [&] {
    return context.board.add_downtime(downtime, Tell::all);
  });
}

Expected<void> remove_downtime(const Context& context, const std::string& id)
{
  return on_record(context, "remove_downtime", {{"downtime", recorded_text(id)}}, [&] {
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
