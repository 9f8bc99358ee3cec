// SPDX-License-Identifier: Apache-2.0
#include "checkagent/run_as.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace muster::checkagent {
namespace {

constexpr std::size_t lookup_buffer_bytes = std::size_t{64} * 1024;  // a group with thousands of members
constexpr int max_groups = 65'536;                                   // NGROUPS_MAX of Linux

struct Account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::string home{"/"};
  std::string shell{"/bin/sh"};
};

std::optional<unsigned> as_number(const std::string& text)
{
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc{} && result.ptr == end ? std::optional{number} : std::nullopt;
}

Account account_of(const passwd& entry)
{
  return {entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell};
}

std::optional<Account> account_by_name(const std::string& name)
{
  std::vector<char> buffer(lookup_buffer_bytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional{account_of(entry)};
}

std::optional<Account> account_by_id(uid_t user)
{
  std::vector<char> buffer(lookup_buffer_bytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional{account_of(entry)};
}

std::optional<gid_t> group_by_name(const std::string& name)
{
  std::vector<char> buffer(lookup_buffer_bytes);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::nullopt : std::optional{entry.gr_gid};
}

// A user number without a name is a user all the same, with the group of that number as nothing else is
// known.
Expected<Account> find_account(const std::string& nrpe_user)
{
  if (nrpe_user.empty()) {
    return account_by_id(::geteuid()).value_or(Account{"", ::geteuid(), ::getegid()});
  }
  if (const auto number = as_number(nrpe_user)) {
    return account_by_id(*number).value_or(Account{nrpe_user, *number, *number});
  }
  if (auto account = account_by_name(nrpe_user)) {
    return *std::move(account);
  }
  return failure(
      ErrorCode::not_found,
      "nrpe_user \"" + nrpe_user + "\" is unknown on this machine, expected a user's name or number");
}

Expected<gid_t> find_group(const std::string& nrpe_group)
{
  if (const auto number = as_number(nrpe_group)) {
    return *number;
  }
  if (const auto group = group_by_name(nrpe_group)) {
    return *group;
  }
  return failure(
      ErrorCode::not_found,
      "nrpe_group \"" + nrpe_group + "\" is unknown on this machine, expected a group's name or number");
}

bool may_change(int capability)
{
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) {
    return ::geteuid() == 0;
  }
  return ((sets.front().effective >> static_cast<unsigned>(capability)) & 1U) != 0;
}

std::vector<gid_t> own_groups()
{
  std::vector<gid_t> groups(max_groups);
  const int count = ::getgroups(max_groups, groups.data());
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  return groups;
}

std::vector<gid_t> groups_of(const Account& account, gid_t group)
{
  std::vector<gid_t> groups(max_groups);
  int count = max_groups;
  if (::getgrouplist(account.name.c_str(), group, groups.data(), &count) < 0) {
    return {group};
  }
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  return groups;
}

Expected<void> check_rights(const NrpeSettings& settings, uid_t user, gid_t group)
{
  if (user != ::geteuid() && !may_change(CAP_SETUID)) {
    return failure(
        ErrorCode::denied,
        "nrpe_user=" + settings.nrpe_user +
            " needs the right to change users: start checkagent as root or as that user");
  }
  if ((group != ::getegid() || user != ::geteuid()) && !may_change(CAP_SETGID)) {
    return failure(
        ErrorCode::denied,
        "nrpe_group=" + settings.nrpe_group +
            " needs the right to change groups: start checkagent as root or with that group");
  }
  return {};
}

}  // namespace

Expected<PluginAccount> resolve_plugin_account(const NrpeSettings& settings)
{
  const auto account = find_account(settings.nrpe_user);
  if (!account) {
    return tl::make_unexpected(account.error());
  }
  auto group = settings.nrpe_user.empty() ? ::getegid() : account->group;
  if (!settings.nrpe_group.empty()) {
    const auto named = find_group(settings.nrpe_group);
    if (!named) {
      return tl::make_unexpected(named.error());
    }
    group = *named;
  }
  PluginAccount result{std::nullopt, account->name, account->home, account->shell};
  if (account->user == ::geteuid() &&
      (group == ::getegid() || (settings.nrpe_group.empty() && account->user != 0))) {
    return result;
  }
  if (const auto allowed = check_rights(settings, account->user, group); !allowed) {
    return tl::make_unexpected(allowed.error());
  }
  const bool keep_groups = settings.nrpe_user.empty();
  result.run_as = RunAs{account->user, group, keep_groups ? own_groups() : groups_of(*account, group)};
  return result;
}

Expected<PluginAccount> account_of_plugins(const CommandTable& table, uid_t own)
{
  if (own == 0 && table.settings.nrpe_user.empty() && !table.faults.empty()) {
    return failure(
        ErrorCode::denied,
        "no nrpe_user was found, a fault may hide it, and plugins would run as root: correct " +
            to_string(table.faults.front()));
  }
  return resolve_plugin_account(table.settings);
}

}  // namespace muster::checkagent
