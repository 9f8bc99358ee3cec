// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/model/name_template.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster::bridge {

namespace {

struct Word {
  std::string_view text;
  Placeholder meaning;
};

constexpr std::array<Word, 5> words{
    {{"node", Placeholder::node},
     {"short", Placeholder::first},
     {"domain", Placeholder::domain},
     {"check", Placeholder::check},
     {"bare", Placeholder::bare}}};

std::string words_for(const std::vector<Placeholder>& kinds)
{
  std::string list;
  for (const auto& word : words) {
    if (std::find(kinds.begin(), kinds.end(), word.meaning) != kinds.end()) {
      list.append(list.empty() ? "{" : ", {").append(word.text).append("}");
    }
  }
  return list;
}

std::optional<Placeholder> meaning_of(std::string_view text, const std::vector<Placeholder>& kinds)
{
  const auto* const word =
      std::find_if(words.begin(), words.end(), [text](const Word& w) { return w.text == text; });
  const bool has_value =
      word != words.end() && std::find(kinds.begin(), kinds.end(), word->meaning) != kinds.end();
  return has_value ? std::optional{word->meaning} : std::nullopt;
}

std::string value_of(Placeholder part, std::string_view node, std::string_view check)
{
  const auto dot = std::min(node.find('.'), node.size());
  switch (part) {
  case Placeholder::node:
    break;
  case Placeholder::first:
    return std::string{node.substr(0, dot)};
  case Placeholder::domain:
    return std::string{node.substr(std::min(dot + 1, node.size()))};
  case Placeholder::check:
    return std::string{check};
  case Placeholder::bare:
    return std::string{check.starts_with("check_") ? check.substr(6) : check};
  }
  return std::string{node};
}

}  // namespace

tl::expected<NameTemplate, TemplateFault> NameTemplate::parse(
    std::string_view text, const std::vector<Placeholder>& kinds)
{
  NameTemplate result;
  std::string letters;
  for (std::size_t at = 0; at < text.size();) {
    const auto two = text.substr(at, 2);
    if ((text[at] != '{' && text[at] != '}') || two == "{{" || two == "}}") {
      letters += text[at];
      at += two == "{{" || two == "}}" ? 2U : 1U;
      continue;
    }
    const auto end = text.find('}', at);
    const auto part = text[at] == '}' || end == std::string_view::npos
                          ? std::nullopt
                          : meaning_of(text.substr(at + 1, end - at - 1), kinds);
    if (!part) {
      return tl::make_unexpected(
          TemplateFault{at, "expected one of " + words_for(kinds) + "; a brace itself is written twice"});
    }
    result.parts_.emplace_back(std::exchange(letters, {}));
    result.parts_.emplace_back(*part);
    at = end + 1;
  }
  result.parts_.emplace_back(std::move(letters));
  return result;
}

std::string NameTemplate::filled(std::string_view node, std::string_view check) const
{
  std::string name;
  for (const auto& part : parts_) {
    const auto* letters = std::get_if<std::string>(&part);
    name += letters != nullptr ? *letters : value_of(std::get<Placeholder>(part), node, check);
  }
  return name;
}

const std::vector<Placeholder>& placeholders_of_hosts()
{
  static const std::vector kinds{Placeholder::node, Placeholder::first, Placeholder::domain};
  return kinds;
}

const std::vector<Placeholder>& placeholders_of_services()
{
  static const std::vector kinds{
      Placeholder::node, Placeholder::first, Placeholder::domain, Placeholder::check, Placeholder::bare};
  return kinds;
}

}  // namespace muster::bridge
