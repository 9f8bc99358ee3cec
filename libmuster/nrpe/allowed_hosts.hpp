// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::nrpe {

// An IP address. An IPv4 address that came through an IPv6 socket (::ffff:10.0.0.1) is the IPv4 address.
struct Address {
  bool is_v4 = true;
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the first four

  friend bool operator==(const Address&, const Address&) = default;
};

// "10.0.0.1" or "2001:db8::1". Fails with `invalid_input`.
Expected<Address> parse_address(std::string_view text);

// Who may talk to a listener: allowed_hosts of nrpe.cfg, in the grammar of nrpe 4.1.0 (src/acl.c). Items
// stand between commas; of each counts the first word:
//   10.0.0.1         10.0.0.0/8, where no bit of the address is behind the mask
//   2001:db8::1      2001:db8::/32, where such bits do not count
//   mon1.example.net of letters, digits, dots and dashes
// As in nrpe, 0.0.0.0/0 is no item: there it lets nobody in. Pure but for the names, which somebody else
// looks up.
class AllowedHosts {
public:
  static constexpr std::size_t most_items = 1024;  // each is compared with every client

  // What is no item lets nobody in, and stands in `unreadable`.
  static AllowedHosts parse(std::string_view list);

  // By an address or a network. What is behind a name, who has looked it up knows.
  [[nodiscard]] bool allows(const Address& address) const;

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  [[nodiscard]] const std::vector<std::string>& unreadable() const { return unreadable_; }

  // Nobody is let in.
  [[nodiscard]] bool empty() const { return networks_.empty() && names_.empty(); }

private:
  struct Network {
    Address address;
    Address mask;
  };

  void add(std::string_view item);
  bool add_network(std::string_view item);

  std::vector<Network> networks_;
  std::vector<std::string> names_;
  std::vector<std::string> unreadable_;
};

}  // namespace muster::nrpe
