// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace muster::mqtt {

// Sets TCP_NODELAY on every connected TCP socket of this process. An MQTT library that keeps its descriptor
// to itself leaves no other way; ours are client programs, and none of their sockets should wait for a full
// segment.
void disable_nagle_on_every_socket();

}  // namespace muster::mqtt
