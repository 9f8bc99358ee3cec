// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/policy_files.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "libmuster/runtime/text_folder.hpp"
#include "libmuster/runtime/writers.hpp"

namespace muster::node {

namespace fs = std::filesystem;

namespace {

// Presence carries these sentences to everybody, every five minutes.
constexpr std::size_t most_sentences = 4;

std::string sentence_of(const PolicyFolder::Fault& fault)
{
  return fault.what + (fault.last_good_stays ? "; the last good version of the file stays in force"
                                             : "; it has no good version, so it allows nobody anything");
}

void shorten(std::vector<std::string>& sentences)
{
  if (sentences.size() > most_sentences) {
    const auto left_out = sentences.size() - most_sentences + 1;
    sentences.resize(most_sentences - 1);
    sentences.push_back("policies: " + std::to_string(left_out) + " more faults like these");
  }
}

}  // namespace

Expected<PolicyFolder::Files> PolicyFiles::read()
{
  stamps_.clear();
  stamps_[folder_] = runtime::stamp_of(folder_.string());
  std::error_code error;
  if (!fs::exists(folder_, error) && !error) {
    return PolicyFolder::Files{};
  }
  if (auto safe = runtime::not_for_everybody(folder_, "it does"); !safe) {
    return tl::unexpected{safe.error()};
  }
  const auto is_wanted = [this](const std::string& name) {
    const bool wanted = PolicyFolder::is_meant(name);
    if (wanted) {
      stamps_[folder_ / name] = runtime::stamp_of((folder_ / name).string());
    }
    return wanted;
  };
  auto files =
      runtime::read_text_folder(folder_, is_wanted, {PolicyFolder::most_files, PolicyFolder::largest_file});
  if (!files) {
    return files;
  }
  for (auto& [name, text] : *files) {
    if (auto safe = runtime::not_for_everybody(folder_ / name, "it does"); text && !safe) {
      text = tl::unexpected{safe.error()};
    }
    try_again_ = try_again_ || (!text && text.error().code == ErrorCode::io_failure);
  }
  return files;
}

PolicyFolder::Reading PolicyFiles::take()
{
  try_again_ = false;
  const auto files = read();
  if (!files) {
    try_again_ = files.error().code == ErrorCode::io_failure;
    return {{{files.error().message, true}}, {}};
  }
  return policies_.take(*files);
}

Expected<void> PolicyFiles::load()
{
  auto reading = take();
  warnings_ = std::move(reading.warnings);
  if (reading.faults.empty()) {
    return {};
  }
  std::string message = "the policies in " + folder_.string() + " cannot be used; correct them:";
  for (const auto& fault : reading.faults) {
    message += "\n  " + fault.what;
  }
  return failure(ErrorCode::invalid_input, message);
}

void PolicyFiles::reload()
{
  auto reading = take();
  warnings_ = std::move(reading.warnings);
  health_.clear();
  for (const auto& fault : reading.faults) {
    health_.push_back(sentence_of(fault));
  }
  shorten(health_);
}

bool PolicyFiles::changed_on_disk() const
{
  return try_again_ || std::any_of(stamps_.begin(), stamps_.end(), [](const auto& known) {
           return runtime::stamp_of(known.first.string()) != known.second;
         });
}

}  // namespace muster::node
