// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/ddl/ruby_cursor.hpp"

namespace muster::ddl {

// A literal of Ruby, as it stands in the file.
struct RubyValue {
  enum class Kind {
    nil,
    boolean,
    integer,
    floating,
    text,
    symbol,
    pattern,
    list,
    hash,
    call,  // summary(:status, :format => "%s"), which only `aggregate` has a use for
  };

  Kind kind = Kind::nil;
  RubyPlace place;
  std::string text;   // of a text, a symbol and a pattern; the name of a call
  std::string flags;  // of a pattern
  bool boolean = false;
  std::int64_t integer = 0;
  double floating = 0;
  std::vector<RubyValue> items;    // of a list and a call; the values of a hash
  std::vector<std::string> names;  // of a hash: as many as it has items

  // Also the nil that a hash holds under the name; null if there is none of that name.
  [[nodiscard]] const RubyValue* find(std::string_view name) const noexcept;

  [[nodiscard]] bool is_word() const noexcept { return kind == Kind::text || kind == Kind::symbol; }

  // As a message names it: "a string", "a list".
  [[nodiscard]] std::string_view what() const noexcept;
};

// Values that lie in each other: JSON may nest 16 deep (protocol::deepest_nesting), and a default stands 5
// deep.
inline constexpr std::size_t deepest_ruby_value = 8;

// Of one hash: what an object in JSON may have (protocol::most_members).
inline constexpr std::size_t most_ruby_members = 256;

// Reads literals and the arguments of calls, one after the other. After a refusal what it gives is of no use,
// and it ends. The cursor must outlive it.
class RubyValues {
public:
  explicit RubyValues(RubyCursor& cursor) : cursor_{cursor} {}

  // Up to the end of the line, or to what begins a block. Those with => or a label become one hash, the last.
  void arguments(std::vector<RubyValue>& arguments);

  // The cursor stands at the parenthesis; goes behind the one that closes.
  void arguments_in_parentheses(std::vector<RubyValue>& arguments, std::size_t depth);

private:
  // Each reads what it is named after.
  void argument(std::vector<RubyValue>& arguments, RubyValue& options, std::size_t depth);
  RubyValue value(std::size_t depth);
  RubyValue word(std::size_t depth);
  RubyValue joined_text();
  RubyValue list(std::size_t depth);
  RubyValue hash(std::size_t depth);
  void member(RubyValue& hash, std::size_t depth);
  std::string key(const RubyValue& value);
  void member_value(RubyValue& hash, std::string name, std::size_t depth);

  [[nodiscard]] const RubyToken& next(std::size_t ahead = 0) const { return cursor_.next(ahead); }

  [[nodiscard]] bool refused() const { return cursor_.report().refused(); }

  void refuse(const RubyPlace& place, const std::string& why) { cursor_.report().refuse(place, why); }

  RubyCursor& cursor_;
};

}  // namespace muster::ddl
