// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/schedule_settings.hpp"

#include <algorithm>
#include <memory>

#include "collector/filter_settings.hpp"
#include "collector/schedule/scheduled_request.hpp"
#include "libmuster/model/node_name.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using runtime::Complaints;
using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t most_checks = 256;
constexpr std::size_t most_arguments = 16;  // $ARG1$ to $ARG16$
constexpr runtime::Range<std::chrono::milliseconds> intervals{1s, 24h};

void read_name(SettingsReader& reader, ScheduleEntry& entry)
{
  if (!reader.read_word("name", entry.name)) {
    reader.refuse("name", "expected a name, for `mco schedule run NAME`");
  } else if (!is_collective_name(entry.name)) {
    reader.refuse("name", "expected at most 64 letters, digits, '.', '_' or '-'");
  }
}

// Exactly one of check, checks and all.
void read_checks(SettingsReader& reader, ScheduleEntry& entry)
{
  std::string check;
  bool all = false;
  const bool one = reader.read_word("check", check);
  const bool list = reader.read_words("checks", most_checks, entry.checks);
  const bool every = reader.read_flag("all", all) && all;
  if (int{one} + int{list} + int{every} != 1) {
    reader.refuse("check", "expected one of `check: NAME`, `checks: [NAME, …]` and `all: true`");
  }
  if (one) {
    entry.checks = {check};
  }
}

void read_arguments(SettingsReader& reader, ScheduleEntry& entry)
{
  reader.read_words("arguments", most_arguments, entry.arguments);
  reader.read_word("as", entry.as);
  if (!entry.arguments.empty() && entry.checks.size() != 1) {
    reader.refuse("arguments", "expected them with a single `check` only");
  }
  const auto is_cut = [](const std::string& argument) { return argument.find('!') != std::string::npos; };
  if (std::any_of(entry.arguments.begin(), entry.arguments.end(), is_cut)) {
    reader.refuse("arguments", "expected none with '!', which stands between two of them on the wire");
  }
  const bool is_check = entry.checks.size() == 1 && entry.checks.front() == entry.as;
  if (!entry.as.empty() && (!is_collective_name(entry.as) || is_check)) {
    reader.refuse(
        "as", "expected at most 64 letters, digits, '.', '_' or '-', and not the name of the check");
  }
  if (entry.arguments.empty() != entry.as.empty()) {
    reader.refuse("as", "expected a name of its own for a run with arguments, and for no other");
  }
}

void read_times(SettingsReader& reader, ScheduleEntry& entry)
{
  if (!reader.read_duration("every", intervals, entry.every)) {
    reader.refuse("every", "expected how often, from 1s to 24h");
    return;
  }
  entry.timeout = std::min<std::chrono::milliseconds>(10s, entry.every / 2);
  reader.read_duration("timeout", intervals, entry.timeout);
  entry.splay = std::min(entry.every / 2, entry.every - entry.timeout);
  reader.read_duration("splay", {0ms, 24h}, entry.splay);
  if (entry.splay + entry.timeout > entry.every) {
    reader.refuse("every", "expected at least splay + timeout, or turns would overlap");
  }
}

void read_state(SettingsReader& reader, ScheduleEntry& entry)
{
  std::uint64_t attempts = 0;
  std::chrono::milliseconds time{};
  if (reader.read_number("max_attempts", {1, 100}, attempts)) {
    entry.max_attempts = static_cast<std::uint32_t>(attempts);
  }
  if (reader.read_duration("retry", intervals, time)) {
    entry.retry = time;
  }
  if (reader.read_duration("freshness", {1s, 24h * 366}, time)) {
    entry.freshness = time;
  }
}

void read_when(SettingsReader& reader, const Periods& periods, ScheduleEntry& entry)
{
  if (reader.read_word("period", entry.period)) {
    entry.during = std::make_shared<const TimePeriod>(read_period(reader, "period", periods));
  }
}

ScheduleEntry read_entry(SettingsReader& reader, const Periods& periods)
{
  ScheduleEntry entry;
  read_name(reader, entry);
  read_checks(reader, entry);
  read_arguments(reader, entry);
  read_node_filter(reader, DecidedBy::node, entry.filter);
  if (reader.read_word("collective", entry.collective) && !is_collective_name(entry.collective)) {
    reader.refuse("collective", "expected the name of a collective");
  }
  read_times(reader, entry);
  read_when(reader, periods, entry);
  read_state(reader, entry);
  if (!fits_a_request(entry)) {
    reader.refuse("checks", "expected fewer: they do not fit into one request");
  }
  reader.refuse_unknown_keys();
  return entry;
}

}  // namespace

std::vector<ScheduleEntry> read_schedules(
    SettingsReader& reader, Complaints& complaints, const Periods& periods)
{
  std::vector<ScheduleEntry> entries;
  const auto* list = reader.find("schedules");
  if (list == nullptr || list->kind == YamlNode::Kind::null) {
    return entries;
  }
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > most_schedules) {
    complaints.add(*list, "expected a list of at most " + std::to_string(most_schedules) + " schedules");
    return entries;
  }
  for (const auto& item : list->items) {
    if (item.kind != YamlNode::Kind::map) {
      complaints.add(item, "expected a schedule: name, check, every, …");
      continue;
    }
    SettingsReader entry{complaints, item};
    entries.push_back(read_entry(entry, periods));
    const auto same = [&](const ScheduleEntry& other) { return other.name == entries.back().name; };
    if (std::count_if(entries.begin(), entries.end(), same) > 1) {
      complaints.add(item, "expected another name: there is a schedule " + entries.back().name + " already");
    }
  }
  return entries;
}

}  // namespace muster::collector
