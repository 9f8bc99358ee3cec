// SPDX-License-Identifier: Apache-2.0
#include "collector/web/operations.hpp"

#include <utility>

namespace muster::collector::web {

namespace {

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
      return context.board.acknowledge(target.node, target.check, acknowledgement);
    });
  });
}

Expected<void> unacknowledge(const Context& context, const std::vector<Target>& targets)
{
  return check_number(targets).and_then([&] {
    return for_each(targets, [&](const Target& target) {
      return context.board.unacknowledge(target.node, target.check, context.visitor.identity.name);
    });
  });
}

Expected<std::string> add_downtime(const Context& context, ShownDowntime downtime)
{
  downtime.caller = context.visitor.identity.name;
  if (auto checked = check_comment(downtime.comment); !checked) {
    return tl::unexpected{checked.error()};
  }
  if (downtime.nodes.empty() && downtime.filter.empty()) {
    return failure(ErrorCode::invalid_input, "nodes, filter: expected one of them: a downtime of what?");
  }
  if (downtime.end <= context.now || downtime.end <= downtime.start) {
    return failure(ErrorCode::invalid_input, "a downtime that is over already expects nothing");
  }
  return context.board.add_downtime(downtime);
}

}  // namespace muster::collector::web
