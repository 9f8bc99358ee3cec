// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/trusted_callers.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "libmuster/runtime/system_failure.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/writers.hpp"

namespace muster::node {

namespace {

namespace fs = std::filesystem;

// Presence carries these sentences to everybody, every five minutes.
constexpr std::size_t most_sentences = 4;

bool is_key_file(const fs::path& path)
{
  const auto name = path.filename().string();
  return path.extension() == ".pub" && !name.starts_with('.');  // editors hide what they have not finished
}

}  // namespace

TrustedCallers::TrustedCallers(std::filesystem::path folder) : folder_{std::move(folder)}
{
  reload();
}

void TrustedCallers::reload()
{
  keys_ = {};
  health_.clear();
  stamps_.clear();
  try_again_ = false;
  stamps_[folder_] = runtime::stamp_of(folder_.string());
  const auto files = key_files();
  if (!files) {
    complain(files.error().message);
  } else {
    std::for_each(files->begin(), files->end(), [this](const auto& file) { load(file); });
  }
  if (keys_.callers() == 0) {
    health_.insert(
        health_.begin(), "trusted callers: no keys in " + folder_.string() + ": nobody can ask this node");
  }
  if (health_.size() > most_sentences) {
    const auto left_out = health_.size() - most_sentences + 1;
    health_.resize(most_sentences - 1);
    health_.push_back("trusted callers: " + std::to_string(left_out) + " more files like these");
  }
}

Expected<std::vector<fs::path>> TrustedCallers::key_files() const
{
  if (auto safe = runtime::not_for_everybody(folder_, "its keys do"); !safe) {
    return tl::unexpected{safe.error()};
  }
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry{folder_, error}, end; !error && entry != end; entry.increment(error)) {
    if (is_key_file(entry->path())) {
      files.push_back(entry->path());
    }
    if (files.size() > most_files) {
      return failure(
          ErrorCode::invalid_input,
          "more than " + std::to_string(most_files) + " key files in " + folder_.string());
    }
  }
  if (error) {
    return runtime::system_failure("read", folder_, error.value());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void TrustedCallers::load(const fs::path& file)
{
  stamps_[file] = runtime::stamp_of(file.string());
  if (auto safe = runtime::not_for_everybody(file, "its keys do"); !safe) {
    complain(safe.error().message);
    return;
  }
  const auto text = runtime::read_text_file(file, largest_file);
  if (!text) {
    // A limit of open files or a disk that hiccups: no stamp would tell that it is over.
    try_again_ = try_again_ || text.error().code == ErrorCode::io_failure;
    complain(text.error().message);
    return;
  }
  auto keys = protocol::parse_public_keys(*text);
  if (!keys) {
    complain(file.string() + ": " + keys.error().message + "; none of its keys count");
    return;
  }
  for (auto& key : *keys) {
    keys_.add(std::move(key));
  }
}

void TrustedCallers::complain(std::string sentence)
{
  health_.push_back("trusted callers: " + std::move(sentence));
}

bool TrustedCallers::changed_on_disk() const
{
  return try_again_ || std::any_of(stamps_.begin(), stamps_.end(), [](const auto& known) {
           return runtime::stamp_of(known.first.string()) != known.second;
         });
}

}  // namespace muster::node
