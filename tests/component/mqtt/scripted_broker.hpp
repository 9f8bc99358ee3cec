// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace muster::test {

// A broker that says what a test tells it to: for answers that mosquitto cannot be brought to give. One
// client; throws std::runtime_error when something does not come within 30 s.
class ScriptedBroker {
public:
  ScriptedBroker();
  ~ScriptedBroker();
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;

  [[nodiscard]] std::string uri() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }

  void accept();

  // Reads the next packet, whatever it is; its first byte tells its type.
  std::string read_packet();

  // `packet`: what follows the length, which must be below 128.
  void send(unsigned char first_byte, const std::string& packet) const;

  // accept(), CONNECT and a CONNACK that says yes.
  void let_in();

private:
  int port_ = 0;
  int listener_;
  int client_ = -1;
};

}  // namespace muster::test
