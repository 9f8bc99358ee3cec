// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "collector/history/series.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// Where the history of a check lies. Pure: looks at no disk. Any thread.

enum class LayoutStyle {
  muster,      // ROOT/NODE/CHECK.rrd, any name, no two in one place
  pnp4nagios,  // ROOT/HOST/SERVICE.rrd and its .xml, named as process_perfdata.pl 0.6 names them
};

struct RrdLayout {
  std::filesystem::path root;
  LayoutStyle style = LayoutStyle::muster;
};

// Strings, since a std::filesystem::path keeps its parts beside its text, half a kilobyte each, and the paths
// of a hundred thousand files are kept in memory.
struct HistoryPaths {
  std::string rrd;
  std::string sidecar;  // CHECK.series, see series_notes.hpp
  std::string pnp_xml;  // empty in our own style
};

// A node's name is a host name, a check's is at most 256 bytes on the wire (docs/protocol.md); this leaves
// room for other sources, and keeps a path below rrdcached's 4096 bytes of a line.
inline constexpr std::size_t max_history_name_bytes = 512;

// Names of other people's making become names of files: letters, digits, `_`, `-` and dots that do not lead
// stay, every other byte is %XX. What gets longer than a file name may be is a folder for each 200 bytes,
// whose name ends in `%`: so no two names meet and none leaves its folder. In PNP4Nagios' style blanks and
// `:/\` become `_`, so that two names can meet: the sidecar tells whose the file is.
// Fails with invalid_input if a name is empty or too long.
Expected<HistoryPaths> history_paths(const RrdLayout& layout, std::string_view node, std::string_view check);

// The folder of everything that is kept of a node. Fails as history_paths does.
Expected<std::filesystem::path> node_folder(const RrdLayout& layout, std::string_view node);

SeriesNaming naming_of(LayoutStyle style);

}  // namespace muster::collector
