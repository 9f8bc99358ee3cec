// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::collector {

// How long the history keeps which resolution. Pure. Any thread.

// What a row of an archive is made of: rrdcreate(1), "RRA:CF:…".
enum class Consolidation { average, minimum, maximum };

std::string_view to_string(Consolidation consolidation);

struct Archive {
  Consolidation consolidation = Consolidation::average;
  std::chrono::seconds resolution{};
  std::chrono::seconds span{};

  bool operator==(const Archive& other) const = default;
};

// The step of every file of ours: the finest resolution that is offered.
inline constexpr std::chrono::seconds rrd_step = std::chrono::minutes{1};
// One archive more costs each file a row per update; nobody needs more than every kind at a few resolutions.
inline constexpr std::size_t max_archives = 32;
// 10 years of minutes; above it, one typing mistake fills a disk.
inline constexpr std::size_t max_archive_rows = 5'300'000;

using ArchivePlan = std::vector<Archive>;

// 1 min × 2 days, 5 min × 2 weeks, 30 min × 2 months, 6 h × 2 years, each as AVERAGE, MIN and MAX:
// 307 kB per data source.
ArchivePlan full_archives();

// For big fleets, a fifth of the bytes: 5 min × 2 days (AVERAGE), 30 min × 2 weeks and 6 h × 2 years
// (AVERAGE, MAX): 62 kB per data source.
ArchivePlan small_archives();

// "full", "small", or a list such as "1m for 2d: AVERAGE MIN MAX; 6h for 2y: AVERAGE" with the units s, m, h,
// d, w and y (365 days). Fails with invalid_input and says which part is wrong.
Expected<ArchivePlan> parse_archives(std::string_view text);

// Rows are counted so that the span is covered in full.
std::size_t rows_of(const Archive& archive);

// As rrdcreate(1) takes it: "RRA:AVERAGE:0.5:5:4032". A row counts if half of it is known.
std::string definition_of(const Archive& archive);

// The size of a file of librrd 1.7 on a 64-bit machine, from the structures of its rrd_format.h.
std::size_t bytes_per_file(const ArchivePlan& plan, std::size_t data_sources);

}  // namespace muster::collector
