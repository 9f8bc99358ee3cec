// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "libmuster/node/request_gate.hpp"
#include "tests/support/asking.hpp"

namespace muster::node {

using namespace std::chrono_literals;
using protocol::Refusal;
using protocol::ReplyMode;
using protocol::Request;
using protocol::Target;
using test::Operator;

// The node web1 in the collectives main and dmz, and one operator whom it trusts.
class RequestGateOf : public testing::Test {
protected:
  RequestGateOf()
  {
    gate_.trust(alice_.trusted());
    facts_.set("kernel", FactValue{std::string{"Linux"}});
  }

  [[nodiscard]] Request request(const std::string& id) const { return alice_.request(id, now_); }

  Decision receive(const std::string& payload, bool retained = false)
  {
    const NodeSelf self{name_, collectives_, agents_, facts_, classes_};
    return gate_.decide(payload, retained, self, now_);
  }

  Decision receive(const Request& request) { return receive(alice_.seal(request)); }

  // What was decided, in one word, for tables: "accepted", "postponed", "dropped", "not_meant", "running",
  // "answered", or the reason of a refusal.
  static std::string word(const Decision& decision)
  {
    struct {
      std::string operator()(const Dropped&) const { return "dropped"; }

      std::string operator()(const Refused& refused) const
      {
        return std::string{protocol::to_string(refused.reason)};
      }

      std::string operator()(const AskedAgain& again) const { return again.running ? "running" : "answered"; }

      std::string operator()(const NotMeant&) const { return "not_meant"; }

      std::string operator()(const Accepted&) const { return "accepted"; }

      std::string operator()(const Postponed&) const { return "postponed"; }
    } tell;

    return std::visit(tell, decision);
  }

  template <typename Message>
  std::string decided(const Message& message)
  {
    return word(receive(message));
  }

  Time now_{1'700'000'000'000ms};
  Operator alice_;
  RequestGate gate_{now_ - 1h};
  std::string name_ = "web1";
  std::vector<std::string> collectives_{"main", "dmz"};
  std::vector<std::string> agents_{"nrpe", "rpcutil"};
  Expected<std::vector<std::string>> classes_ = std::vector<std::string>{"apache"};
  Facts facts_;
};

}  // namespace muster::node
