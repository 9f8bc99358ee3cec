// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/validators.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

#include "libmuster/model/pattern.hpp"

namespace muster::ddl {

namespace {

bool is_shellsafe(const std::string& text)
{
  return text.find_first_of("`$;|&><") == std::string::npos &&
         std::none_of(text.begin(), text.end(), [](unsigned char letter) { return letter < ' '; });
}

template <int Family>
bool is_address(const std::string& text)
{
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  // inet_pton stops at a NUL, which is no part of an address.
  return text.find('\0') == std::string::npos && ::inet_pton(Family, text.c_str(), bytes.data()) == 1;
}

bool is_any_address(const std::string& text)
{
  return is_address<AF_INET>(text) || is_address<AF_INET6>(text);
}

bool consists_of(const std::string& text, std::string_view punctuation)
{
  return !text.empty() && std::all_of(text.begin(), text.end(), [punctuation](char letter) {
    const bool letter_or_digit = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                                 (letter >= '0' && letter <= '9');
    return letter_or_digit || punctuation.find(letter) != std::string_view::npos;
  });
}

// systemd's units and templates; not an option.
bool is_service_name(const std::string& text)
{
  return consists_of(text, ".-_:@\\") && text.front() != '-';
}

// Debian's and RPM's names, with an architecture behind them.
bool is_package_name(const std::string& text)
{
  return consists_of(text, ".-_+:~") && text.front() != '-';
}

struct Validator {
  std::string_view name;
  bool (*holds)(const std::string&);
  std::string_view expected;
};

constexpr std::array<Validator, 6> validators{{
    {"shellsafe", is_shellsafe, "text without ` $ ; | & > < and control characters"},
    {"ipv4address", is_address<AF_INET>, "an IPv4 address"},
    {"ipv6address", is_address<AF_INET6>, "an IPv6 address"},
    {"ipaddress", is_any_address, "an IP address"},
    {"service_name", is_service_name, "the name of a service: letters, digits, . - _ : @"},
    {"package_name", is_package_name, "the name of a package: letters, digits, . - _ + : ~"},
}};

const Validator* find(std::string_view name)
{
  const auto* found = std::find_if(
      validators.begin(), validators.end(), [name](const Validator& one) { return one.name == name; });
  return found == validators.end() ? nullptr : found;
}

// For a validator that is not here: what a shell would obey does not pass.
constexpr std::string_view substitute = "shellsafe";

}  // namespace

std::vector<std::pair<std::string_view, std::string_view>> validator_rules()
{
  std::vector<std::pair<std::string_view, std::string_view>> rules;
  rules.reserve(validators.size());
  for (const auto& one : validators) {
    rules.emplace_back(one.name, one.expected);
  }
  return rules;
}

bool is_validator(std::string_view validation)
{
  return find(validation) != nullptr;
}

bool is_foreign_validator(std::string_view validation)
{
  const auto small = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  const auto allowed = [&small](char letter) {
    return small(letter) || letter == '_' || (letter >= '0' && letter <= '9');
  };
  return !validation.empty() && small(validation.front()) && find(validation) == nullptr &&
         std::all_of(validation.begin(), validation.end(), allowed);
}

Expected<void> check_validation(const std::string& validation)
{
  if (validation.empty() || find(validation) != nullptr || is_foreign_validator(validation)) {
    return {};
  }
  if (const auto pattern = Pattern::compile(validation); !pattern) {
    return tl::unexpected{pattern.error()};
  }
  return {};
}

Expected<void> validate(const std::string& validation, const std::string& text)
{
  if (validation.empty()) {
    return {};
  }
  if (const auto* validator = find(is_foreign_validator(validation) ? substitute : validation)) {
    if (validator->holds(text)) {
      return {};
    }
    return failure(ErrorCode::invalid_input, "expected " + std::string{validator->expected});
  }
  const auto pattern = Pattern::compile(validation);
  if (!pattern) {
    return tl::unexpected{pattern.error()};
  }
  if (!pattern->found_in(text)) {
    return failure(ErrorCode::invalid_input, "expected something that matches " + validation);
  }
  return {};
}

}  // namespace muster::ddl
