// SPDX-License-Identifier: Apache-2.0
#include "tests/component/mqtt/mosquitto.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace muster::test {

namespace {

sockaddr_in loopback(int port)
{
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_in& address)
{
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  return reinterpret_cast<const sockaddr*>(&address);
}

int peer_port(int descriptor)
{
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  const bool failed = ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0;
  return failed || peer.sin_family != AF_INET ? -1 : ntohs(peer.sin_port);
}

bool accepts_connections(int port)
{
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool accepted = ::connect(descriptor, as_sockaddr(address), sizeof address) == 0;
  ::close(descriptor);
  return accepted;
}

[[noreturn]] void become_mosquitto(const std::string& configuration, const std::string& log)
{
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execl("/usr/sbin/mosquitto", "mosquitto", "-c", configuration.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

int free_port()
{
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API asks for it
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor, generic, size) != 0 || ::getsockname(descriptor, generic, &size) != 0) {
    throw std::runtime_error{"no free port"};
  }
  ::close(descriptor);
  return ntohs(address.sin_port);
}

void cut_connections_to(int port, int spared)
{
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::stoi(entry.path().filename().string());
    if (descriptor != spared && peer_port(descriptor) == port) {
      ::shutdown(descriptor, SHUT_RDWR);
    }
  }
}

Mosquitto::Mosquitto(std::string settings) : port_{free_port()}, settings_{std::move(settings)}
{
  start();
}

Mosquitto::~Mosquitto()
{
  kill();
}

void Mosquitto::start()
{
  // Started by root it would become a user who cannot read our folder.
  const std::string text = "user root\nlistener " + std::to_string(port_) + " 127.0.0.1\n" + settings_;
  const auto configuration = folder_.write("mosquitto.conf", text);
  const auto log = (folder_.path() / "log").string();
  process_ = ::fork();
  if (process_ == 0) {
    become_mosquitto(configuration, log);
  }
  for (int tries = 0; tries < 1000; ++tries) {
    if (accepts_connections(port_)) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  throw std::runtime_error{"mosquitto does not start: " + this->log()};
}

void Mosquitto::kill()
{
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
}

void Mosquitto::freeze() const
{
  ::kill(process_, SIGSTOP);
}

void Mosquitto::thaw() const
{
  ::kill(process_, SIGCONT);
}

std::string Mosquitto::log() const
{
  std::ifstream stream{folder_.path() / "log"};
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace muster::test
