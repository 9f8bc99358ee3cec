// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reason_code.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace muster::mqtt {

namespace {

struct Meaning {
  int code;
  ErrorCode kind;
  std::string_view text;
};

constexpr std::array meanings{
    Meaning{0x80, ErrorCode::disconnected, "the broker gives no reason"},
    Meaning{0x81, ErrorCode::disconnected, "the broker could not read what we sent"},
    Meaning{unsupported_protocol, ErrorCode::disconnected, "the broker does not speak MQTT 5"},
    Meaning{0x85, ErrorCode::denied, "the broker does not accept this client id"},
    Meaning{0x86, ErrorCode::denied, "bad user name or password"},
    Meaning{0x87, ErrorCode::denied, "not authorized: the broker's ACL does not allow it"},
    Meaning{0x88, ErrorCode::disconnected, "the broker is not available now"},
    Meaning{0x89, ErrorCode::disconnected, "the broker is busy"},
    Meaning{0x8A, ErrorCode::denied, "this client is banned"},
    Meaning{0x8B, ErrorCode::disconnected, "the broker is shutting down"},
    Meaning{0x8D, ErrorCode::disconnected, "the broker heard nothing from us for too long"},
    Meaning{
        session_taken_over,
        ErrorCode::disconnected,
        "session taken over: another program uses the same client id"},
    Meaning{0x90, ErrorCode::denied, "the broker does not accept this topic"},
    Meaning{0x95, ErrorCode::disconnected, "the message is larger than the broker takes"},
    Meaning{0x97, ErrorCode::disconnected, "the broker's quota is used up"},
    Meaning{0x98, ErrorCode::disconnected, "an administrator closed the connection"},
    Meaning{0x9A, ErrorCode::denied, "the broker does not keep retained messages"},
};

}  // namespace

Error refusal(const std::string& what, int reason_code)
{
  const auto* known = std::find_if(meanings.begin(), meanings.end(), [reason_code](const Meaning& meaning) {
    return meaning.code == reason_code;
  });
  if (known == meanings.end()) {
    return Error{ErrorCode::disconnected, what + ": MQTT reason code " + std::to_string(reason_code)};
  }
  return Error{known->kind, what + ": " + std::string{known->text}};
}

}  // namespace muster::mqtt
