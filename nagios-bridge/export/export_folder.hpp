// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "nagios-bridge/export/config_writer.hpp"
#include "nagios-bridge/export/exported_node.hpp"

namespace muster::bridge {

// One file that would be another one.
struct FileChange {
  std::string path;                   // below the folder
  std::optional<std::string> before;  // absent: it is not there
  std::optional<std::string> after;   // absent: it is to go
};

// What has to be done so that `wanted` stands there where `present` does, by path. Pure.
std::vector<FileChange> changes_between(const ExportFiles& present, const ExportFiles& wanted);

// The folder that an export writes into. Only files whose first line says that we wrote them are read as
// ours, changed or removed.
class ExportFolder {
public:
  explicit ExportFolder(std::filesystem::path folder) : folder_{std::move(folder)} {}

  // Our files with this ending (".cfg"), by path; none if there is no folder.
  [[nodiscard]] Expected<ExportFiles> read(const std::string& ending) const;

  // Each file as a whole or not at all; those that do not change keep their time. Fails with `denied` before
  // anything is written if a file that is not ours stands in the way.
  [[nodiscard]] Expected<void> apply(const std::vector<FileChange>& changes) const;

private:
  [[nodiscard]] Expected<void> make_folders() const;
  [[nodiscard]] Expected<void> read_into(
      ExportFiles& files, const std::string& below, const std::string& ending) const;

  std::filesystem::path folder_;
};

// The nodes that our files are about.
std::map<std::string, ExportedNode> nodes_in(const ExportFiles& files);

}  // namespace muster::bridge
