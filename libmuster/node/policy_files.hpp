// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/policy_folder.hpp"
#include "libmuster/runtime/file_stamp.hpp"

namespace muster::node {

// The policies of this node as their folder has them now. Owned by the daemon; one thread; reads files when
// told to.
class PolicyFiles {
public:
  explicit PolicyFiles(std::filesystem::path folder) : folder_{std::move(folder)}, policies_{folder_.string()}
  {}

  // At start. Fails on everything that reload() would report, because there is no good version yet: the error
  // has a line for each fault. A folder that is not there has no policies.
  Expected<void> load();

  // While the program runs: what is broken keeps its last good version, and health() says so.
  void reload();

  [[nodiscard]] const PolicyFolder& policies() const { return policies_; }

  // One sentence for each fault; more than a presence can carry are counted.
  [[nodiscard]] const std::vector<std::string>& health() const { return health_; }

  // What is odd and does no harm, for the log.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  // Whether a reload could find something else. Also true as long as something could not be read for a reason
  // that may pass by itself.
  [[nodiscard]] bool changed_on_disk() const;

private:
  // What is wrong, or the files as they are.
  Expected<PolicyFolder::Files> read();
  PolicyFolder::Reading take();

  std::filesystem::path folder_;
  PolicyFolder policies_;
  std::map<std::filesystem::path, runtime::FileStamp>
      stamps_;  // of the folder and its files, before they were read
  std::vector<std::string> health_;
  std::vector<std::string> warnings_;
  bool try_again_ = false;
};

}  // namespace muster::node
