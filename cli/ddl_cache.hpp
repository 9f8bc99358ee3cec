// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/client/client_settings.hpp"
#include "libmuster/ddl/document.hpp"

namespace muster::cli {

// The DDLs that this operator has fetched from a fleet, one file for each agent below
// $XDG_CACHE_HOME/muster/ddl or ~/.cache/muster/ddl, with what was remarked then: which nodes have another
// one. It only saves time: a cache that cannot be read or written is as good as none, and without a home
// there is none.
class DdlCache {
public:
  using Time = std::chrono::system_clock::time_point;

  // So long an entry is used unasked. An older one is used if the fleet's fingerprint is still that of its
  // DDL. Nodes check all inputs themselves, so that a stale one does no harm.
  static constexpr std::chrono::minutes fresh{10};

  // A younger entry is what the fleet says now: a typing error must not make everybody ask again.
  static constexpr std::chrono::seconds as_good_as_new{30};

  struct Kept {
    ddl::Document document;
    std::string remarks;  // lines for standard error, or nothing
    std::chrono::milliseconds age{};
  };

  // Fleets are told apart by their brokers.
  DdlCache(const client::ClientSettings& settings, const client::Environment& environment);

  // Whatever its age.
  [[nodiscard]] std::optional<Kept> find(const std::string& agent, Time now) const;
  void keep(const ddl::Document& document, const std::string& remarks, Time now) const;

  // The names of all agents of the fleet, if they are fresh.
  [[nodiscard]] std::optional<std::vector<std::string>> agents(Time now) const;
  void keep_agents(const std::vector<std::string>& names, Time now) const;

private:
  struct Entry {
    ddl::json::object members;
    std::chrono::milliseconds age{};
  };

  [[nodiscard]] static std::optional<Entry> read(const std::filesystem::path& file, Time now);
  void write(const std::filesystem::path& file, ddl::json::object entry, Time now) const;
  [[nodiscard]] std::filesystem::path file_of(const std::string& agent) const;
  [[nodiscard]] std::filesystem::path file_of_agents() const;

  std::filesystem::path folder_;  // empty: there is none
};

}  // namespace muster::cli
