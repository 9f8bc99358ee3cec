// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// manifest.json of a backup: whose it is, when it was made, and what must be there for it to be whole.
struct Manifest {
  std::string collector;    // collector@mon1
  std::string version;      // of the program that made it
  std::int64_t schema = 0;  // of collector.db
  protocol::Time made;
  std::uintmax_t database_bytes = 0;
  std::uintmax_t history_files = 0;
  std::uintmax_t history_bytes = 0;
};

// Of the layout of a backup's folder; another number is another layout.
inline constexpr std::int64_t backup_format = 1;

std::string encode(const Manifest& manifest);

// Fails with invalid_input if it is none, or of another format.
Expected<Manifest> parse_manifest(std::string_view text);

}  // namespace muster::collector
