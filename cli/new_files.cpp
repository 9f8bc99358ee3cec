// SPDX-License-Identifier: Apache-2.0
#include "cli/new_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace muster::cli {

namespace {

tl::unexpected<Error> system_failure(const std::filesystem::path& path, int error)
{
  const auto code = error == EACCES || error == EPERM || error == EROFS ? ErrorCode::denied
                    : error == EEXIST                                   ? ErrorCode::invalid_input
                                                                        : ErrorCode::io_failure;
  return failure(code, path.string() + ": " + std::generic_category().message(error));
}

Expected<void> make_folder(const std::filesystem::path& folder)
{
  if (folder.empty() || std::filesystem::is_directory(folder)) {
    return {};
  }
  if (auto parent = make_folder(folder.parent_path()); !parent) {
    return parent;
  }
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return system_failure(folder, errno);
  }
  return {};
}

Expected<void> write_all(int descriptor, std::string_view text, const std::filesystem::path& path)
{
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return system_failure(path, errno);
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return {};
}

Expected<void> make_file(const NewFile& file)
{
  const mode_t mode = file.secrecy == Secrecy::secret ? 0600 : 0644;
  // O_EXCL also refuses a symbolic link that somebody put there.
  const int descriptor = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) {
    return system_failure(file.path, errno);
  }
  auto written = write_all(descriptor, file.text, file.path);
  if (::close(descriptor) != 0 && written) {
    written = system_failure(file.path, errno);
  }
  if (!written) {
    ::unlink(file.path.c_str());  // half a key is worse than none
  }
  return written;
}

}  // namespace

Expected<void> make_new_files(const std::vector<NewFile>& files)
{
  for (const auto& file : files) {
    std::error_code ignored;
    if (std::filesystem::symlink_status(file.path, ignored).type() > std::filesystem::file_type::not_found) {
      return failure(
          ErrorCode::invalid_input,
          file.path.string() + " exists already and is left as it is; move it away to make a new one");
    }
  }
  for (const auto& file : files) {
    if (auto made = make_folder(file.path.parent_path()); !made) {
      return made;
    }
    if (auto made = make_file(file); !made) {
      return made;
    }
  }
  return {};
}

std::optional<Error> folder_objection(const std::string& file, const std::string& option)
{
  std::error_code ignored;
  const auto folder = std::filesystem::path{file}.parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return Error{ErrorCode::invalid_input, option + ": there is no folder " + folder.string() + ": make it"};
  }
  if (std::filesystem::is_directory(file, ignored)) {
    return Error{ErrorCode::invalid_input, option + ": " + file + " is a folder: name a file in it"};
  }
  return std::nullopt;
}

std::optional<Error> overwrite_objection(const std::string& file, const std::string& option, bool force)
{
  std::error_code ignored;
  if (auto wrong = folder_objection(file, option)) {
    return wrong;
  }
  if (!force &&
      std::filesystem::symlink_status(file, ignored).type() > std::filesystem::file_type::not_found) {
    return Error{
        ErrorCode::invalid_input,
        file + " exists already and is left as it is; name another file, or use --force"};
  }
  return std::nullopt;
}

Expected<void> append_to_file(const std::filesystem::path& path, std::string_view text)
{
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) {
    return system_failure(path, errno);
  }
  auto written = write_all(descriptor, text, path);
  if (::close(descriptor) != 0 && written) {
    return system_failure(path, errno);
  }
  return written;
}

}  // namespace muster::cli
