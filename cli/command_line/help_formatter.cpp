// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line/help_formatter.hpp"

#include <algorithm>
#include <sstream>

namespace muster::cli {

namespace {

constexpr std::size_t left_column = 34;

// Of UTF-8: bytes that continue a character take no column.
std::size_t columns_of(const std::string& word)
{
  return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

bool stands_as_it_is(const std::string& line)
{
  return line.empty() || line.front() == ' ';
}

// What is a paragraph becomes lines that fit; what stands as it is stays.
std::string laid_out(const std::string& footer)
{
  std::istringstream lines{footer};
  std::string text;
  std::string paragraph;
  const auto end_paragraph = [&] {
    text += paragraph.empty() ? "" : filled(paragraph, HelpFormatter::help_width) + "\n";
    paragraph.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    if (stands_as_it_is(line) || line.ends_with(':')) {
      end_paragraph();
      text += line + "\n";
    } else {
      paragraph += paragraph.empty() ? line : " " + line;
    }
  }
  end_paragraph();
  return text;
}

}  // namespace

std::string filled(const std::string& text, std::size_t width)
{
  std::istringstream words{text};
  std::string lines;
  std::size_t column = 0;
  for (std::string word; words >> word;) {
    const auto wide = columns_of(word);
    const bool fits = column + 1 + wide <= width;
    lines += lines.empty() ? "" : fits ? " " : "\n";
    column = (lines.empty() || !fits ? 0 : column + 1) + wide;
    lines += word;
  }
  return lines;
}

HelpFormatter::HelpFormatter()
{
  column_width(left_column);
  label("SUBCOMMAND", "COMMAND [ARGUMENTS]");
}

std::string HelpFormatter::make_description(const CLI::App* app) const
{
  return filled(app->get_description(), help_width) + "\n";
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const
{
  return filled(Formatter::make_option_desc(option), help_width - left_column);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const
{
  std::ostringstream text;
  CLI::detail::format_help(
      text, command->get_name(), filled(command->get_description(), help_width - left_column), left_column);
  return text.str();
}

std::string HelpFormatter::make_footer(const CLI::App* app) const
{
  return laid_out(app->get_footer()) + "\n" + filled(own_failures, help_width) + "\n";
}

}  // namespace muster::cli
