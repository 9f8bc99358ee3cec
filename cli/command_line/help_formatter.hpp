// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/command_line/command_tree.hpp"

namespace muster::cli {

// The page of `--help`, never wider than help_width columns. Of a footer, lines that begin with a blank stand
// as they are (examples); the others are paragraphs and are filled. Behind each footer stands what mco exits
// with when it fails itself, the same for all commands.
class HelpFormatter : public CLI::Formatter {
public:
  static constexpr std::size_t help_width = 100;  // a terminal beside another one on a screen

  // What mco exits with when it fails itself.
  static constexpr const char* own_failures =
      "When mco itself fails, the exit status is 64 (usage or input), 69 (broker), 70 (a bug), 77 (a key, a "
      "right or "
      "a file), 78 (configuration) or 130 (interrupted).";

  HelpFormatter();

  std::string make_description(const CLI::App* app) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_footer(const CLI::App* app) const override;
};

// `text` in lines of at most `width` columns, broken at blanks only; a longer word stands alone.
std::string filled(const std::string& text, std::size_t width);

}  // namespace muster::cli
