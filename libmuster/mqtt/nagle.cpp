// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/nagle.hpp"

#include <cstdlib>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace muster::mqtt {

namespace {

bool is_tcp_socket_with_a_peer(int descriptor)
{
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    return false;
  }
  return peer.ss_family == AF_INET || peer.ss_family == AF_INET6;
}

}  // namespace

void disable_nagle_on_every_socket()
{
  DIR* descriptors = ::opendir("/proc/self/fd");
  if (descriptors == nullptr) {
    return;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of our own
  while (const dirent* entry = ::readdir(descriptors)) {
    const int descriptor = std::atoi(&entry->d_name[0]);  // NOLINT(cert-err34-c): the kernel wrote it
    if (descriptor > 2 && is_tcp_socket_with_a_peer(descriptor)) {
      const int on = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  }
  ::closedir(descriptors);
}

}  // namespace muster::mqtt
