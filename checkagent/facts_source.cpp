// SPDX-License-Identifier: Apache-2.0
#include "checkagent/facts_source.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 20U;
constexpr std::size_t max_files = 256;   // in facts_dir
constexpr std::size_t max_facts = 4096;  // at the top level; Facter has some hundred

constexpr const char* facter_source = "facter --json";

bool is_facts_file(const std::filesystem::path& path)
{
  constexpr std::array<std::string_view, 4> endings{".yaml", ".yml", ".json", ".txt"};
  const auto name = path.filename().string();
  return name.front() != '.' &&
         std::find(endings.begin(), endings.end(), path.extension().string()) != endings.end();
}

// The files of the folder by name, so that "20-site.yaml" overrides "10-base.yaml".
std::vector<std::filesystem::path> facts_files(
    const std::filesystem::path& folder, std::vector<std::string>& problems)
{
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator entry{folder, error};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    if (is_facts_file(entry->path())) {
      files.push_back(entry->path());
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    problems.push_back("cannot read facts in " + folder.string() + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  if (files.size() > max_files) {
    problems.push_back(folder.string() + ": only the first " + std::to_string(max_files) + " files are read");
    files.resize(max_files);
  }
  return files;
}

Expected<Facts> read_facts(const std::filesystem::path& file)
{
  auto text = runtime::read_text_file(file, max_file_bytes);
  if (!text) {
    return tl::make_unexpected(std::move(text).error());
  }
  return parse_facts(file.string(), *text);
}

}  // namespace

FactsSource::FactsSource(Places places, std::function<Facts()> builtin, Facter facter)
    : places_{std::move(places)}, builtin_{std::move(builtin)}, facter_{std::move(facter)}
{}

GatheredFacts FactsSource::gather()
{
  GatheredFacts gathered;
  used_.clear();
  if (builtin_) {
    gathered.facts = builtin_();
  }
  add_facter(gathered);
  if (!places_.facts_file.empty()) {
    keep_or_blame(places_.facts_file.string(), read_facts(places_.facts_file), gathered);
  }
  if (!places_.facts_dir.empty()) {
    for (const auto& file : facts_files(places_.facts_dir, gathered.problems)) {
      keep_or_blame(file.string(), read_facts(file), gathered);
    }
  }
  last_good_ = std::move(used_);
  return gathered;
}

void FactsSource::add_facter(GatheredFacts& gathered)
{
  if (!facter_) {
    return;
  }
  const auto printed = facter_();
  keep_or_blame(
      facter_source,
      printed ? parse_facts(facter_source, *printed)
              : tl::make_unexpected(printed.error().with_context(facter_source)),
      gathered);
}

void FactsSource::keep_or_blame(const std::string& source, Expected<Facts> facts, GatheredFacts& gathered)
{
  if (facts && facts->size() + gathered.facts.size() > max_facts) {
    facts = failure(
        ErrorCode::invalid_input,
        source + ": expected at most " + std::to_string(max_facts) + " facts altogether");
  }
  if (!facts) {
    const auto last = last_good_.find(source);
    const bool known = last != last_good_.end();
    gathered.problems.push_back(facts.error().message + (known ? "; the last good facts of it stay" : ""));
    if (!known) {
      return;
    }
    facts = last->second;
  }
  gathered.facts.merge(*facts);
  used_.insert_or_assign(source, *std::move(facts));
}

}  // namespace muster::checkagent
