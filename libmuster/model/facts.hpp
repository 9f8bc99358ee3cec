// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace muster {

// Orders names without regard to ASCII case: "Kernel" and "kernel" are one fact.
struct NameLess {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the name that std::map looks for
  bool operator()(std::string_view left, std::string_view right) const noexcept;
};

bool same_ignoring_case(std::string_view left, std::string_view right) noexcept;
std::string lower_case(std::string_view text);

// One fact's value, structured as Facter's are. "Not set" is an absent fact, never a value.
struct FactValue {
  using Array = std::vector<FactValue>;
  using Map = std::map<std::string, FactValue, NameLess>;

  std::variant<std::string, bool, std::int64_t, double, Array, Map> value;

  bool operator==(const FactValue& other) const { return value == other.value; }
};

// A string, number or boolean as an operator would type it ("true", "42", "2.5"); empty for arrays and maps.
std::string scalar_text(const FactValue& value);
bool is_scalar(const FactValue& value) noexcept;

// What a node knows about itself. A plain value: whoever gathers it hands out copies.
class Facts {
public:
  // A dotted path that goes deeper finds nothing.
  static constexpr std::size_t max_depth = 16;

  // Finds "kernel", "os.family", "roles.0" (arrays count from 0), ignoring case; a fact whose own name has
  // dots is found under that name first. Null when there is none; the pointer lives until the next change.
  [[nodiscard]] const FactValue* find(std::string_view path) const;

  // A later value replaces an earlier one of the same name, as a whole.
  void set(std::string name, FactValue value);
  void merge(const Facts& later);

  // The facts at these paths, each whole, under the path as its name: what a node announces.
  [[nodiscard]] Facts selected(const std::vector<std::string>& paths) const;

  [[nodiscard]] const FactValue::Map& all() const noexcept { return facts_; }

  [[nodiscard]] bool empty() const noexcept { return facts_.empty(); }

  [[nodiscard]] std::size_t size() const noexcept { return facts_.size(); }

  bool operator==(const Facts& other) const { return facts_ == other.facts_; }

private:
  FactValue::Map facts_;
};

}  // namespace muster
