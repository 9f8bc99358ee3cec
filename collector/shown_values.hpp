// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/board/board.hpp"
#include "collector/history_worker.hpp"

namespace muster::collector {

// The history in numbers, as operators are told it. With a label only what the fleet has of it, under the
// words `median`, `p95` and `max`; not_found: there is none. Pure.
Expected<ShownValues> shown_values(const HistoryWorker::Values& values, const std::string& label);

}  // namespace muster::collector
