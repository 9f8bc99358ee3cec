// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/model/check_state.hpp"
#include "libmuster/protocol/json.hpp"

// Members of an answer that may be anything: what is not there, or of another type, is a default.
namespace muster::cli {

std::string text_in(const protocol::json::object& object, std::string_view name);
std::int64_t number_in(const protocol::json::object& object, std::string_view name);
bool flag_in(const protocol::json::object& object, std::string_view name);
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time_in(
    const protocol::json::object& object, std::string_view name);
const protocol::json::object& object_in(const protocol::json::object& object, std::string_view name);
const protocol::json::array& array_in(const protocol::json::object& object, std::string_view name);
// "OK", "WARNING", …; UNKNOWN for any other word.
CheckState state_in(const protocol::json::object& object, std::string_view name);

}  // namespace muster::cli
