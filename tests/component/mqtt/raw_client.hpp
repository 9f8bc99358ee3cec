// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace muster::test {

// The least of an MQTT 5 client, on a blocking socket: the other side of the client under test, and none of
// its code. Publishes at QoS 1, receives
// at QoS 0; throws std::runtime_error when something does not come within 30 s.
class RawClient {
public:
  RawClient(int port, const std::string& client_id);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  struct Received {
    std::string topic;
    std::string payload;
  };

  void subscribe(const std::string& topic_filter);  // returns when the broker has done it
  // Returns when the broker has it.
  void publish(const std::string& topic, const std::string& payload, bool retained = false);
  Received receive();  // the next message

  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  struct Packet {
    unsigned char type = 0;
    std::string body;
  };

  void send(unsigned char type, const std::string& body) const;
  [[nodiscard]] Packet read_packet() const;
  [[nodiscard]] std::string read(std::size_t size) const;
  Packet wait_for(unsigned char type);

  int descriptor_;
  std::size_t last_packet_ = 0;
  std::vector<Packet> early_;  // came while another was waited for
};

}  // namespace muster::test
