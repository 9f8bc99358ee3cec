// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/settings.hpp"

namespace muster::collector {

// Tells one receiver that this is a test, past its filters, limits and period, and waits for it. Needs
// nothing of a running collector. not_found names the receivers that there are; other errors say why it did
// not arrive.
Expected<void> try_receiver(const Settings& settings, const std::string& name);

// The same for a terminal: prints what became of it, and gives the exit status: 0, 1 if it did not arrive,
// or 64.
int tell(const Settings& settings, const std::string& name);

}  // namespace muster::collector
