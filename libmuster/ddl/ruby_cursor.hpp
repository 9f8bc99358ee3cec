// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "libmuster/ddl/ruby_text.hpp"
#include "libmuster/ddl/ruby_tokens.hpp"

namespace muster::ddl {

// Goes through the tokens of a file, and stays at its end. The report must outlive it.
class RubyCursor {
public:
  // The last token is the end, as ruby_tokens() gives them.
  RubyCursor(std::vector<RubyToken> tokens, RubyReport& report);

  [[nodiscard]] const RubyToken& next(std::size_t ahead = 0) const;

  RubyToken take();
  void skip(std::size_t tokens);
  void skip_line_ends();

  // Goes on, and true, if it is there.
  bool accept(std::string_view sign);
  bool accept_word(std::string_view word);

  // Refuses if it is not there; `opened` is where the bracket that it closes stands.
  void expect(std::string_view sign, const RubyPlace& opened);

  // Says what was found, what could have stood there, and what to do.
  void refuse_next(std::string_view expected);

  [[nodiscard]] RubyReport& report() const noexcept { return report_; }

private:
  std::vector<RubyToken> tokens_;
  std::size_t position_ = 0;
  RubyReport& report_;
};

// Whether it can be the name of a call: neither a keyword nor a constant.
bool is_ruby_method(std::string_view word);

}  // namespace muster::ddl
