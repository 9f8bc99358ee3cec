// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::runtime {

// "FILE:LINE:COLUMN: message".
tl::unexpected<Error> yaml_complaint(
    const std::string& file, int line, int column, const std::string& message);

// What the parser would choke on or misread, looked for before it starts: size, UTF-8, zero bytes, and more
// brackets than any file of these limits can hold.
Expected<void> check_yaml_text(const std::string& file, std::string_view text, const YamlLimits& limits);

// True when the quotes that open at `start`, perhaps behind an anchor, close again. yaml-cpp 0.7 takes the
// rest of the file as a part of the word when they do not, and so drops every setting behind a forgotten
// quote.
bool quotes_close(std::string_view text, std::size_t start);

}  // namespace muster::runtime
