// SPDX-License-Identifier: Apache-2.0
#include "libmuster/nrpe/allowed_hosts.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>

namespace muster::nrpe {

namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";
constexpr std::size_t longest_name = 253;  // of DNS; nrpe ends at 63
constexpr std::size_t longest_address = INET6_ADDRSTRLEN;
constexpr std::size_t v4_bytes = 4;
constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string_view first_word(std::string_view text)
{
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_first_of(blanks));
}

std::size_t size_of(const Address& address)
{
  return address.is_v4 ? v4_bytes : address.bytes.size();
}

Address mask_of(std::size_t bits, bool is_v4)
{
  Address mask;
  mask.is_v4 = is_v4;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    mask.bytes[bit / 8] = static_cast<std::uint8_t>(mask.bytes[bit / 8] | (0x80U >> (bit % 8)));
  }
  return mask;
}

Address masked(Address address, const Address& mask)
{
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    address.bytes[i] &= mask.bytes[i];
  }
  return address;
}

std::optional<std::size_t> number_of_bits(std::string_view text, std::size_t most)
{
  std::size_t bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && bits <= most ? std::optional{bits} : std::nullopt;
}

bool is_letter_or_digit(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Something like 10.0.1 is a mistyped address, although the C library would make one of it.
bool is_host_name(std::string_view text)
{
  if (text.empty() || text.size() > longest_name || !is_letter_or_digit(text.front()) ||
      !is_letter_or_digit(text.back()) || text.find_first_not_of("0123456789.") == std::string_view::npos) {
    return false;
  }
  return text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '-';
         });
}

}  // namespace

Expected<Address> parse_address(std::string_view text)
{
  const std::string terminated{text.substr(0, longest_address)};
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return Address{true, bytes};
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) {
    return failure(ErrorCode::invalid_input, "expected an IP address");
  }
  if (std::equal(v4_mapped.begin(), v4_mapped.end(), bytes.begin())) {
    Address address;
    std::copy_n(bytes.begin() + v4_mapped.size(), v4_bytes, address.bytes.begin());
    return address;
  }
  return Address{false, bytes};
}

AllowedHosts AllowedHosts::parse(std::string_view list)
{
  AllowedHosts hosts;
  for (std::size_t items = 0; !list.empty() && items < most_items; ++items) {
    const auto comma = std::min(list.find(','), list.size());
    hosts.add(first_word(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  if (!list.empty()) {
    hosts.unreadable_.push_back("what follows item " + std::to_string(most_items));
  }
  return hosts;
}

void AllowedHosts::add(std::string_view item)
{
  if (item.empty() || add_network(item)) {
    return;
  }
  (is_host_name(item) ? names_ : unreadable_).emplace_back(item);
}

bool AllowedHosts::add_network(std::string_view item)
{
  const auto slash = std::min(item.find('/'), item.size());
  const auto address = parse_address(item.substr(0, slash));
  if (!address) {
    return false;
  }
  const auto all = size_of(*address) * 8;
  const auto behind = item.substr(std::min(slash + 1, item.size()));
  const auto bits = behind.empty() ? std::optional{all} : number_of_bits(behind, all);
  const bool slash_alone = slash + 1 == item.size() && address->is_v4;
  if (!bits || slash_alone || (address->is_v4 && *bits == 0)) {
    return false;
  }
  const auto mask = mask_of(*bits, address->is_v4);
  const auto network = masked(*address, mask);
  if (address->is_v4 && network != *address) {
    return false;
  }
  networks_.push_back({network, mask});
  return true;
}

bool AllowedHosts::allows(const Address& address) const
{
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return network.address.is_v4 == address.is_v4 && masked(address, network.mask) == network.address;
  });
}

}  // namespace muster::nrpe
