// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libmuster/ddl/document.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The DDL that most nodes have, and who has which other one.
struct DdlElection {
  struct Minority {
    std::string version;
    std::vector<std::string> nodes;
  };

  std::optional<ddl::Document> chosen;
  std::vector<Minority> others;       // the most frequent first
  std::vector<std::string> unusable;  // "web1: why its DDL cannot be read"
};

// From the answers to rpcutil's agent_ddl. The texts are the nodes': each is checked as any other, and its
// fingerprint is computed here. Of equally frequent ones the higher version wins, then the higher
// fingerprint, so that two runs agree.
DdlElection elect_ddl(const std::string& agent, const fleet::FleetReport& report);

// The same from answers with fingerprints only, for an operator who has `kept` a DDL: it is the chosen one if
// most nodes have it still. Else none is chosen, and the texts have to be asked for. A fingerprint that a
// node only claims decides nothing but that.
DdlElection elect_kept(const ddl::Document& kept, const fleet::FleetReport& report);

// "3 nodes have another DDL of package (4.6.0): web1 web2 web7", one line each; nothing if all agree.
std::string election_remarks(const std::string& agent, const DdlElection& election);

}  // namespace muster::cli
