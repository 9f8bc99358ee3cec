// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/http/http_client.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// What is asked of NRDP, and what its answer means (server/index.php and server/includes of 2.0.6, read, not
// run). Pure.

// Results in one POST: a form with `token`, `cmd=submitcheck` and `JSONDATA`, the name that old servers know
// as well.
http::HttpRequest nrdp_request(
    const std::string& path, std::string_view token, const std::vector<const PassiveResult*>& results);

// Empty if all `count` results are taken: status 200, "status" 0 and "N checks processed", in JSON or, from
// old servers, in XML. Else what is wrong, with what to do where that is known; then nobody knows what was
// taken. Text of the answer is made printable and cut.
std::string nrdp_trouble(const http::HttpAnswer& answer, std::size_t count);

}  // namespace muster::bridge
