// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace muster::bridge {

// Says when a file was unlinked from a folder, by inotify. It may say so once too often, and where the system
// gives no inotify it never does: whoever waits looks now and then all the same. Calls back on the executor,
// not after its own end.
class FolderWatch {
public:
  FolderWatch(const boost::asio::any_io_executor& executor, std::function<void()> on_unlink);

  // Adds a folder; for one that is watched already nothing changes.
  void add(const std::filesystem::path& folder);

private:
  void listen();

  boost::asio::posix::stream_descriptor inotify_;
  std::function<void()> on_unlink_;
  std::array<char, 4096> events_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster::bridge
