// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collector/state/event.hpp"
#include "collector/state/time_period.hpp"
#include "libmuster/http/http_target.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

enum class ReceiverKind { exec, webhook, mail, alertmanager };

// "exec", "webhook", …: the key that says so in collector.yaml. A static string.
std::string_view to_string(ReceiverKind kind);

// What is told together: events of one check on all nodes, of one node, all that comes, or each by itself.
enum class GroupBy { check, node, all, each };

// So many notifications within so long; what is beyond is summed up in the last of them.
struct SendLimit {
  std::size_t most = 20;
  std::chrono::milliseconds within{std::chrono::minutes{10}};
};

// One entry of `notify:` in collector.yaml, checked: whom to tell what, and how. A plain value.
struct Receiver {
  std::string name;
  ReceiverKind kind = ReceiverKind::exec;

  std::vector<std::string> command;  // of exec: the program's path, then its arguments
  http::HttpTarget url;              // of webhook and alertmanager
  std::filesystem::path ca;          // of https: whom to trust instead of the system's authorities
  std::string to;                    // of mail: addresses with ", " between them
  std::string from;                  // of mail; empty: the collector's name
  std::filesystem::path sendmail = "/usr/sbin/sendmail";

  std::set<EventKind> events;  // which of them
  // By state: of these only. A recovery is told of what was told: the state before must be one of them, too.
  std::array<bool, 4> states{true, true, true, true};
  std::vector<std::string> checks;  // of these only; empty: of all, and of nodes
  Filter filter;                    // of nodes; it compiles and asks no data functions. Empty: all

  GroupBy group_by = GroupBy::check;
  std::chrono::milliseconds group_wait{std::chrono::seconds{10}};  // what comes within it is told together
  SendLimit limit;
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};  // of one delivery
  TimePeriod period = TimePeriod::always();                     // outside of it, what comes waits
};

// What there is to tell by default: problems and recoveries of checks and nodes, not what people did.
std::set<EventKind> usual_events();

}  // namespace muster::collector
