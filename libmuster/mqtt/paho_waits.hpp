// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace muster::mqtt {

// Does nothing; whoever refers to it links the shorter usleep() and poll() beside it into the program.
void shorten_paho_waits();

}  // namespace muster::mqtt
