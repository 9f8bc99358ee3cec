// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/asked_check.hpp"

#include <algorithm>

#include "libmuster/model/facts.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

// What the agent nrpe takes.
constexpr std::size_t longest_check = 256;
constexpr std::size_t longest_arguments = 2048;
constexpr std::size_t longest_shown = 64;  // of a stranger's text in a sentence

std::string shown(std::string_view text)
{
  return "\"" + truncate_utf8(printable(text, false), longest_shown, "…") + "\"";
}

// Where the question names its node.
Expected<void> take_node(AskedCheck& asked)
{
  const auto at = asked.check.rfind('@');
  if (at == std::string::npos) {
    return failure(
        ErrorCode::invalid_input,
        "which node is meant? Ask for CHECK@NODE, for instance " + shown(asked.check + "@web1"));
  }
  asked.node = lower_case(std::string_view{asked.check}.substr(at + 1));
  asked.check.resize(at);
  return is_node_name(asked.node)
             ? Expected<void>{}
             : failure(ErrorCode::invalid_input, shown(asked.node) + " is no name of a node");
}

Expected<void> take_arguments(AskedCheck& asked, std::string_view arguments, bool allowed)
{
  if (!allowed) {
    return failure(
        ErrorCode::denied,
        "arguments are refused: nrpe_listeners of nagios-bridge.yaml does not say \"arguments: true\"");
  }
  if (arguments.size() > longest_arguments) {
    return failure(ErrorCode::invalid_input, "arguments of more than 2048 bytes");
  }
  asked.arguments = arguments;
  return {};
}

}  // namespace

Expected<AskedCheck> read_asked_check(std::string_view text, const QuestionRules& rules)
{
  if (to_valid_utf8(text) != text) {
    return failure(ErrorCode::invalid_input, "the question is not UTF-8");
  }
  const auto end = std::min(text.find('!'), text.size());
  AskedCheck asked{rules.node, std::string{text.substr(0, end)}, {}};
  auto taken = rules.node.empty() ? take_node(asked) : Expected<void>{};
  if (taken && end < text.size()) {
    taken = take_arguments(asked, text.substr(end + 1), rules.arguments);
  }
  if (taken && asked.check.find('@') != std::string::npos) {
    taken = failure(
        ErrorCode::invalid_input,
        "no check has an '@' in its name" +
            (rules.node.empty() ? std::string{} : ", and all questions here are about " + rules.node));
  }
  if (taken && (asked.check.empty() || asked.check.size() > longest_check)) {
    taken = failure(ErrorCode::invalid_input, "expected the name of a check, of at most 256 bytes");
  }
  return taken ? Expected<AskedCheck>{std::move(asked)} : tl::unexpected{taken.error()};
}

}  // namespace muster::bridge
