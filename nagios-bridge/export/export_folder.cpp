// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/export_folder.hpp"

#include <system_error>

#include "libmuster/runtime/text_file.hpp"

namespace muster::bridge {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20U;  // ours of 10,000 groups take 2 MB
constexpr mode_t readable_folder = 0755;
constexpr mode_t readable = 0644;  // the monitor runs as another user
constexpr std::string_view nodes_folder = "nodes/";

Expected<void> failed(const fs::path& path, const std::error_code& why)
{
  return failure(ErrorCode::io_failure, path.string() + ": " + why.message());
}

}  // namespace

std::vector<FileChange> changes_between(const ExportFiles& present, const ExportFiles& wanted)
{
  std::vector<FileChange> changes;
  for (const auto& [path, text] : wanted) {
    const auto there = present.find(path);
    if (there == present.end() || there->second != text) {
      changes.push_back({path, there == present.end() ? std::nullopt : std::optional{there->second}, text});
    }
  }
  for (const auto& [path, text] : present) {
    if (!wanted.contains(path)) {
      changes.push_back({path, text, std::nullopt});
    }
  }
  return changes;
}

Expected<ExportFiles> ExportFolder::read(const std::string& ending) const
{
  ExportFiles files;
  for (const auto* below : {"", "nodes/"}) {
    if (const auto done = read_into(files, below, ending); !done) {
      return tl::make_unexpected(done.error());
    }
  }
  return files;
}

Expected<void> ExportFolder::read_into(
    ExportFiles& files, const std::string& below, const std::string& ending) const
{
  std::error_code trouble;
  const auto folder = folder_ / below;
  fs::directory_iterator entries{folder, trouble};
  if (trouble == std::errc::no_such_file_or_directory) {
    return {};
  }
  for (; !trouble && entries != fs::directory_iterator{}; entries.increment(trouble)) {
    const auto name = entries->path().filename().string();
    std::error_code ignored;
    if (!name.ends_with(ending) || !fs::is_regular_file(entries->symlink_status(ignored))) {
      continue;
    }
    auto text = runtime::read_text_file(entries->path(), largest_file);
    if (text && is_ours(*text)) {
      files.emplace(below + name, std::move(*text));
    }
  }
  return trouble ? failed(folder, trouble) : Expected<void>{};
}

// A monitor is another user than whoever exports, whose umask may be stricter. What is there stays as it is.
Expected<void> ExportFolder::make_folders() const
{
  for (const auto& made : {folder_, folder_ / nodes_folder}) {
    std::error_code trouble;
    if (fs::create_directories(made, trouble)) {
      fs::permissions(made, static_cast<fs::perms>(readable_folder), trouble);
    }
    if (trouble) {
      return failed(made, trouble);
    }
  }
  return {};
}

Expected<void> ExportFolder::apply(const std::vector<FileChange>& changes) const
{
  for (const auto& change : changes) {
    std::error_code ignored;
    const auto path = folder_ / change.path;
    if (!change.before && fs::exists(fs::symlink_status(path, ignored))) {
      return failure(
          ErrorCode::denied,
          path.string() + " was not written by an export: move it away, or export elsewhere");
    }
  }
  if (auto made = make_folders(); !made) {
    return made;
  }
  std::error_code trouble;
  for (const auto& change : changes) {
    const auto path = folder_ / change.path;
    if (change.after) {
      if (const auto written = runtime::write_file_atomically(path, *change.after, readable); !written) {
        return written;
      }
    } else if (fs::remove(path, trouble); trouble) {
      return failed(path, trouble);
    }
  }
  return {};
}

std::map<std::string, ExportedNode> nodes_in(const ExportFiles& files)
{
  std::map<std::string, ExportedNode> nodes;
  for (const auto& [path, text] : files) {
    if (auto node = read_written_node(text)) {
      nodes.emplace(node->name, std::move(*node));
    }
  }
  return nodes;
}

}  // namespace muster::bridge
