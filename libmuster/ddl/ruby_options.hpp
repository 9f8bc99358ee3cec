// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "libmuster/ddl/ddl.hpp"
#include "libmuster/ddl/ruby_syntax.hpp"

namespace muster::ddl {

// The options of one call, :prompt => "…", each with its type. What is wrong is refused with its place, and
// what is read after that is a default. nil stands for "not there". The call must outlive it.
class RubyOptions {
public:
  // `owner` is how messages name the call: "input service".
  RubyOptions(const RubyCall& call, std::string owner, RubyReport& report);

  [[nodiscard]] std::string text(const std::string& name);
  [[nodiscard]] bool boolean(const std::string& name);
  [[nodiscard]] std::optional<std::int64_t> integer(const std::string& name);
  [[nodiscard]] std::optional<json::value> json(const std::string& name);

  // Null if it is not there.
  [[nodiscard]] const RubyValue* value(const std::string& name);

  void refuse(const RubyValue& value, const std::string& name, std::string_view expected);
  void warn(const RubyValue& value, const std::string& what);

  // Of what nobody has asked for, and is not taken over.
  void warn_of_others();

private:
  const RubyValue* options_ = nullptr;
  std::string owner_;
  RubyReport& report_;
  std::set<std::string, std::less<>> asked_;
};

// Symbols become texts. Expressions and calls are refused.
json::value json_of(const RubyValue& value, RubyReport& report);

}  // namespace muster::ddl
