// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/pattern.hpp"

#include <re2/re2.h>
#include <utility>

namespace muster {

Pattern::Pattern(std::shared_ptr<const re2::RE2> expression) : expression_{std::move(expression)} {}

Expected<Pattern> Pattern::compile(std::string_view expression)
{
  if (expression.empty()) {
    return failure(ErrorCode::invalid_input, "empty regular expression");
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(memory_budget);
  auto compiled =
      std::make_shared<const re2::RE2>(re2::StringPiece{expression.data(), expression.size()}, options);
  if (!compiled->ok()) {
    return failure(ErrorCode::invalid_input, "invalid regular expression: " + compiled->error());
  }
  return Pattern{std::move(compiled)};
}

bool Pattern::found_in(std::string_view text) const
{
  return re2::RE2::PartialMatch(re2::StringPiece{text.data(), text.size()}, *expression_);
}

}  // namespace muster
