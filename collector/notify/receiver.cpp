// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/receiver.hpp"

namespace muster::collector {

std::string_view to_string(ReceiverKind kind)
{
  switch (kind) {
  case ReceiverKind::exec:
    return "exec";
  case ReceiverKind::webhook:
    return "webhook";
  case ReceiverKind::mail:
    return "mail";
  case ReceiverKind::alertmanager:
    return "alertmanager";
  }
  return {};
}

std::set<EventKind> usual_events()
{
  return {
      EventKind::state,
      EventKind::flapping_start,
      EventKind::flapping_stop,
      EventKind::node_gone,
      EventKind::node_stopped,
      EventKind::node_vanished,
      EventKind::node_back,
      EventKind::nodes_lost,
      EventKind::nodes_stopped,
      EventKind::nodes_vanished,
      EventKind::nodes_back};
}

}  // namespace muster::collector
