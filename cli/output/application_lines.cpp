// SPDX-License-Identifier: Apache-2.0
#include "cli/output/application_lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using protocol::Answer;

constexpr std::size_t name_margin = 3;  // MCollective's

std::string member(const json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value == nullptr || value->is_null() ? std::string{} : ddl::text_of(*value);
}

std::string text_for(const Answer& answer, const ReplyLine& line, const TextStyle& style)
{
  if (answer.status == 0) {
    return one_line(has_remark(answer) ? answer.message : line(answer));
  }
  const auto why = one_line(answer.message);
  return style.red(why.empty() ? fmt::format("failed with status {}", answer.status) : why);
}

// As an agent of MCollective's time may write it, too.
bool is_true(const json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// What the agent itself says, as that it is the newest already: one line. A tool's own text has more.
std::string remark(const json::object& data)
{
  auto output = member(data, "output");
  const bool short_one = !output.empty() && output.find('\n') == std::string::npos;
  return short_one ? ": " + output : std::string{};
}

std::string outdated_package(const json::value& entry)
{
  const auto* package = entry.if_object();
  if (package == nullptr) {
    return ddl::text_of(entry);
  }
  return member(*package, "package") + " " + member(*package, "version");
}

}  // namespace

std::string application_lines(
    const fleet::FleetReport& report, const ReplyLine& line, Shown shown, const OutputOptions& options)
{
  std::size_t longest = 0;
  std::vector<const Answer*> answers;
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done && node.answer && is_shown(*node.answer, shown)) {
      longest = std::max(longest, display_width(node.name));
      answers.push_back(&*node.answer);
    }
  }
  std::string text;
  for (const auto* answer : answers) {
    const auto name = one_line(answer->node);
    const auto width = display_width(name);
    text += std::string(name_margin + longest - std::min(width, longest), ' ') + name + ": " +
            text_for(*answer, line, options.style) + "\n";
  }
  return text.empty() ? text : text + "\n";
}

std::string package_line(const Answer& answer)
{
  auto ensure = member(answer.data, "ensure");
  if (ensure == "absent" || ensure == "purged") {
    return ensure;
  }
  const auto arch = member(answer.data, "arch");
  return member(answer.data, "name") + "-" + ensure + (arch.empty() ? "" : "." + arch) + remark(answer.data);
}

std::string updates_line(const Answer& answer)
{
  const auto* list = answer.data.if_contains("outdated_packages");
  if (list == nullptr || !list->is_array() || list->get_array().empty()) {
    return "up to date";
  }
  std::string text = fmt::format("{} outdated:", list->get_array().size());
  const char* between = " ";
  for (const auto& entry : list->get_array()) {
    text += between + outdated_package(entry);
    between = ", ";
  }
  return text;
}

std::string service_line(const Answer& answer)
{
  return member(answer.data, "status");
}

std::string puppet_line(const Answer& answer)
{
  const auto message = member(answer.data, "message");
  return message.empty() ? member(answer.data, "summary") : message;
}

std::string puppet_count_text(const fleet::FleetReport& report)
{
  std::size_t total = 0;
  std::size_t enabled = 0;
  std::size_t applying = 0;
  std::size_t daemons = 0;
  std::size_t idling = 0;
  for (const auto& node : report.nodes) {
    if (node.fate != fleet::Fate::done || !node.answer || node.answer->status != 0) {
      continue;
    }
    const auto& data = node.answer->data;
    ++total;
    enabled += is_true(data, "enabled") ? 1U : 0U;
    applying += is_true(data, "applying") ? 1U : 0U;
    daemons += is_true(data, "daemon_present") ? 1U : 0U;
    idling += is_true(data, "idling") ? 1U : 0U;
  }
  const auto line = [](std::string_view label, std::size_t count) {
    return fmt::format("{:>33}: {}\n", label, count);
  };
  return fmt::format("Total Puppet nodes: {}\n\n", total) + line("Nodes currently enabled", enabled) +
         line("Nodes currently disabled", total - enabled) + "\n" +
         line("Nodes currently doing puppet runs", applying) +
         line("Nodes currently stopped", total - applying) + "\n" +
         line("Nodes with daemons started", daemons) +
         line("Nodes without daemons started", total - daemons) + line("Daemons started but idling", idling) +
         "\n";
}

}  // namespace muster::cli
