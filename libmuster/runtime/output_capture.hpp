// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace muster::runtime {

// The beginning of a stream, up to a limit; the rest is only counted.
class OutputCapture {
public:
  explicit OutputCapture(std::size_t limit) : limit_{limit} {}

  void append(std::string_view bytes)
  {
    total_ += bytes.size();
    kept_.append(bytes.substr(0, std::min(bytes.size(), limit_ - kept_.size())));
  }

  [[nodiscard]] const std::string& kept() const { return kept_; }

  // What is kept, for whoever needs the capture no more.
  [[nodiscard]] std::string take() { return std::move(kept_); }

  [[nodiscard]] std::size_t total() const { return total_; }

  [[nodiscard]] bool truncated() const { return total_ > kept_.size(); }

private:
  std::size_t limit_;
  std::size_t total_ = 0;
  std::string kept_;
};

}  // namespace muster::runtime
