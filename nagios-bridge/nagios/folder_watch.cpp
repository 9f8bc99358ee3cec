// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/folder_watch.hpp"

#include <sys/inotify.h>
#include <utility>

#include <boost/asio/buffer.hpp>

namespace muster::bridge {

FolderWatch::FolderWatch(const boost::asio::any_io_executor& executor, std::function<void()> on_unlink)
    : inotify_{executor}, on_unlink_{std::move(on_unlink)}
{
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor >= 0) {
    inotify_.assign(descriptor);
    listen();
  }
}

void FolderWatch::add(const std::filesystem::path& folder)
{
  if (inotify_.is_open()) {
    ::inotify_add_watch(inotify_.native_handle(), folder.c_str(), IN_DELETE | IN_DELETE_SELF | IN_ONLYDIR);
  }
}

// What the events say is not read: whoever is told looks for himself.
void FolderWatch::listen()
{
  inotify_.async_read_some(
      boost::asio::buffer(events_),
      [this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error, std::size_t) {
        if (error || alive.expired()) {
          return;
        }
        on_unlink_();
        if (!alive.expired()) {
          listen();
        }
      });
}

}  // namespace muster::bridge
