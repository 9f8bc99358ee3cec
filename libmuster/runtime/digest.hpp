// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace muster::runtime {

// MD5 (RFC 1321) as 32 hexadecimal digits. It tells texts apart that nobody has forged; it proves nothing.
// Empty where a policy of the system forbids MD5. Any thread.
std::string md5(std::string_view text);

}  // namespace muster::runtime
