// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/period_settings.hpp"

#include "libmuster/runtime/text_file.hpp"

namespace muster::collector {

namespace {

using runtime::YamlNode;

constexpr std::size_t most_periods = 100;
constexpr std::string_view zone_folder = "/usr/share/zoneinfo/";

Expected<TimeZone> zone_named(const std::string& name)
{
  const auto file = std::string{zone_folder} + name;
  const auto bytes = runtime::read_text_file(file, TimeZone::largest_file);
  if (!bytes) {
    return failure(ErrorCode::not_found, "no time zone " + name + ": is the package tzdata installed?");
  }
  auto zone = TimeZone::parse(*bytes);
  return zone ? std::move(zone) : tl::unexpected{zone.error().with_context(file)};
}

}  // namespace

Periods read_periods(runtime::SettingsReader& reader, runtime::Complaints& complaints)
{
  Periods periods;
  const auto* map = reader.find("periods");
  if (map == nullptr || map->kind == YamlNode::Kind::null) {
    return periods;
  }
  if (map->kind != YamlNode::Kind::map || map->members.size() > most_periods) {
    complaints.add(*map, "expected at most 100 names, each with times: work: \"mon-fri 08:00-18:00\"");
    return periods;
  }
  for (const auto& [name, line, column, value] : map->members) {
    const bool is_text = value.kind == YamlNode::Kind::scalar;
    auto period = is_text
                      ? TimePeriod::parse(value.text, zone_named)
                      : failure(ErrorCode::invalid_input, "expected times such as \"mon-fri 08:00-18:00\"");
    if (period) {
      periods.emplace(name, std::move(*period));
    } else {
      complaints.add(value, period.error().message);
      periods.emplace(name, TimePeriod::always());  // it is there, so nobody else needs to complain
    }
  }
  return periods;
}

TimePeriod read_period(runtime::SettingsReader& reader, std::string_view key, const Periods& periods)
{
  std::string name;
  if (!reader.read_word(key, name)) {
    return TimePeriod::always();
  }
  const auto found = periods.find(name);
  if (found == periods.end()) {
    reader.refuse(key, "expected the name of one of `periods`, there is no " + name);
    return TimePeriod::always();
  }
  return found->second;
}

}  // namespace muster::collector
