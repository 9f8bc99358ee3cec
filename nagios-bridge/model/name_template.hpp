// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace muster::bridge {

// What a template can be filled with.
enum class Placeholder {
  node,    // {node}    web1.example.net
  first,   // {short}   web1: up to the first dot
  domain,  // {domain}  example.net: behind it; empty if there is no dot
  check,   // {check}   check_load
  bare,    // {bare}    load: without `check_` in front
};

struct TemplateFault {
  std::size_t at = 0;  // which character, from 0
  std::string message;
};

// How the monitors call a node or a check:
//
//   template    = { letter | "{{" | "}}" | "{" placeholder "}" }
//   placeholder = "node" | "short" | "domain"            of a host, and
//                 "check" | "bare"                       of a service
//
// where a letter is any but a brace. Whatever it is filled with, filling it cannot fail.
class NameTemplate {
public:
  // `kinds`: the placeholders that have a value where it is used.
  static tl::expected<NameTemplate, TemplateFault> parse(
      std::string_view text, const std::vector<Placeholder>& kinds);

  [[nodiscard]] std::string filled(std::string_view node, std::string_view check) const;

private:
  std::vector<std::variant<std::string, Placeholder>> parts_;
};

// The placeholders of a host's name, and of a service's.
const std::vector<Placeholder>& placeholders_of_hosts();
const std::vector<Placeholder>& placeholders_of_services();

}  // namespace muster::bridge
