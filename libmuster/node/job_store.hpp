// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "libmuster/error.hpp"
#include "libmuster/node/job_record.hpp"

namespace muster::node {

// The jobs of a node on its disk, one file ID.json each, so that what a job gave outlives checkagent and the
// power. Owned by the daemon; one thread.
class JobStore {
public:
  // Some weeks of an operator's work; the list of all of them fits into one answer.
  static constexpr std::size_t most_kept = 256;
  static constexpr std::chrono::hours kept_for{24 * 7};

  // Reads what is there. Jobs that ran when checkagent stopped are now interrupted. A folder or a file that
  // cannot be used is told by problem(); the store then holds what could be read.
  JobStore(std::filesystem::path folder, protocol::Time now);

  // On disk when it returns; a record of that id is replaced. Old ones make room: those that ended longer ago
  // than `kept_for`, and of more than `most_kept` those that ended first. Fails if it cannot be written, or
  // if all that are there still run; then a new one is not there, and of one that was there the new state is
  // known until checkagent stops.
  Expected<void> keep(const JobRecord& record, protocol::Time now);

  // By id; without what they gave.
  [[nodiscard]] const std::map<std::string, JobRecord>& records() const { return records_; }

  [[nodiscard]] const JobRecord* find(const std::string& id) const;

  // With what it gave. `not_found` for one that there is not.
  [[nodiscard]] Expected<JobRecord> read(const std::string& id) const;

  // What keeps jobs from being kept, a sentence.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

private:
  void load(protocol::Time now);
  void take(const std::string& file, const Expected<std::string>& text, protocol::Time now);
  void forget_old(protocol::Time now);
  bool make_room();
  void forget(const std::string& id);
  Expected<void> write(const JobRecord& record);

  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const
  {
    return folder_ / (id + ".json");
  }

  std::filesystem::path folder_;
  std::map<std::string, JobRecord> records_;
  std::optional<std::string> problem_;
};

}  // namespace muster::node
