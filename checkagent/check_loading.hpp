// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "checkagent/nrpe_config_files.hpp"
#include "checkagent/run_as.hpp"

namespace muster::checkagent {

// The checks as their files have them now, together with the account that runs them, and when to load them
// again. Owned by the daemon; one thread; reads files when told to.
class CheckLoading {
public:
  // account_of_plugins(), or what a test puts in its place.
  using FindAccount = std::function<Expected<PluginAccount>(const CommandTable&)>;

  struct Loaded {
    NrpeConfigFiles::Reading reading;
    PluginAccount account;
  };

  CheckLoading(std::string main_file, FindAccount find_account);

  // Fails when plugins must not run as these files have it; the checks from before then stay.
  Expected<Loaded> load();

  // Whether load() could give something else now. Also true as long as it failed for a reason that may pass
  // by itself.
  [[nodiscard]] bool due() const { return account_is_unknown_ || files_.changed_on_disk(); }

private:
  NrpeConfigFiles files_;
  FindAccount find_account_;
  bool account_is_unknown_ = false;
};

}  // namespace muster::checkagent
