// SPDX-License-Identifier: Apache-2.0
#include "checkagent/hardware_facts.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <locale>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "checkagent/machine_files.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t max_models = 64;  // of processors that are listed one by one

// The number that a text starts with.
std::optional<std::uint64_t> leading_number(std::string_view text)
{
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? std::optional{number} : std::nullopt;
}

// "15.54 GiB", as Facter prints sizes.
std::string size_text(std::uint64_t bytes)
{
  constexpr std::array<std::string_view, 5> units{"KiB", "MiB", "GiB", "TiB", "PiB"};
  auto size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.2f} {}", size, units.at(unit));
}

double mebibytes(std::uint64_t bytes)
{
  return std::round(static_cast<double>(bytes) / (1024.0 * 1024.0) * 100) / 100;
}

struct Amounts {
  std::uint64_t total = 0;
  std::uint64_t available = 0;
};

FactValue::Map amounts_map(const Amounts& amounts)
{
  const auto used = amounts.total - amounts.available;
  FactValue::Map map;
  for (const auto& [name, bytes] :
       {std::pair{"total", amounts.total},
        std::pair{"available", amounts.available},
        std::pair{"used", used}}) {
    map.insert_or_assign(name, text_fact(size_text(bytes)));
    map.insert_or_assign(std::string{name} + "_bytes", number_fact(bytes));
  }
  const auto percent = 100 * static_cast<double>(used) / static_cast<double>(amounts.total);
  map.insert_or_assign("capacity", text_fact(fmt::format("{:.2f}%", percent)));
  return map;
}

void add_old_amounts(const Amounts& amounts, const std::string& prefix, Facts& facts)
{
  facts.set(prefix + "size", text_fact(size_text(amounts.total)));
  facts.set(prefix + "size_mb", {mebibytes(amounts.total)});
  facts.set(prefix + "free", text_fact(size_text(amounts.available)));
  facts.set(prefix + "free_mb", {mebibytes(amounts.available)});
}

// Both in bytes; absent when the kernel does not say or there is none.
std::optional<Amounts> amounts_in(
    const std::map<std::string, std::string>& lines, const std::string& total, const std::string& available)
{
  const auto kibibytes = [&lines](const std::string& name) {
    const auto line = lines.find(name);
    return line == lines.end() ? std::nullopt : leading_number(line->second);
  };
  const auto all = kibibytes(total);
  const auto rest = kibibytes(available);
  if (!all || !rest || *all == 0 || *rest > *all) {
    return std::nullopt;
  }
  return Amounts{*all * 1024, *rest * 1024};
}

// What a container leaves behind, then what the firmware says it is, then what the processor says.
std::string virtual_kind(const Machine& machine)
{
  struct Sign {
    std::string_view text;
    std::string_view kind;
  };

  constexpr std::array<Sign, 9> signs{{
      {"VMware", "vmware"},
      {"VirtualBox", "virtualbox"},
      {"KVM", "kvm"},
      {"QEMU", "kvm"},
      {"Google", "gce"},
      {"Amazon EC2", "kvm"},
      {"OpenStack", "openstack"},
      {"Microsoft Corporation Virtual Machine", "hyperv"},
      {"Xen", "xenu"},
  }};
  if (const auto container = line_of(machine, "run/systemd/container"); !container.empty()) {
    return container == "systemd-nspawn" ? "systemd_nspawn" : container;
  }
  std::error_code error;
  if (std::filesystem::exists(machine.root / ".dockerenv", error)) {
    return "docker";
  }
  const auto firmware = line_of(machine, "sys/class/dmi/id/sys_vendor") + " " +
                        line_of(machine, "sys/class/dmi/id/product_name");
  for (const auto& [text, kind] : signs) {
    if (firmware.find(text) != std::string::npos) {
      return std::string{kind};
    }
  }
  const auto processors = file_of(machine, "proc/cpuinfo");
  const auto flags = processors.find("flags");
  const auto line = flags == std::string::npos
                        ? std::string{}
                        : processors.substr(flags, processors.find('\n', flags) - flags);
  return line.find(" hypervisor") == std::string::npos ? "physical" : "kvm";
}

// "0:07 hours", "1 day", "42 days".
std::string uptime_text(std::uint64_t seconds)
{
  const auto days = seconds / 86'400;
  if (days > 0) {
    return fmt::format("{} day{}", days, days == 1 ? "" : "s");
  }
  return fmt::format("{}:{:02} hours", seconds / 3600, seconds / 60 % 60);
}

void add_load_averages(const Machine& machine, Facts& facts)
{
  std::istringstream words{line_of(machine, "proc/loadavg")};
  words.imbue(std::locale::classic());
  FactValue::Map averages;
  for (const auto* name : {"1m", "5m", "15m"}) {
    double load = 0;
    if (words >> load) {
      averages.insert_or_assign(name, FactValue{load});
    }
  }
  if (!averages.empty()) {
    facts.set("load_averages", {std::move(averages)});
  }
}

}  // namespace

void add_processor_facts(const Machine& machine, Facts& facts)
{
  std::istringstream lines{file_of(machine, "proc/cpuinfo")};
  std::uint64_t count = 0;
  FactValue::Array models;
  std::set<std::string> sockets;
  for (std::string line; std::getline(lines, line);) {
    for (const auto& [name, value] : pairs_in(line, ':')) {
      count += name == "processor" ? 1U : 0U;
      if (name == "model name" && models.size() < max_models) {
        models.push_back(text_fact(value));
      }
      if (name == "physical id") {
        sockets.insert(value);
      }
    }
  }
  if (count == 0) {
    return;
  }
  const auto physical = sockets.empty() ? 1 : sockets.size();
  FactValue::Map processors;
  processors.insert_or_assign("count", number_fact(count));
  processors.insert_or_assign("physicalcount", number_fact(physical));
  processors.insert_or_assign("models", FactValue{std::move(models)});
  set_text(processors, "isa", machine.hardware);
  facts.set("processors", {std::move(processors)});
  facts.set("processorcount", number_fact(count));
  facts.set("physicalprocessorcount", number_fact(physical));
}

void add_memory_facts(const Machine& machine, Facts& facts)
{
  const auto lines = pairs_in(file_of(machine, "proc/meminfo"), ':');
  FactValue::Map memory;
  if (const auto system = amounts_in(lines, "MemTotal", "MemAvailable")) {
    memory.insert_or_assign("system", FactValue{amounts_map(*system)});
    add_old_amounts(*system, "memory", facts);
    facts.set("memorytotal", text_fact(size_text(system->total)));
  }
  if (const auto swap = amounts_in(lines, "SwapTotal", "SwapFree")) {
    memory.insert_or_assign("swap", FactValue{amounts_map(*swap)});
    add_old_amounts(*swap, "swap", facts);
  }
  if (!memory.empty()) {
    facts.set("memory", {std::move(memory)});
  }
}

void add_platform_facts(const Machine& machine, Facts& facts)
{
  const auto kind = virtual_kind(machine);
  facts.set("virtual", text_fact(kind));
  facts.set("is_virtual", {kind != "physical"});
  const auto maker = line_of(machine, "sys/class/dmi/id/sys_vendor");
  const auto product = line_of(machine, "sys/class/dmi/id/product_name");
  set_text(facts, "manufacturer", maker);
  set_text(facts, "productname", product);
  FactValue::Map dmi;
  set_text(dmi, "manufacturer", maker);
  if (!product.empty()) {
    dmi.insert_or_assign("product", FactValue{FactValue::Map{{"name", text_fact(product)}}});
  }
  if (!dmi.empty()) {
    facts.set("dmi", {std::move(dmi)});
  }
}

void add_uptime_facts(const Machine& machine, Facts& facts)
{
  add_load_averages(machine, facts);
  const auto seconds = leading_number(line_of(machine, "proc/uptime"));
  if (!seconds) {
    return;
  }
  const auto text = uptime_text(*seconds);
  const auto hours = *seconds / 3600;
  const auto days = *seconds / 86'400;
  facts.set("uptime", text_fact(text));
  facts.set("uptime_seconds", number_fact(*seconds));
  facts.set("uptime_hours", number_fact(hours));
  facts.set("uptime_days", number_fact(days));
  facts.set(
      "system_uptime",
      {FactValue::Map{
          {"seconds", number_fact(*seconds)},
          {"hours", number_fact(hours)},
          {"days", number_fact(days)},
          {"uptime", text_fact(text)}}});
}

}  // namespace muster::checkagent
