// SPDX-License-Identifier: Apache-2.0
#include "collector/web/tokens.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <utility>

#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/system_failure.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::collector::web {

namespace {

std::vector<std::string_view> words_of(std::string_view line)
{
  std::vector<std::string_view> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.empty()) {
      return words;
    }
    const auto size = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, size));
    line.remove_prefix(size);
  }
}

bool is_name(std::string_view text)
{
  return !text.empty() && text.size() <= Tokens::longest_name &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-") ==
             std::string_view::npos;
}

bool is_token(std::string_view text)
{
  const bool visible =
      std::all_of(text.begin(), text.end(), [](char letter) { return letter > ' ' && letter < '\x7f'; });
  return visible && text.size() >= Tokens::shortest_token && text.size() <= Tokens::longest_token;
}

// What is wrong with a line; empty: nothing.
std::string fault_of(const std::vector<std::string_view>& words)
{
  if (words.size() != 3) {
    return "expected NAME RIGHT TOKEN";
  }
  if (!is_name(words[0])) {
    return "NAME: expected at most 64 of [A-Za-z0-9._@-]";
  }
  if (words[1] != "read" && words[1] != "operate") {
    return "RIGHT: expected read or operate";
  }
  if (!is_token(words[2])) {
    return "TOKEN: expected 24 to 256 visible letters, for instance of `openssl rand -hex 24`";
  }
  return {};
}

}  // namespace

Expected<Tokens> Tokens::parse(const std::string& file, std::string_view text)
{
  Tokens tokens;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto size = std::min(text.find('\n'), text.size());
    const auto words = words_of(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
    if (words.empty() || words[0].front() == '#') {
      continue;
    }
    auto fault = fault_of(words);
    if (fault.empty() && tokens.size() == most_tokens) {
      fault = "more than 256 tokens";
    }
    if (!fault.empty()) {
      return tl::unexpected{
          Error{ErrorCode::invalid_input, fault}.with_context(file + ":" + std::to_string(number))};
    }
    const auto right = words[1] == "operate" ? Right::operate : Right::read;
    tokens.entries_.push_back({{std::string{words[0]}, right}, std::string{words[2]}});
  }
  return tokens;
}

Expected<Tokens> Tokens::read(const std::filesystem::path& file)
{
  struct stat about {};

  if (::stat(file.c_str(), &about) != 0) {
    return runtime::system_failure("read", file, errno);
  }
  if ((about.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
    return failure(
        ErrorCode::denied,
        file.string() + " can be read by everybody, or written by others than its owner: chmod 0640 it");
  }
  const auto text = runtime::read_text_file(file, largest_file);
  return text ? parse(file.string(), *text) : tl::unexpected{text.error()};
}

std::optional<Identity> Tokens::find(std::string_view token) const
{
  std::optional<Identity> found;
  for (const auto& entry : entries_) {  // all of them: where it stands shall not show
    if (protocol::same_secret(entry.token, token)) {
      found = entry.identity;
    }
  }
  return found;
}

}  // namespace muster::collector::web
