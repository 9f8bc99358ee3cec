// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>

#include "checkagent/actions/program.hpp"

namespace muster::checkagent {

// The real actions::RunProgram: one process in a group of its own, with nothing on its standard input, waited
// for on the executor of the calling coroutine. Its output goes into memory of the kernel, not into a pipe: a
// daemon that a package starts may keep it open for ever, and dpkg must be able to write on when we are gone.
// Must always be called on the same thread, which must outlive the programs that may be killed.
boost::asio::awaitable<actions::ProgramRun> run_program(actions::Program program);

}  // namespace muster::checkagent
