// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/file_stamp.hpp"

namespace muster::node {

// The keys whose requests this node believes: every *.pub of one folder (signature.hpp has the format). Owned
// by the node; one thread; reads files when told to.
//
// A file gives exactly the keys that stand in it now. What the folder no longer says is revoked at the next
// reload, and that includes a file that can no longer be read or parsed: it gives no keys at all, not those
// it gave before. Keeping them would be kinder to a slip of the pen and worse for security: somebody who
// strikes out a stolen key and damages the line beside it would go on trusting the thief, without a sign of
// it. The other way round, a caller is refused for as long as the file is broken, and sees why in this node's
// health. Other files are not touched by it. (nrpe.cfg keeps its last good version: there, nothing is
// revoked.)
class TrustedCallers {
public:
  static constexpr std::size_t most_files = 1'000;                     // one for each operator
  static constexpr std::size_t largest_file = std::size_t{64} << 10U;  // 64 keys with comments

  // Loads at once. A folder that is not there is a node that nobody can ask, and no failure.
  explicit TrustedCallers(std::filesystem::path folder);

  void reload();

  [[nodiscard]] const protocol::KeyRing& keys() const { return keys_; }

  // One sentence for each file that gives no keys, and why; a folder that gives none at all says so.
  [[nodiscard]] const std::vector<std::string>& health() const { return health_; }

  // Whether a reload could find something else. Also true as long as a file could not be read for a reason
  // that may pass by itself.
  [[nodiscard]] bool changed_on_disk() const;

private:
  Expected<std::vector<std::filesystem::path>> key_files() const;
  void load(const std::filesystem::path& file);
  void complain(std::string sentence);

  std::filesystem::path folder_;
  protocol::KeyRing keys_;
  std::map<std::filesystem::path, runtime::FileStamp>
      stamps_;  // of the folder and of every key file, before it was read
  std::vector<std::string> health_;
  bool try_again_ = false;
};

}  // namespace muster::node
