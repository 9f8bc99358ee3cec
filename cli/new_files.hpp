// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::cli {

enum class Secrecy { open, secret };  // mode 0644 or 0600, from the moment the file exists

// A file that a command is about to make.
struct NewFile {
  std::filesystem::path path;
  std::string text;
  Secrecy secrecy = Secrecy::open;
};

// Makes all the files, and the folders they lie in. Folders are open (0755), because the broker's user has to
// pass through them: each secret protects itself. Nothing that exists is overwritten: when one of the files
// is there already, the error (`invalid_input`) names it and nothing is written.
Expected<void> make_new_files(const std::vector<NewFile>& files);

// Why a file cannot be made there; nothing if it can, as far as one can tell. `option` names it in the
// message.
std::optional<Error> folder_objection(const std::string& file, const std::string& option);

// The same, for commands that overwrite nothing unless with --force.
std::optional<Error> overwrite_objection(const std::string& file, const std::string& option, bool force);

// Adds text to the end of a file that exists, in one write.
Expected<void> append_to_file(const std::filesystem::path& path, std::string_view text);

}  // namespace muster::cli
