// SPDX-License-Identifier: Apache-2.0
#include "collector/backup/steady_copy.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace muster::collector {

namespace {

// A file is written once in the interval of its check, for a few microseconds.
constexpr int most_tries = 50;
constexpr std::chrono::milliseconds between_tries{20};
constexpr std::size_t read_at_once = std::size_t{1} << 16U;
constexpr mode_t owner_only = 0600;

class Descriptor {
public:
  explicit Descriptor(int number) : number_{number} {}

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

  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

tl::unexpected<Error> failed(std::string_view doing, const std::filesystem::path& path)
{
  const auto why = std::generic_category().message(errno);
  return failure(ErrorCode::io_failure, std::string{doing} + " " + path.string() + ": " + why);
}

Expected<std::string> read_whole(int descriptor, const std::filesystem::path& path)
{
  std::string bytes;
  while (bytes.size() <= largest_steady_file) {
    const auto before = bytes.size();
    bytes.resize(before + read_at_once);
    const auto got = ::pread(descriptor, bytes.data() + before, read_at_once, static_cast<off_t>(before));
    if (got < 0) {
      return failed("cannot read", path);
    }
    bytes.resize(before + static_cast<std::size_t>(got));
    if (got == 0) {
      return bytes;
    }
  }
  return failure(ErrorCode::io_failure, path.string() + " is larger than a file of the history can be");
}

bool is_being_written(int descriptor)
{
  struct flock lock {};

  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

// Empty: it was written meanwhile.
Expected<std::optional<std::string>> read_steadily(int descriptor, const std::filesystem::path& path)
{
  auto first = read_whole(descriptor, path);
  const bool written = is_being_written(descriptor);
  const auto second = first ? read_whole(descriptor, path) : first;
  if (!second) {
    return tl::unexpected{second.error()};
  }
  if (written || is_being_written(descriptor) || *first != *second) {
    return std::optional<std::string>{};
  }
  return std::optional{std::move(*first)};
}

Expected<void> write_all(int descriptor, std::string_view text, const std::filesystem::path& path)
{
  while (!text.empty()) {
    const auto done = ::write(descriptor, text.data(), text.size());
    if (done < 0 && errno != EINTR) {
      return failed("cannot write", path);
    }
    text.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
  }
  return ::fsync(descriptor) == 0 ? Expected<void>{} : failed("cannot write", path);
}

}  // namespace

Expected<std::uintmax_t> copy_steadily(const std::filesystem::path& from, const std::filesystem::path& to)
{
  const Descriptor source{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
  if (source.number() < 0) {
    return failed("cannot read", from);
  }
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    const auto bytes = read_steadily(source.number(), from);
    if (!bytes) {
      return tl::unexpected{bytes.error()};
    }
    if (*bytes) {
      const auto written = write_new_file(to, **bytes);
      return written ? Expected<std::uintmax_t>{(*bytes)->size()} : tl::unexpected{written.error()};
    }
    std::this_thread::sleep_for(between_tries);
  }
  return failure(ErrorCode::io_failure, from.string() + " is written all the time: try again later");
}

Expected<void> write_new_file(const std::filesystem::path& path, std::string_view text)
{
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only)};
  return file.number() < 0 ? Expected<void>{failed("cannot make", path)}
                           : write_all(file.number(), text, path);
}

Expected<void> sync_to_disk(const std::filesystem::path& path)
{
  const Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (opened.number() < 0 || ::fsync(opened.number()) != 0) {
    return failed("cannot write", path);
  }
  return {};
}

}  // namespace muster::collector
