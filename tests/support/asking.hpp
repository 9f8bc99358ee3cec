// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "libmuster/protocol/messages.hpp"

namespace muster::test {

// An operator with a key, who writes requests as `mco` does.
class Operator {
public:
  explicit Operator(const std::string& caller = "alice@ops1") : key_{protocol::generate_secret_key(caller)} {}

  [[nodiscard]] const protocol::SecretKey& key() const { return key_; }

  [[nodiscard]] protocol::KeyRing trusted() const
  {
    protocol::KeyRing ring;
    ring.add(key_.public_key());
    return ring;
  }

  // To everybody in "main", for the action rpcutil.ping.
  [[nodiscard]] protocol::Request request(const std::string& id, protocol::Time sent) const
  {
    protocol::Request request;
    request.caller = key_.caller();
    request.session = "session1";
    request.id = id;
    request.to = {protocol::Target::Kind::collective, "main"};
    request.agent = "rpcutil";
    request.action = "ping";
    request.sent = sent;
    return request;
  }

  [[nodiscard]] std::string seal(const protocol::Request& request) const
  {
    return protocol::seal(request, key_);
  }

  // A header that holds over any bytes.
  [[nodiscard]] std::string seal_bytes(const std::string& id, const std::string& body) const
  {
    const std::string header = "muster1 " + key_.caller() + " session1 " + id;
    const auto signature = key_.sign(header + "\n" + body);
    return header + " " + protocol::to_base64(signature.data(), signature.size()) + "\n" + body;
  }

private:
  protocol::SecretKey key_;
};

}  // namespace muster::test
