// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support_web/fake_board.hpp"

namespace muster::test {

// Some 40 nodes with a bad day: every state, acknowledgements, downtimes, a crowd with one trouble, hostile
// texts, strips and drawings that look like real ones.
void make_up_fleet(FakeBoard& board, collector::Time now);

}  // namespace muster::test
