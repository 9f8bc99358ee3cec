// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "collector/backup/manifest.hpp"
#include "collector/history/rrd_writer.hpp"

namespace muster::collector {

// What belongs to one collector on its disk.
struct BackupPlaces {
  std::string collector;              // its name
  std::filesystem::path database;     // collector.db
  std::filesystem::path history;      // the root of its RRD files
  std::filesystem::path rrdcached{};  // its socket; empty: librrd writes the files
  // A running collector hands results to its history once a second: those in the copied store are there
  // after.
  std::chrono::milliseconds settles{3000};
};

// Copies the store and the history into the new folder `target`, while a collector runs or not: the store as
// it was at one moment, and each file of the history as it was at a later one, so that what is fetched from
// the nodes after a restore is in the history already or follows it. The folder has its name only when it is
// whole: until then it is called `target.unfinished-PID`. Waits for the disk, minutes for a large fleet; a
// program of its own runs it. Fails if the target is there, or the store is damaged; then nothing is left.
Expected<Manifest> make_backup(const BackupPlaces& places, const std::filesystem::path& target);

// Brings a backup back to where nothing is: neither the database nor a file of the history may be there. The
// database comes last and at once, so a collector never finds half of it. Fails if anything is missing that
// the manifest names, or the copy is damaged, or of a newer collector.
Expected<Manifest> restore_backup(const std::filesystem::path& backup, const BackupPlaces& places);

}  // namespace muster::collector
