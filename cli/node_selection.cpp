// SPDX-License-Identifier: Apache-2.0
#include "cli/node_selection.hpp"

#include <algorithm>
#include <charconv>
#include <random>

namespace muster::cli {

std::size_t Share::of(std::size_t total) const
{
  return percent ? std::max<std::size_t>(total * number / 100, total > 0 ? 1 : 0) : std::min(number, total);
}

Expected<Share> parse_share(const std::string& option, const std::string& text)
{
  Share share;
  share.percent = text.ends_with('%');
  const auto* end = text.data() + text.size() - (share.percent ? 1 : 0);
  const auto read = std::from_chars(text.data(), end, share.number);
  const bool too_much = share.percent && share.number > 100;
  if (read.ec != std::errc{} || read.ptr != end || share.number == 0 || too_much) {
    return failure(
        ErrorCode::invalid_input,
        option + ": expected a number of nodes, such as 5, or a share of them, such as 10%, got '" + text +
            "'");
  }
  return share;
}

std::vector<std::string> drawn(
    std::vector<std::string> nodes, std::size_t count, std::optional<std::uint64_t> seed)
{
  std::mt19937_64 random{seed ? *seed : std::random_device{}()};
  // Not std::sample or std::shuffle: what they draw is left to the library, and a seed shall mean the same
  // everywhere.
  std::vector<std::string> left = std::move(nodes);
  std::vector<std::string> chosen;
  while (chosen.size() < count && !left.empty()) {
    const auto place = static_cast<std::ptrdiff_t>(random() % left.size());
    chosen.push_back(std::move(left[static_cast<std::size_t>(place)]));
    left.erase(left.begin() + place);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<std::vector<std::string>> in_batches(const std::vector<std::string>& nodes, std::size_t size)
{
  std::vector<std::vector<std::string>> batches;
  for (std::size_t i = 0; i < nodes.size(); i += size) {
    const auto end = std::min(i + size, nodes.size());
    batches.emplace_back(
        nodes.begin() + static_cast<std::ptrdiff_t>(i), nodes.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return batches;
}

}  // namespace muster::cli
