// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/sink_kinds.hpp"

#include <algorithm>
#include <array>

#include "nagios-bridge/file/file_sink.hpp"

namespace muster::bridge {

namespace {

// Every kind of sink there is; a new one is a line here.
constexpr std::array kinds{
    SinkKind{"file", read_file_sink},
};

PassiveResult named(const CheckResult& check)
{
  PassiveResult result;
  result.service = check.check;
  result.state = static_cast<int>(check.state);
  result.summary = check.summary;
  result.details = check.details;
  result.perfdata = check.perfdata;
  result.started = std::chrono::floor<std::chrono::milliseconds>(check.started);
  result.finished = std::chrono::floor<std::chrono::milliseconds>(check.finished);
  return result;
}

PassiveResult named(const HostState& host)
{
  PassiveResult result;
  result.state = host.up ? 0 : 1;
  result.summary = host.text;
  result.started = host.since;
  result.finished = host.since;
  return result;
}

}  // namespace

const SinkKind* find_sink_kind(std::string_view name)
{
  const auto* const found =
      std::find_if(kinds.begin(), kinds.end(), [name](const SinkKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : found;
}

std::string all_sink_kinds()
{
  std::string words;
  for (const auto& kind : kinds) {
    words.append(words.empty() ? "" : ", ").append(kind.name);
  }
  return words;
}

PassiveResult named_as_in_the_fleet(const QueuedItem& item)
{
  auto result = std::visit([](const auto& what) { return named(what); }, item.what);
  result.ticket = item.ticket;
  result.host = item.node;
  result.source = item.node;
  if (std::holds_alternative<CheckResult>(item.what)) {
    result.started -= item.ahead;
    result.finished -= item.ahead;
  }
  return result;
}

}  // namespace muster::bridge
