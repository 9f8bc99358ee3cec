// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/web/context.hpp"

namespace muster::collector::web {

// /healthz: 200 "ok", or 503 with what is wrong, a line each, for those who may read.
HttpResponse health_answer(const Context& context);

// /metrics
HttpResponse metrics_answer(const Context& context);

}  // namespace muster::collector::web
