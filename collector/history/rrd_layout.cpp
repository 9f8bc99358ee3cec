// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_layout.hpp"

#include <algorithm>

namespace muster::collector {

namespace {

// NAME_MAX is 255: room for ".rrd", for what is put behind it when a file is moved aside, and for mkstemp.
constexpr std::size_t max_component_bytes = 200;

bool is_plain(char character)
{
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_' || character == '-' || character == '.';
}

void append_byte(std::string& text, char byte)
{
  constexpr std::string_view digits{"0123456789ABCDEF"};
  constexpr unsigned bits = 4;
  const auto value = static_cast<unsigned char>(byte);
  text += '%';
  text += digits[value >> bits];
  text += digits[value % digits.size()];
}

std::string encoded(std::string_view name)
{
  std::string text;
  for (const auto character : name) {
    if (is_plain(character) && !(text.empty() && character == '.')) {
      text += character;
    } else {
      append_byte(text, character);
    }
  }
  return text;
}

// Control characters are no file names anywhere, and a leading dot is hidden or a way out.
std::string cleaned(std::string_view name)
{
  constexpr std::string_view replaced{" :/\\"};
  std::string text{name};
  std::replace_if(
      text.begin(),
      text.end(),
      [&](char character) {
        return replaced.find(character) != std::string_view::npos ||
               static_cast<unsigned char>(character) < ' ';
      },
      '_');
  if (text.front() == '.') {
    text.front() = '_';
  }
  return text;
}

std::filesystem::path in_components(std::string_view text)
{
  std::filesystem::path path;
  for (; text.size() > max_component_bytes; text.remove_prefix(max_component_bytes)) {
    path /= std::string{text.substr(0, max_component_bytes)} + '%';
  }
  return path / text;
}

std::filesystem::path path_of(LayoutStyle style, std::string_view name)
{
  return in_components(style == LayoutStyle::pnp4nagios ? cleaned(name) : encoded(name));
}

Expected<void> check_name(std::string_view what, std::string_view name)
{
  if (name.empty() || name.size() > max_history_name_bytes) {
    std::string message{what};
    message += name.empty() ? " has no name" : " has a name that is too long for a file of its history";
    return failure(ErrorCode::invalid_input, std::move(message));
  }
  return {};
}

}  // namespace

Expected<std::filesystem::path> node_folder(const RrdLayout& layout, std::string_view node)
{
  return check_name("a node", node).map([&] { return layout.root / path_of(layout.style, node); });
}

Expected<HistoryPaths> history_paths(const RrdLayout& layout, std::string_view node, std::string_view check)
{
  const auto folder = node_folder(layout, node);
  if (!folder) {
    return tl::unexpected{folder.error()};
  }
  if (auto named = check_name("a check", check); !named) {
    return tl::unexpected{named.error()};
  }
  const auto path = (*folder / path_of(layout.style, check)).native();
  return HistoryPaths{
      path + ".rrd",
      path + ".series",
      layout.style == LayoutStyle::pnp4nagios ? path + ".xml" : std::string{}};
}

SeriesNaming naming_of(LayoutStyle style)
{
  return style == LayoutStyle::pnp4nagios ? SeriesNaming::by_number : SeriesNaming::by_label;
}

}  // namespace muster::collector
