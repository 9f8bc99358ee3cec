// SPDX-License-Identifier: Apache-2.0
//
// The format is that of man(7), in the few macros that every formatter has.
#include "cli/command_line/man_page.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "cli/command_line/help_formatter.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr const char* section = "1";

// As text: no backslash escapes, no line that begins as a request does, no - that becomes another dash.
std::string escaped(const std::string& text)
{
  std::string result;
  for (const char letter : text) {
    const bool at_line_start = result.empty() || result.back() == '\n';
    result += at_line_start && (letter == '.' || letter == '\'') ? "\\&" : "";
    result += letter == '\\' ? "\\e" : letter == '-' ? "\\-" : std::string{letter};
  }
  return result;
}

std::string joined(const std::vector<std::string>& words, const char* between)
{
  std::string text = "mco";
  for (const auto& word : words) {
    text += between + word;
  }
  return text;
}

std::string upper_case(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return text;
}

std::vector<const CLI::App*> commands_of(const CLI::App& command)
{
  return command.get_subcommands([](const CLI::App*) { return true; });
}

std::string names_of(const CLI::Option& option)
{
  std::string names;
  const auto add = [&names](const std::string& name) {
    names += (names.empty() ? "" : ", ") + ("\\fB" + escaped(name) + "\\fR");
  };
  for (const auto& name : option.get_snames()) {
    add("-" + name);
  }
  for (const auto& name : option.get_lnames()) {
    add("--" + name);
  }
  if (!option.nonpositional()) {
    names = "\\fI" + escaped(option.get_single_name()) + "\\fR";
  }
  const auto type = option.get_type_name();
  return type.empty() ? names : names + " \\fI" + escaped(type) + "\\fR";
}

// An option without a group is not offered.
std::string options_text(const CLI::App& command)
{
  std::string text;
  for (const auto* option : command.get_options()) {
    if (!option->get_group().empty()) {
      text += ".TP\n" + names_of(*option) + "\n" + escaped(option->get_description()) + "\n";
    }
  }
  return text;
}

std::string commands_text(const CLI::App& command, const std::vector<std::string>& words)
{
  std::string text;
  for (const auto* one : commands_of(command)) {
    text += ".TP\n\\fB" + escaped(joined(words, " ") + " " + one->get_name()) + "\\fR\n" +
            escaped(one->get_description()) + "\n";
  }
  return text.empty() ? text : ".SH COMMANDS\n" + text;
}

// What stands behind "Exit status:" is a section of its own.
std::string paragraph_text(const std::string& paragraph)
{
  constexpr std::string_view mark = "Exit status:";
  const auto at = paragraph.find(mark);
  const auto before = paragraph.substr(0, at);
  auto text = before.empty() ? before : ".PP\n" + escaped(before) + "\n";
  if (at != std::string::npos) {
    text += ".SH EXIT STATUS\n" +
            escaped(paragraph.substr(std::min(at + mark.size() + 1, paragraph.size()))) + "\n";
  }
  return text;
}

// A footer's examples stand as they are, its paragraphs are filled by the formatter.
std::string footer_text(const std::string& footer)
{
  std::istringstream lines{footer};
  std::string text;
  std::string paragraph;
  std::string literal;
  const auto end_both = [&] {
    text += paragraph.empty() ? "" : paragraph_text(paragraph);
    text += literal.empty() ? "" : ".nf\n" + literal + ".fi\n";
    paragraph.clear();
    literal.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(' ')) {
      literal += escaped(line) + "\n";
    } else if (line.ends_with(':')) {
      end_both();
      text += ".SH " + upper_case(line.substr(0, line.size() - 1)) + "\n";
    } else if (line.empty()) {
      end_both();
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  end_both();
  return text;
}

int write_pages(const CLI::App& app, const std::string& folder)
{
  for (const auto& [name, text] : man_pages(app)) {
    const auto path = std::filesystem::path{folder} / name;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (!file) {
      complain("mco: cannot write " + printable(path.string(), true) + "\n");
      return exit_permission;
    }
  }
  return 0;
}

void add_pages(
    const CLI::App& command,
    const std::vector<std::string>& words,
    std::vector<std::pair<std::string, std::string>>& pages)
{
  pages.emplace_back(joined(words, "-") + "." + section, man_page(command, words));
  for (const auto* one : commands_of(command)) {
    auto further = words;
    further.push_back(one->get_name());
    add_pages(*one, further, pages);
  }
}

int print_page(const CLI::App& app, const std::vector<std::string>& words)
{
  const auto name = joined(words, "-") + "." + section;
  for (const auto& [page, text] : man_pages(app)) {
    if (page == name) {
      print(text);
      return 0;
    }
  }
  complain("mco: there is no command '" + printable(joined(words, " "), true) + "'\n");
  return exit_usage;
}

}  // namespace

std::string man_page(const CLI::App& command, const std::vector<std::string>& words)
{
  const auto name = joined(words, "-");
  return ".TH " + upper_case(name) + " " + section +
         " \"\" \"Muster " MUSTER_VERSION "\" \"Muster\"\n.SH NAME\n" + escaped(name) + " \\- " +
         escaped(command.get_description()) + "\n.SH SYNOPSIS\n\\fB" + escaped(joined(words, " ")) +
         "\\fR [OPTIONS]" + (commands_of(command).empty() ? "" : " COMMAND") + "\n" + ".SH OPTIONS\n" +
         options_text(command) + commands_text(command, words) + footer_text(command.get_footer()) + ".PP\n" +
         escaped(HelpFormatter::own_failures) + "\n" +
         (words.empty() ? "" : ".SH SEE ALSO\n\\fBmco\\fR(1)\n");
}

std::vector<std::pair<std::string, std::string>> man_pages(const CLI::App& app)
{
  std::vector<std::pair<std::string, std::string>> pages;
  add_pages(app, {}, pages);
  return pages;
}

std::optional<int> run_man(const CLI::App& app, const std::vector<std::string>& words)
{
  if (words.size() < 2 || words[0] != "help") {
    return std::nullopt;
  }
  if (words[1] == "--man-pages" && words.size() == 3) {
    return write_pages(app, words[2]);
  }
  return words[1] == "--man" ? std::optional{print_page(app, {words.begin() + 2, words.end()})}
                             : std::nullopt;
}

}  // namespace muster::cli
