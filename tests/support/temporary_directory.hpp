// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace muster::test {

// A folder that is gone when the test is over.
class TemporaryDirectory {
public:
  explicit TemporaryDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path())
  {
    auto pattern = (parent / "muster-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error{"mkdtemp failed"};
    }
    path_ = pattern;
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  TemporaryDirectory(TemporaryDirectory&&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;

  ~TemporaryDirectory()
  {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

  // The path of the file written. Folders on the way are made.
  std::string write(const std::string& name, const std::string& text) const
  {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary | std::ios::trunc} << text;
    return path(name);
  }

  // The same, executable.
  std::string write_script(const std::string& name, const std::string& text) const
  {
    auto file = write(name, text);
    std::filesystem::permissions(file, std::filesystem::perms{0755});
    return file;
  }

private:
  std::filesystem::path path_;
};

}  // namespace muster::test
