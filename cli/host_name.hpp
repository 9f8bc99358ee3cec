// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/client/client_settings.hpp"

namespace muster::cli {

// This machine's name as the kernel knows it, in lower case; "localhost" if it has none.
std::string host_name();

// USER@HOST of whoever runs this program: $USER, else the name of the user id, else "user" and the number.
std::string default_caller(const client::Environment& environment);

}  // namespace muster::cli
