// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::test {

// A TCP port of 127.0.0.1 that was free a moment ago.
int free_port();

// Shuts every connection of this process to that port on 127.0.0.1, as a network would that dies: no goodbye.
// `spared` is the descriptor of one that goes on.
void cut_connections_to(int port, int spared = -1);

// A real mosquitto on 127.0.0.1, stopped by its own process id, at the latest when this program ends.
class Mosquitto {
public:
  // `settings`: lines of mosquitto.conf, after the listener's.
  explicit Mosquitto(std::string settings = "allow_anonymous true\n");
  ~Mosquitto();
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;

  void start();
  void kill();          // -9: nothing is said to anybody
  void freeze() const;  // alive for the kernel, silent for its clients
  void thaw() const;

  [[nodiscard]] std::string uri(const std::string& host = "127.0.0.1") const
  {
    return "mqtt://" + host + ":" + std::to_string(port_);
  }

  [[nodiscard]] int port() const { return port_; }

  [[nodiscard]] std::string log() const;

private:
  TemporaryDirectory folder_;
  int port_;
  std::string settings_;
  pid_t process_ = -1;
};

}  // namespace muster::test
