// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "libmuster/error.hpp"

namespace muster::cli {

// What the other side runs to unpack a tar archive from its standard input into /etc/muster. Files already
// there are replaced; the private key goes to the user that checkagent runs as.
std::string install_command();

// Packs the folder and pipes it to `ssh HOST`, whose questions and errors go to the terminal. Waits for the
// end.
Expected<void> send_folder(const std::filesystem::path& folder, const std::string& host);

}  // namespace muster::cli
