// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// All facts of the node and what is wrong with their sources: each problem is a line for presence `health`.
struct GatheredFacts {
  Facts facts;
  std::vector<std::string> problems;
};

// Reads the facts of one file by the end of its name: .yaml and .yml, .json, .txt (NAME=VALUE lines). `text`
// is the content. The error reads "FILE:LINE:COLUMN: what was expected".
Expected<Facts> parse_facts(const std::string& file, std::string_view text);

// Gathers facts from everywhere, later sources over earlier ones: what we know ourselves, facter, facts_file,
// then the files of facts_dir in the order of their names. A file that is broken keeps its last good facts.
// Blocks on files and programs: keep it off the thread that answers. One thread at a time.
class FactsSource {
public:
  struct Places {
    std::filesystem::path facts_dir;   // need not exist
    std::filesystem::path facts_file;  // empty: none; else it must exist
  };

  // Runs `facter --json` and returns what it printed; must end by itself. Empty: facter is not asked.
  using Facter = std::function<Expected<std::string>()>;

  FactsSource(Places places, std::function<Facts()> builtin, Facter facter);

  GatheredFacts gather();

private:
  void add_facter(GatheredFacts& gathered);
  void keep_or_blame(const std::string& source, Expected<Facts> facts, GatheredFacts& gathered);

  Places places_;
  std::function<Facts()> builtin_;
  Facter facter_;
  std::map<std::string, Facts> last_good_;  // by file; forgotten when the file is gone
  std::map<std::string, Facts> used_;       // of the gathering under way; becomes last_good_
};

}  // namespace muster::checkagent
