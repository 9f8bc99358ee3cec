// SPDX-License-Identifier: Apache-2.0
#include "checkagent/machine_files.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/utf8.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{8} << 20U;  // /proc/cpuinfo has 1.5 KiB per thread
constexpr std::string_view blanks_and_quotes = " \t\r\n\"'";

std::string trimmed(std::string_view text)
{
  const auto first = text.find_first_not_of(blanks_and_quotes);
  return first == std::string_view::npos
             ? std::string{}
             : std::string{text.substr(first, text.find_last_not_of(blanks_and_quotes) - first + 1)};
}

}  // namespace

std::string file_of(const Machine& machine, std::string_view path)
{
  auto text = runtime::read_text_file(machine.root / path, max_file_bytes);
  return text && !runtime::first_invalid_utf8(*text) ? *std::move(text) : std::string{};
}

std::string line_of(const Machine& machine, std::string_view path)
{
  const auto text = file_of(machine, path);
  return trimmed(std::string_view{text}.substr(0, text.find('\n')));
}

std::map<std::string, std::string> pairs_in(std::string_view text, char separator)
{
  std::map<std::string, std::string> pairs;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (const auto middle = line.find(separator); middle != std::string_view::npos) {
      pairs.emplace(trimmed(line.substr(0, middle)), trimmed(line.substr(middle + 1)));
    }
  }
  return pairs;
}

FactValue text_fact(std::string text)
{
  return {std::move(text)};
}

FactValue number_fact(std::uint64_t number)
{
  return {static_cast<std::int64_t>(number)};
}

void set_text(FactValue::Map& map, const std::string& name, const std::string& text)
{
  if (!text.empty()) {
    map.insert_or_assign(name, text_fact(text));
  }
}

void set_text(Facts& facts, const std::string& name, const std::string& text)
{
  if (!text.empty()) {
    facts.set(name, text_fact(text));
  }
}

}  // namespace muster::checkagent
