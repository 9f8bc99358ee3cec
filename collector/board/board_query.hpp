// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "collector/board/board.hpp"
#include "libmuster/protocol/json.hpp"

// What operators ask the board for, from the data of a request that its DDL has checked: types are right,
// defaults are filled in. Pure.
namespace muster::collector {

// Empty, 0, false: it is not there.
std::string text(const protocol::json::object& data, std::string_view name);
std::size_t number(const protocol::json::object& data, std::string_view name);
bool flag(const protocol::json::object& data, std::string_view name);

// Of `span`, in seconds: an hour at least, ten years at most.
std::chrono::seconds span(const protocol::json::object& data);

// invalid_input: the filter cannot be read.
Expected<ServiceQuery> services_query(const protocol::json::object& data);
Expected<GraphQuery> graph_query(const protocol::json::object& data);
Expected<ValuesQuery> values_query(const protocol::json::object& data);
Expected<ShownDowntime> downtime_query(const protocol::json::object& data, const std::string& caller);

}  // namespace muster::collector
