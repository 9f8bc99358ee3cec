// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/text_folder.hpp"

#include <system_error>

#include "libmuster/runtime/text_file.hpp"

namespace muster::runtime {

namespace fs = std::filesystem;

namespace {

tl::unexpected<Error> cannot_list(const fs::path& folder, const std::error_code& error)
{
  auto code = ErrorCode::io_failure;
  if (error == std::errc::no_such_file_or_directory) {
    code = ErrorCode::not_found;
  } else if (error == std::errc::permission_denied) {
    code = ErrorCode::denied;
  }
  return failure(code, "cannot read " + folder.string() + ": " + error.message());
}

}  // namespace

Expected<FolderTexts> read_text_folder(
    const fs::path& folder,
    const std::function<bool(const std::string&)>& is_wanted,
    const FolderLimits& limits)
{
  FolderTexts texts;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!is_wanted(name)) {
      continue;
    }
    if (texts.size() >= limits.files) {
      return failure(
          ErrorCode::invalid_input,
          "more than " + std::to_string(limits.files) + " files in " + folder.string());
    }
    texts.emplace(name, read_text_file(entry->path(), limits.bytes));
  }
  if (error) {
    return cannot_list(folder, error);
  }
  return texts;
}

}  // namespace muster::runtime
