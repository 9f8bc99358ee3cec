// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster::cli {

// What `source <(mco completion bash)` and `source <(mco completion zsh)` read. Both ask `mco completion
// --list-…` for what may stand next, so that they need no change when commands or agents do.
std::string_view bash_completion() noexcept;
std::string_view zsh_completion() noexcept;

}  // namespace muster::cli
