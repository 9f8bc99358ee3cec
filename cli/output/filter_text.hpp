// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "libmuster/model/filter_words.hpp"

namespace muster::cli {

// What `mco describe_filter` prints about a filter that compiles; `lines` are its words.
std::string filter_text(const Filter& filter, const std::vector<FilterLine>& lines);
std::string filter_json(const Filter& filter, const std::vector<FilterLine>& lines);

}  // namespace muster::cli
