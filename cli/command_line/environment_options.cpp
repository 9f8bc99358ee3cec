// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line/environment_options.hpp"

#include <algorithm>

namespace muster::cli {

namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& command)
{
  return command.get_subcommands([](const CLI::App*) { return true; });
}

// One option with its value, as it stands in the variable.
struct Given {
  std::string name;  // "--timeout", "-t"
  std::vector<std::string> words;
};

bool is_option(const std::string& word)
{
  return word.size() > 1 && word.front() == '-';
}

std::string name_in(const std::string& word)
{
  constexpr std::size_t short_name = 2;
  return word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, short_name);
}

// Words that are no option are the value of the one before.
Expected<std::vector<Given>> options_in(const std::string& text)
{
  std::vector<Given> options;
  for (auto& word : CLI::detail::split_up(text)) {
    if (is_option(word)) {
      options.push_back({name_in(word), {}});
    } else if (options.empty()) {
      return failure(ErrorCode::invalid_input, "MUSTER_OPTIONS: expected options, found '" + word + "'");
    }
    options.back().words.push_back(std::move(word));
  }
  return options;
}

bool any_command_has(const CLI::App& command, const std::string& name)
{
  const auto below = commands_of(command);
  return command.get_option_no_throw(name) != nullptr ||
         std::any_of(below.begin(), below.end(), [&name](const CLI::App* one) {
           return any_command_has(*one, name);
         });
}

// How many words name the command, and which one that is.
std::pair<std::size_t, const CLI::App*> named_by(const CLI::App& app, const std::vector<std::string>& words)
{
  const CLI::App* command = &app;
  std::size_t count = 0;
  for (; count < words.size(); ++count) {
    const auto below = commands_of(*command);
    const auto named = std::find_if(
        below.begin(), below.end(), [&](const CLI::App* one) { return one->get_name() == words[count]; });
    if (named == below.end()) {
      break;
    }
    command = *named;
  }
  return {count, command};
}

bool was_typed(const CLI::Option& option, const std::vector<std::string>& words)
{
  return std::any_of(words.begin(), words.end(), [&option](const std::string& word) {
    return is_option(word) && option.check_name(name_in(word));
  });
}

}  // namespace

Expected<std::vector<std::string>> with_options_of_environment(
    const CLI::App& app, std::vector<std::string> words, const std::string& text)
{
  const auto options = options_in(text);
  if (!options) {
    return tl::unexpected{options.error()};
  }
  const auto [count, command] = named_by(app, words);
  std::vector<std::string> added;
  for (const auto& given : *options) {
    const auto* option = command->get_option_no_throw(given.name);
    if (option == nullptr && !any_command_has(app, given.name)) {
      return failure(ErrorCode::invalid_input, "MUSTER_OPTIONS: no command has an option " + given.name);
    }
    if (option != nullptr && !was_typed(*option, words)) {
      added.insert(added.end(), given.words.begin(), given.words.end());
    }
  }
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(count), added.begin(), added.end());
  return words;
}

}  // namespace muster::cli
