// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/text_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace muster::runtime {

namespace {

// Closes on the way out; a failing close of a file that was fsynced loses nothing.
class Descriptor {
public:
  explicit Descriptor(int number) noexcept : number_{number} {}

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  ~Descriptor()
  {
    if (number_ >= 0) {
      ::close(number_);
    }
  }

  [[nodiscard]] bool open() const noexcept { return number_ >= 0; }

  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

ErrorCode code_of(int number) noexcept
{
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return ErrorCode::not_found;
  case EACCES:
  case EPERM:
  case EROFS:
    return ErrorCode::denied;
  default:
    return ErrorCode::io_failure;
  }
}

tl::unexpected<Error> system_failure(const char* doing, const std::filesystem::path& path)
{
  const int number = errno;
  return failure(
      code_of(number),
      std::string{"cannot "} + doing + " " + path.string() + ": " + std::generic_category().message(number));
}

Expected<void> write_all(int file, std::string_view text, const std::filesystem::path& path)
{
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return system_failure("write", path);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Makes the rename itself survive a power failure.
Expected<void> sync_folder(const std::filesystem::path& folder)
{
  const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!opened.open() || ::fsync(opened.number()) != 0) {
    return system_failure("sync", folder);
  }
  return {};
}

Expected<void> fill_and_rename(
    int file,
    const std::string& temporary,
    const std::filesystem::path& path,
    std::string_view text,
    mode_t mode)
{
  if (auto written = write_all(file, text, path); !written) {
    return written;
  }
  if (::fchmod(file, mode) != 0 || ::fsync(file) != 0) {
    return system_failure("write", path);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return system_failure("replace", path);
  }
  return {};
}

}  // namespace

Expected<std::string> read_text_file(const std::filesystem::path& path, std::size_t max_bytes)
{
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file.open()) {
    return system_failure("read", path);
  }

  struct stat status {};

  if (::fstat(file.number(), &status) != 0) {
    return system_failure("read", path);
  }
  if (!S_ISREG(status.st_mode)) {
    return failure(ErrorCode::invalid_input, "cannot read " + path.string() + ": not a regular file");
  }
  // The size of a file of /proc says 0, and one that is being written grows: only reading tells.
  std::string text;
  std::array<char, 16'384> block{};
  for (;;) {
    const auto got = ::read(file.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return system_failure("read", path);
    }
    if (got == 0) {
      return text;
    }
    if (text.size() + static_cast<std::size_t>(got) > max_bytes) {
      return failure(
          ErrorCode::invalid_input,
          "cannot read " + path.string() + ": longer than the limit of " + std::to_string(max_bytes) +
              " bytes");
    }
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

Expected<void> write_file_atomically(const std::filesystem::path& path, std::string_view text, mode_t mode)
{
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  std::string temporary = (folder / ("." + path.filename().string() + ".XXXXXX")).string();
  const Descriptor file{::mkostemp(temporary.data(), O_CLOEXEC)};
  if (!file.open()) {
    return system_failure("write", path);
  }
  auto replaced = fill_and_rename(file.number(), temporary, path, text, mode);
  if (!replaced) {
    ::unlink(temporary.c_str());
    return replaced;
  }
  return sync_folder(folder);
}

}  // namespace muster::runtime
