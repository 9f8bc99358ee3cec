// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// The hosts and services that Nagios knows, from its objects.cache, which it writes at every start. For a
// result of any other it gives no sign but a line in its log. A value; about 100 bytes for each object.
class ObjectIndex {
public:
  // Takes the lines of the file one by one, without line feeds.
  void add_line(std::string_view line);

  // Whether the file was whole: Nagios writes it in place.
  [[nodiscard]] bool complete() const { return closed_; }

  [[nodiscard]] std::size_t size() const { return takes_passive_.size(); }

  // Why Nagios will not take it, as a sentence for the list of dead letters; empty: it will.
  [[nodiscard]] std::string objection_to(const PassiveResult& result) const;

private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  enum class Inside { nothing, host, service };

  void close_block();
  [[nodiscard]] const bool* find(std::string_view host, std::string_view service) const;

  // "HOST" or "HOST\nSERVICE"
  std::unordered_map<std::string, bool, Hash, std::equal_to<>> takes_passive_;
  mutable std::string key_;
  Inside inside_ = Inside::nothing;
  bool closed_ = false;
  std::string host_;
  std::string service_;
  bool passive_ = true;
};

// Reads a whole file: some 50 ms for 10,000 services. `not_found` and `denied` as the system says; one that
// is not whole, or no regular file, is `invalid_input`.
Expected<ObjectIndex> read_object_index(const std::filesystem::path& path);

}  // namespace muster::bridge
