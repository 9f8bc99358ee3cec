// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/runtime/file_descriptor.hpp"

namespace muster::bridge {

// A folder that we write files into and Nagios unlinks them from, which is its receipt: our work folder or
// its spool. Only a file that is gone from the very folder it was written into is a receipt; a folder that
// was removed, or replaced, has taken its files with it. Files are readable by all: the folder guards them.
// One thread.
class BatchFolder {
public:
  // The folder must be there, and must not be writable by everybody: what lies in it are commands to Nagios.
  // While it is open no other one of these, in whatever process, can be.
  static Expected<BatchFolder> open(const std::filesystem::path& path);

  // Makes the folder if it is missing: owner and `group` may do everything in it, others nothing.
  static Expected<void> make(const std::filesystem::path& path, const std::string& group);

  // A new file; `invalid_input` if there is one of this name. On failure none is left.
  Expected<void> write(const std::string& name, std::string_view text) const;

  [[nodiscard]] bool has(const std::string& name) const;

  // Whether there was one.
  bool remove(const std::string& name) const;

  // Whether the path still leads to the folder that was opened.
  [[nodiscard]] bool intact() const;

  // Removes what an earlier life left, so that a command that still waits for it does nothing.
  void sweep(const std::function<bool(const std::filesystem::path&)>& is_ours) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  BatchFolder(std::filesystem::path path, runtime::FileDescriptor folder)
      : path_{std::move(path)}, folder_{std::move(folder)}
  {}

  std::filesystem::path path_;
  runtime::FileDescriptor folder_;
};

}  // namespace muster::bridge
