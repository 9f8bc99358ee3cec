// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace muster {

// What went wrong, as far as a caller may want to act on it.
enum class ErrorCode {
  invalid_input,  // what was given breaks its grammar or a limit
  not_found,      // the thing named is not there
  denied,         // the other side, the kernel or a policy said no
  timed_out,      // a deadline passed
  disconnected,   // the broker is not there (any more)
  io_failure,     // the operating system or a library failed
};

// A failure the caller is expected to handle. Programming mistakes assert instead.
struct Error {
  ErrorCode code{};
  std::string message;  // lower case, no full stop: what, where, and what to do

  // The same failure, told from one level further up: "reading checkagent.yaml: no such file".
  [[nodiscard]] Error with_context(std::string_view context) const
  {
    return {code, std::string{context} + ": " + message};
  }
};

// Becomes std::expected once the compiler floor has it.
template <typename T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message)
{
  return tl::unexpected<Error>{Error{code, std::move(message)}};
}

}  // namespace muster
