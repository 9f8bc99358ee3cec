// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::runtime {

// Everything that is wrong with one configuration file.
class Complaints {
public:
  // More than a screenful helps nobody; the rest is counted.
  static constexpr std::size_t most_reported = 50;

  explicit Complaints(std::string file) : file_{std::move(file)} {}

  void add(const YamlNode& where, std::string_view message);
  void add(int line, int column, std::string_view message);

  [[nodiscard]] bool empty() const noexcept { return found_.empty(); }

  // In the order of the file, each as "FILE:LINE:COLUMN: message".
  [[nodiscard]] std::vector<Error> in_order() const;

private:
  struct Complaint {
    int line;
    int column;
    std::string message;
  };

  std::string file_;
  std::vector<Complaint> found_;
};

template <typename Number>
struct Range {
  Number lowest;
  Number highest;
};

// Reads the keys of one map. Each read_… leaves its target alone when the key is absent or has no value, and
// complains when the value is not what it should be; true when the target was set. Lives no longer than the
// document and the complaints it was made with.
class SettingsReader {
public:
  static constexpr std::size_t max_word_length = 4096;  // PATH_MAX, the longest thing that has a use here

  SettingsReader(Complaints& complaints, const YamlNode& map);

  bool read_word(std::string_view key, std::string& target);
  bool read_flag(std::string_view key, bool& target);
  bool read_number(std::string_view key, Range<std::uint64_t> range, std::uint64_t& target);

  // "10" and "10s" are seconds; also "500ms", "2m", "1h".
  bool read_duration(
      std::string_view key, Range<std::chrono::milliseconds> range, std::chrono::milliseconds& target);

  // "65536", "64K", "16M", "1G", by 1024; a "B" or "iB" behind it changes nothing.
  bool read_bytes(std::string_view key, Range<std::uint64_t> range, std::uint64_t& target);

  // A relative path starts at `folder`, that of the configuration file.
  bool read_path(std::string_view key, const std::filesystem::path& folder, std::filesystem::path& target);

  // A list of words; one word alone is a list of one.
  bool read_words(std::string_view key, std::size_t most, std::vector<std::string>& target);

  // The map under this key; an empty one when it is absent.
  [[nodiscard]] SettingsReader read_map(std::string_view key);

  // The value under this key, or null; the key is known from now on.
  const YamlNode* find(std::string_view key);

  // Complains at the value of `key` (or at its item number `item`), or at the map when there is none.
  void refuse(std::string_view key, std::string_view message);
  void refuse_item(std::string_view key, std::size_t item, std::string_view message);

  // Complains about every key that nobody asked for. Call it last.
  void refuse_unknown_keys();

private:
  const YamlNode* scalar(std::string_view key, std::string_view expected);

  Complaints& complaints_;
  const YamlNode& map_;
  std::vector<std::string> known_;
};

}  // namespace muster::runtime
