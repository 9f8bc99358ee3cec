// SPDX-License-Identifier: Apache-2.0
#include "checkagent/os_facts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "checkagent/machine_files.hpp"

namespace muster::checkagent {

namespace {

// A distribution by its ID in os-release, as Facter calls it and its family.
struct Distribution {
  std::string_view id;
  std::string_view name;
  std::string_view family;
};

constexpr std::array<Distribution, 19> distributions{{
    {"debian", "Debian", "Debian"},        {"ubuntu", "Ubuntu", "Debian"},
    {"raspbian", "Raspbian", "Debian"},    {"linuxmint", "LinuxMint", "Debian"},
    {"devuan", "Devuan", "Debian"},        {"kali", "Kali", "Debian"},
    {"rhel", "RedHat", "RedHat"},          {"centos", "CentOS", "RedHat"},
    {"fedora", "Fedora", "RedHat"},        {"rocky", "Rocky", "RedHat"},
    {"almalinux", "AlmaLinux", "RedHat"},  {"ol", "OracleLinux", "RedHat"},
    {"amzn", "Amazon", "RedHat"},          {"sles", "SLES", "Suse"},
    {"opensuse-leap", "openSUSE", "Suse"}, {"suse", "SLES", "Suse"},
    {"arch", "Archlinux", "Archlinux"},    {"gentoo", "Gentoo", "Gentoo"},
    {"alpine", "Alpine", "Linux"},
}};

using Pairs = std::map<std::string, std::string>;

std::string value_of(const Pairs& pairs, const std::string& name)
{
  const auto found = pairs.find(name);
  return found == pairs.end() ? std::string{} : found->second;
}

const Distribution* distribution_of(std::string_view id)
{
  const auto* found = std::find_if(
      distributions.begin(), distributions.end(), [id](const auto& entry) { return entry.id == id; });
  return found == distributions.end() ? nullptr : found;
}

// The name and family; an unknown distribution has its own name and the family of the first it says it is
// like.
std::pair<std::string, std::string> name_and_family(const Pairs& release)
{
  const auto id = value_of(release, "ID");
  if (const auto* known = distribution_of(id)) {
    return {std::string{known->name}, std::string{known->family}};
  }
  std::istringstream likes{value_of(release, "ID_LIKE")};
  for (std::string like; likes >> like;) {
    if (const auto* known = distribution_of(like)) {
      return {value_of(release, "NAME"), std::string{known->family}};
    }
  }
  return {value_of(release, "NAME"), id.empty() ? std::string{} : "Linux"};
}

// os-release of Debian says 12 where /etc/debian_version says 12.5, and so does Facter.
std::string full_release(const Machine& machine, const std::string& name, const Pairs& release)
{
  const auto debian = name == "Debian" ? line_of(machine, "etc/debian_version") : std::string{};
  return debian.empty() ? value_of(release, "VERSION_ID") : debian;
}

// Ubuntu's 22.04 is a whole release, anybody else's first number is.
FactValue::Map release_parts(const std::string& full, const std::string& name)
{
  const auto dot = name == "Ubuntu" ? std::string::npos : full.find('.');
  FactValue::Map parts;
  set_text(parts, "full", full);
  set_text(parts, "major", full.substr(0, dot));
  if (dot != std::string::npos) {
    set_text(parts, "minor", full.substr(dot + 1));
  }
  return parts;
}

// Debian names machine types in its own way, and Facter follows.
std::string architecture_of(const std::string& hardware, const std::string& family)
{
  if (family != "Debian") {
    return hardware;
  }
  if (hardware == "x86_64") {
    return "amd64";
  }
  return hardware == "i686" ? "i386" : hardware;
}

FactValue::Map distro_parts(const Pairs& release, const std::string& name, const FactValue::Map& version)
{
  FactValue::Map distro;
  set_text(distro, "id", name);
  set_text(distro, "codename", value_of(release, "VERSION_CODENAME"));
  set_text(distro, "description", value_of(release, "PRETTY_NAME"));
  if (!version.empty()) {
    distro.insert_or_assign("release", FactValue{version});
  }
  return distro;
}

}  // namespace

void add_os_facts(const Machine& machine, Facts& facts)
{
  auto text = file_of(machine, "etc/os-release");
  if (text.empty()) {
    text = file_of(machine, "usr/lib/os-release");
  }
  const auto release = pairs_in(text, '=');
  const auto [name, family] = name_and_family(release);
  const auto full = full_release(machine, name, release);
  const auto version = release_parts(full, name);
  const auto architecture = architecture_of(machine.hardware, family);

  FactValue::Map os;
  set_text(os, "name", name);
  set_text(os, "family", family);
  set_text(os, "architecture", architecture);
  set_text(os, "hardware", machine.hardware);
  if (!version.empty()) {
    os.insert_or_assign("release", FactValue{version});
  }
  os.insert_or_assign("distro", FactValue{distro_parts(release, name, version)});
  facts.set("os", {std::move(os)});

  set_text(facts, "operatingsystem", name);
  set_text(facts, "osfamily", family);
  set_text(facts, "operatingsystemrelease", full);
  if (const auto major = version.find("major"); major != version.end()) {
    facts.set("operatingsystemmajrelease", major->second);
  }
  set_text(facts, "architecture", architecture);
  set_text(facts, "hardwaremodel", machine.hardware);
  set_text(facts, "lsbdistid", name);
  set_text(facts, "lsbdistcodename", value_of(release, "VERSION_CODENAME"));
  set_text(facts, "lsbdistdescription", value_of(release, "PRETTY_NAME"));
  set_text(facts, "lsbdistrelease", full);
}

}  // namespace muster::checkagent
