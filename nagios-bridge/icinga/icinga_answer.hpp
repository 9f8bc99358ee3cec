// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/http/http_client.hpp"
#include "nagios-bridge/icinga/last_result.hpp"

namespace muster::bridge {

// What the answers of Icinga's API mean. Pure. Texts of Icinga are printable, and cut.

enum class Meaning {
  done,     // it has the result, or a newer one (409 of Icinga 2.14 and later)
  unknown,  // 404: there is no such object, or we may not see it: which of the two, it does not say
  refused,  // it will never take this one
  later,    // 500, 503, 429: it may take this one another time
  denied,   // it takes nothing from us: wrong password, not allowed, or no Icinga at all
};

struct Verdict {
  Meaning meaning = Meaning::done;
  std::string reason;  // of all but done: "HTTP 404: No objects found."
};

Verdict meaning_of(const http::HttpAnswer& answer);

// Of a request that creates an object: one that is there already is as good.
Verdict meaning_of_creation(const http::HttpAnswer& answer);

// Who we are to Icinga, and what we may.
struct ApiRights {
  std::string version;                   // "r2.13.6-1"
  std::vector<std::string> permissions;  // patterns: "objects/query/*"
};

Expected<ApiRights> rights_in(const http::HttpAnswer& answer);

// The rights that the sink needs and does not have, ", " between them; empty: none.
std::string missing_rights(const ApiRights& rights, bool creates);

// Milliseconds since 1970; fails with the reason if the answer does not say.
Expected<std::int64_t> start_in(const http::HttpAnswer& answer);

// What Icinga has of the object that was asked for; nothing if it has never had a result, or does not say.
std::optional<LastResult> last_result_in(const http::HttpAnswer& answer);

}  // namespace muster::bridge
