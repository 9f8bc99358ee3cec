// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checkagent/nrpe_config.hpp"
#include "libmuster/error.hpp"
#include "libmuster/runtime/file_stamp.hpp"

namespace muster::checkagent {

// The nrpe.cfg of this machine with all that it includes. Remembers the last good text of every file, so that
// a file which is broken while the program runs takes none of its checks away. Reads files synchronously; not
// thread safe.
class NrpeConfigFiles : private NrpeConfigSource {
public:
  struct Reading {
    CommandTable table;
    // For presence: one sentence for each thing that is broken, whether or not an old version stands in for
    // it.
    std::vector<std::string> health;
  };

  explicit NrpeConfigFiles(std::string main_file);

  // Reads everything again. The first time, the lines before a fault count; later the last good version of a
  // faulty or unreadable file counts whole. A file that an include_dir no longer lists is gone.
  Reading reload();

  // Whether any file or directory of the last reading, also one that was missing, differs on disk now. True
  // once too often rather than once too seldom: after a change that the last reading may have seen only half
  // of, and as long as something could not be read for a reason that may pass by itself.
  [[nodiscard]] bool changed_on_disk() const;

  // All of them, for a watcher.
  [[nodiscard]] std::vector<std::string> paths_read() const;

private:
  Expected<std::string> read_file(const std::string& path) override;
  Expected<std::vector<DirectoryEntry>> list_directory(const std::string& path) override;

  struct Seen {
    runtime::FileStamp stamp;
    bool may_hide_a_change =
        false;  // read so soon after its last change that another would leave the same stamp
  };

  void note(const std::string& path);
  void note_failure(const Error& error);

  std::string main_file_;
  std::map<std::string, Seen> seen_;              // in the last reading, by path
  std::map<std::string, std::string> last_good_;  // text by path
  std::map<std::string, std::vector<DirectoryEntry>> last_listing_;
  std::vector<std::string> health_;
  bool try_again_ = false;
};

}  // namespace muster::checkagent
