// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "checkagent/machine.hpp"
#include "libmuster/model/facts.hpp"

namespace muster::checkagent {

// The content of a small file below the machine's root; empty when there is none.
std::string file_of(const Machine& machine, std::string_view path);

// The first line of such a file, without blanks round it.
std::string line_of(const Machine& machine, std::string_view path);

// The lines "NAME<separator>VALUE" of a text, without blanks and quotes round both; of equal names the first.
std::map<std::string, std::string> pairs_in(std::string_view text, char separator);

FactValue text_fact(std::string text);
FactValue number_fact(std::uint64_t number);

// Adds a fact unless it is empty: what is not known is absent.
void set_text(FactValue::Map& map, const std::string& name, const std::string& text);
void set_text(Facts& facts, const std::string& name, const std::string& text);

}  // namespace muster::checkagent
