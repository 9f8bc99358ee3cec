// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/ddl/ddl.hpp"
#include "libmuster/ddl/ruby_syntax.hpp"

namespace muster::ddl {

// `input :name, …` and `output :name, …` as the JSON DDL has them. After a refusal of no use.
json::object input_of_ruby(const RubyCall& call, const std::string& name, RubyReport& report);
json::object output_of_ruby(const RubyCall& call, const std::string& name, RubyReport& report);

}  // namespace muster::ddl
