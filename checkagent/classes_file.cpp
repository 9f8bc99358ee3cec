// SPDX-License-Identifier: Apache-2.0
#include "checkagent/classes_file.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/utf8.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;  // max_classes of max_class_length

std::string_view trimmed(std::string_view text) noexcept
{
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_class_name(std::string_view text) noexcept
{
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return text.size() <= max_class_length && std::none_of(text.begin(), text.end(), is_control) &&
         !runtime::first_invalid_utf8(text);
}

}  // namespace

Expected<std::vector<std::string>> parse_classes(const std::string& file, std::string_view text)
{
  std::vector<std::string> classes;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#' ||
        std::find(classes.begin(), classes.end(), line) != classes.end()) {
      continue;
    }
    const auto place = file + ":" + std::to_string(line_number) + ":1: ";
    if (!is_class_name(line)) {
      return failure(
          ErrorCode::invalid_input,
          place + "expected one class name of at most " + std::to_string(max_class_length) +
              " bytes of UTF-8");
    }
    if (classes.size() == max_classes) {
      return failure(
          ErrorCode::invalid_input, place + "expected at most " + std::to_string(max_classes) + " classes");
    }
    classes.emplace_back(line);
  }
  return classes;
}

std::vector<std::filesystem::path> usual_classes_files()
{
  return {
      "/etc/muster/classes.txt",
      "/opt/puppetlabs/puppet/cache/state/classes.txt",
      "/var/lib/puppet/state/classes.txt"};
}

Expected<std::vector<std::string>> read_classes(const std::filesystem::path& file)
{
  const auto places = file.empty() ? usual_classes_files() : std::vector{file};
  for (const auto& place : places) {
    auto text = runtime::read_text_file(place, max_file_bytes);
    if (text) {
      return parse_classes(place.string(), *text);
    }
    if (!file.empty() || text.error().code != ErrorCode::not_found) {
      return tl::make_unexpected(std::move(text).error());
    }
  }
  return std::vector<std::string>{};
}

void KnownClasses::take(Expected<std::vector<std::string>> reading)
{
  problem_.reset();
  if (!reading && reading.error().code == ErrorCode::not_found) {
    reading = std::vector<std::string>{};
  }
  if (!reading) {
    problem_ = reading.error().message + (classes_ ? "; the classes from before stay" : "");
  }
  if (reading || !classes_) {
    classes_ = std::move(reading);
  }
}

}  // namespace muster::checkagent
