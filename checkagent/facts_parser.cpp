// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "checkagent/facts_source.hpp"
#include "libmuster/runtime/utf8.hpp"
#include "libmuster/runtime/yaml_reader.hpp"
#include "libmuster/runtime/yaml_text.hpp"

namespace muster::checkagent {

namespace {

using runtime::YamlNode;

constexpr std::size_t max_name_length = 256;    // Facter's longest are about 40
constexpr std::size_t max_value_length = 8192;  // an ssh key of 16,384 bits has 2,800

template <typename Number>
std::optional<Number> number_from(const std::string& text)
{
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && rest == end ? std::optional{number} : std::nullopt;
}

// A number only when its text comes back as it was: "12.10" is a release and "007" a name.
FactValue scalar_value(const YamlNode& node)
{
  if (!node.quoted && (node.text == "true" || node.text == "false")) {
    return {node.text == "true"};
  }
  if (!node.quoted) {
    if (const auto whole = number_from<std::int64_t>(node.text);
        whole && std::to_string(*whole) == node.text) {
      return {*whole};
    }
    if (const auto number = number_from<double>(node.text);
        number && std::numeric_limits<double>::max() >= std::abs(*number) &&
        scalar_text({*number}) == node.text) {
      return {*number};
    }
  }
  return {node.text};
}

// Turns a tree into facts; the first thing that is too long stops it.
class FactsReader {
public:
  explicit FactsReader(const std::string& file) : file_{file} {}

  Expected<Facts> read(const YamlNode& root)
  {
    Facts facts;
    if (root.kind == YamlNode::Kind::null) {
      return facts;
    }
    if (root.kind != YamlNode::Kind::map) {
      return runtime::yaml_complaint(file_, root.line, root.column, "expected facts as NAME: VALUE");
    }
    for (auto& [name, value] : map_of(root)) {
      facts.set(name, std::move(value));
    }
    if (problem_) {
      return tl::make_unexpected(*problem_);
    }
    return facts;
  }

private:
  FactValue::Map map_of(const YamlNode& node)
  {
    FactValue::Map map;
    for (const auto& member : node.members) {
      if (member.key.empty() || member.key.size() > max_name_length) {
        blame(member.line, member.column, "expected a name of 1 to 256 bytes");
      }
      if (member.value.kind != YamlNode::Kind::null) {  // a fact without a value is no fact
        map.insert_or_assign(member.key, value_of(member.value));
      }
    }
    return map;
  }

  FactValue value_of(const YamlNode& node)
  {
    switch (node.kind) {
    case YamlNode::Kind::sequence:
      return {array_of(node)};
    case YamlNode::Kind::map:
      return {map_of(node)};
    case YamlNode::Kind::scalar:
    case YamlNode::Kind::null:
      break;
    }
    if (node.text.size() > max_value_length) {
      blame(node.line, node.column, "expected a value of at most 8192 bytes");
    }
    return scalar_value(node);
  }

  FactValue::Array array_of(const YamlNode& node)
  {
    FactValue::Array array;
    for (const auto& item : node.items) {
      array.push_back(value_of(item));
    }
    return array;
  }

  void blame(int line, int column, const std::string& message)
  {
    if (!problem_) {
      problem_ = runtime::yaml_complaint(file_, line, column, message).value();
    }
  }

  const std::string& file_;
  std::optional<Error> problem_;
};

std::string_view trimmed(std::string_view text) noexcept
{
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// NAME=VALUE lines as Facter's external facts have them; values are words, whatever they look like.
Expected<Facts> parse_lines(const std::string& file, std::string_view text)
{
  Facts facts;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const auto equals = line.find('=');
    const auto name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty() || name.size() > max_name_length) {
      return runtime::yaml_complaint(file, line_number, 1, "expected NAME=VALUE");
    }
    const auto value = trimmed(line.substr(equals + 1));
    if (value.size() > max_value_length) {
      return runtime::yaml_complaint(file, line_number, 1, "expected a value of at most 8192 bytes");
    }
    facts.set(std::string{name}, {std::string{value}});
  }
  return facts;
}

}  // namespace

Expected<Facts> parse_facts(const std::string& file, std::string_view text)
{
  constexpr runtime::YamlLimits limits{
      .bytes = std::size_t{1} << 20U, .depth = Facts::max_depth, .nodes = 20'000};
  if (std::filesystem::path{file}.extension() == ".txt") {
    if (auto checked = runtime::check_yaml_text(file, text, limits); !checked) {
      return tl::make_unexpected(std::move(checked).error());
    }
    return parse_lines(file, text);
  }
  const auto document = runtime::read_yaml(file, text, limits);
  if (!document) {
    return tl::make_unexpected(document.error());
  }
  return FactsReader{file}.read(document->root);
}

}  // namespace muster::checkagent
