// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "libmuster/error.hpp"

namespace muster::runtime {

// What a certificate says of itself (RFC 5280); whether anybody believes it is another question.
struct Certificate {
  std::string common_name;  // empty: none
  std::chrono::sys_seconds valid_from;
  std::chrono::sys_seconds valid_until;
};

// The first certificate of a PEM file. Fails as read_text_file does, and with `invalid_input` if the file
// holds none; every message names the path. Any thread.
Expected<Certificate> read_certificate(const std::filesystem::path& file);

}  // namespace muster::runtime
