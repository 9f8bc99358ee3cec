// SPDX-License-Identifier: Apache-2.0
#include "collector/state/event_line.hpp"

#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/utc_text.hpp"

namespace muster::collector {

namespace {

std::string name_text(const std::string& name)
{
  return name.empty() ? "-" : printable(name, false);
}

std::string turn_text(const Event& event)
{
  if (!event.to) {
    return {};
  }
  std::string text = " ";
  text += event.from ? to_string(*event.from) : "?";
  text += " -> ";
  text += to_string(*event.to);
  text += event.hard ? ", hard" : ", soft";
  text += event.attempt > 0 ? ", attempt " + std::to_string(event.attempt) : "";
  return text;
}

std::string silence_text(const Silence& silence)
{
  std::string text;
  const auto add = [&text](bool holds, const char* word) {
    if (holds) {
      text += text.empty() ? "" : ", ";
      text += word;
    }
  };
  add(silence.flapping, "flapping");
  add(silence.downtime, "downtime");
  add(silence.acknowledged, "acknowledged");
  add(silence.unreachable, "unreachable");
  return text.empty() ? "" : ", silent (" + text + ")";
}

}  // namespace

std::string event_line(const Event& event)
{
  auto line = protocol::utc_text(event.time);
  line += ' ' + name_text(event.node);
  line += ' ' + name_text(event.check) + ' ';
  line += to_string(event.kind);
  line += event.to ? ":" : "";
  line += turn_text(event);
  line += event.replayed ? ", learned late" : "";
  line += silence_text(event.silence);
  return event.message.empty() ? line : line + ": " + printable(event.message, false);
}

}  // namespace muster::collector
