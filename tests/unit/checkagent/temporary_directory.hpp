// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {

using test::TemporaryDirectory;

}  // namespace muster::checkagent
