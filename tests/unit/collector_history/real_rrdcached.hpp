// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace muster::collector {

// What rrdtool(1) prints: the files must be plain RRDs to everybody.
inline std::string rrdtool(const std::string& arguments)
{
  const auto command = "LC_ALL=C rrdtool " + arguments + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), &::pclose};
  std::string text;
  std::array<char, 4096> buffer{};
  while (const auto read = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), read);
  }
  return text;
}

// Debian's rrdcached on a socket of its own; it writes nothing before it is told to, or ends.
class RealRrdcached {
public:
  explicit RealRrdcached(const std::filesystem::path& folder) : socket_{folder / "rrdcached.sock"}
  {
    std::filesystem::remove(socket_);
    std::filesystem::remove(folder / "rrdcached.pid");
    const auto listen = "unix:" + socket_.string();
    const auto pid_file = (folder / "rrdcached.pid").string();
    std::array<std::string, 9> words{
        "/usr/bin/rrdcached", "-g", "-l", listen, "-p", pid_file, "-w", "3600", "-f7200"};
    std::array<char*, words.size() + 1> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      arguments[i] = words[i].data();
    }
    if (::posix_spawn(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
      throw std::runtime_error{"cannot start rrdcached"};
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!listens()) {
      if (std::chrono::steady_clock::now() >= deadline) {
        end(SIGKILL);
        throw std::runtime_error{"rrdcached does not listen"};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
  }

  RealRrdcached(const RealRrdcached&) = delete;
  RealRrdcached& operator=(const RealRrdcached&) = delete;
  RealRrdcached(RealRrdcached&&) = delete;
  RealRrdcached& operator=(RealRrdcached&&) = delete;

  ~RealRrdcached() { end(SIGKILL); }

  void end(int signal)
  {
    if (pid_ > 0) {
      ::kill(pid_, signal);
      ::waitpid(pid_, nullptr, 0);
      pid_ = 0;
    }
  }

  // Alive, and silent until it goes on.
  void halt() const { ::kill(pid_, SIGSTOP); }

  void go_on() const { ::kill(pid_, SIGCONT); }

  [[nodiscard]] const std::filesystem::path& socket() const { return socket_; }

private:
  // The socket's file is there before the daemon listens: only a connection tells.
  [[nodiscard]] bool listens() const
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.native().copy(address.sun_path, sizeof address.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* const target = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    const bool connected = ::connect(descriptor, target, sizeof address) == 0;
    ::close(descriptor);
    return connected;
  }

  std::filesystem::path socket_;
  pid_t pid_ = 0;
};

}  // namespace muster::collector
