// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/protocol/json.hpp"

// Parts of what the collector told, as text that is safe to show; on one line. What is missing or of another
// type is left out. Pure.
namespace muster::cli {

// How long ago the time in that member is; "?" if there is none.
std::string age_of(
    const protocol::json::object& object,
    std::string_view member,
    std::chrono::sys_time<std::chrono::milliseconds> now);

// Of a node: who takes care, in brackets with a blank before them; nothing if nobody does.
std::string care_marks(const protocol::json::object& node);

// The same of a check, and what else there is to say of its state.
std::string marks_of(const protocol::json::object& service);

// "3 nodes not up": those that need somebody; empty if none does, or the collector is too old to say.
std::string not_up_text(const protocol::json::object& told);

// Somebody takes care, or it is expected, or the consequence of something else, or no problem.
bool is_looked_after(const protocol::json::object& service);

// The first few, and how many more there are.
std::string names_text(const std::vector<std::string>& names);

}  // namespace muster::cli
