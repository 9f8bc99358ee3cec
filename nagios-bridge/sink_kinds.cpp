// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/sink_kinds.hpp"

#include <algorithm>
#include <array>

#include "nagios-bridge/file/file_sink.hpp"
#include "nagios-bridge/icinga/icinga_sink.hpp"
#include "nagios-bridge/nagios/nagios_sink.hpp"
#include "nagios-bridge/nrdp/nrdp_sink.hpp"
#include "nagios-bridge/nsca/nsca_sink.hpp"

namespace muster::bridge {

namespace {

// Every kind of sink there is; a new one is a line here.
constexpr std::array kinds{
    SinkKind{"file", read_file_sink},
    SinkKind{"nagios", read_nagios_sink},
    SinkKind{"icinga2", read_icinga_sink},
    SinkKind{"nsca", read_nsca_sink},
    SinkKind{"nrdp", read_nrdp_sink},
};

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

}  // namespace muster::bridge
