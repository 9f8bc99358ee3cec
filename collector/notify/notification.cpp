// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/notification.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "collector/state/time_text.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector {

namespace {

constexpr std::size_t longest_message = 400;  // of a line; the whole is in the collector
constexpr std::size_t longest_title = 300;    // of a subject, which mail programs cut long before

std::string shown(const std::string& text)
{
  return printable(text, false);
}

std::string subject_of(const StoredEvent& event)
{
  if (event.service.empty()) {
    return shown(event.node);
  }
  return shown(event.service) + (event.node.empty() ? "" : " on " + shown(event.node));
}

std::string with_message(std::string text, const StoredEvent& event)
{
  return event.message.empty() ? text : std::move(text) + ": " + shown(event.message);
}

std::string line_of(const StoredEvent& event)
{
  auto line = time_text(event.time) + "  " + headline(event);
  if (event.kind == "state" && event.before) {
    line += " (was ";
    line += to_string(*event.before);
    line += ')';
  }
  const bool is_in_headline = event.kind != "state" && event.node.empty();
  return truncate_utf8(is_in_headline ? line : with_message(std::move(line), event), longest_message, "…");
}

// "12 CRITICAL, 3 OK", the worst first; what has no state is counted as other events.
std::string counted(const std::vector<Notice>& notices, std::size_t from)
{
  constexpr std::array by_severity{
      CheckState::critical, CheckState::unknown, CheckState::warning, CheckState::ok};
  std::array<std::size_t, 5> counts{};
  for (auto i = from; i < notices.size(); ++i) {
    const auto state = state_of(notices[i].event);
    ++counts.at(state ? static_cast<std::size_t>(*state) : counts.size() - 1);
  }
  std::string text;
  const auto add = [&text](std::size_t count, std::string_view word) {
    if (count > 0) {
      text.append(text.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(word);
    }
  };
  for (const auto state : by_severity) {
    add(counts.at(static_cast<std::size_t>(state)), to_string(state));
  }
  add(counts.back(), "other");
  return text;
}

// The worst; of several the oldest.
const Notice& leading(const std::vector<Notice>& notices)
{
  const auto rank = [](const Notice& notice) {
    const auto state = state_of(notice.event);
    return state ? severity(*state) : -1;
  };
  return *std::max_element(notices.begin(), notices.end(), [&](const Notice& left, const Notice& right) {
    return rank(left) < rank(right);
  });
}

std::string title_of(const std::vector<Notice>& notices)
{
  const auto tail = notices.size() == 1 ? "" : " and " + std::to_string(notices.size() - 1) + " more";
  return truncate_utf8(headline(leading(notices).event), longest_title, "…") + tail;
}

std::string text_of(const std::vector<Notice>& notices, std::size_t listed)
{
  std::string text;
  for (std::size_t i = 0; i < listed; ++i) {
    text += line_of(notices[i].event) + '\n';
  }
  if (listed < notices.size()) {
    text += "… and " + std::to_string(notices.size() - listed) + " more: " + counted(notices, listed) + '\n';
  }
  return text;
}

}  // namespace

std::string headline(const StoredEvent& event)
{
  const auto subject = subject_of(event);
  switch (parse_event_kind(event.kind).value_or(EventKind::node_new)) {
  case EventKind::state:
    return (event.after ? std::string{to_string(*event.after)} + ": " : "") + subject;
  case EventKind::flapping_start:
    return subject + " is flapping";
  case EventKind::flapping_stop:
    return subject + " is not flapping any more";
  case EventKind::node_gone:
    return subject + " is gone";
  case EventKind::node_stopped:
    return subject + " has stopped";
  case EventKind::node_vanished:
    return subject + " has vanished";
  case EventKind::node_back:
    return subject + " is back";
  case EventKind::acknowledgement_set:
    return subject + " is acknowledged";
  case EventKind::acknowledgement_end:
    return "the acknowledgement of " + subject + " has ended";
  case EventKind::downtime_start:
    return with_message("a downtime has begun", event);
  case EventKind::downtime_end:
    return with_message("a downtime has ended", event);
  case EventKind::nodes_lost:
  case EventKind::nodes_stopped:
  case EventKind::nodes_vanished:
  case EventKind::nodes_back:
    return shown(event.message);
  default:
    return with_message(subject, event);
  }
}

Notification make_notification(const std::vector<Notice>& notices, const std::string& group)
{
  Notification notification;
  const auto listed = std::min(notices.size(), Notification::most_listed);
  notification.group = group;
  notification.worst = state_of(leading(notices).event);
  notification.title = title_of(notices);
  notification.text = text_of(notices, listed);
  notification.events.assign(notices.begin(), notices.begin() + static_cast<std::ptrdiff_t>(listed));
  notification.more = notices.size() - listed;
  notification.first_id = notices.front().id;
  notification.last_id = notices.back().id;
  return notification;
}

}  // namespace muster::collector
