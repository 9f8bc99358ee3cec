// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/alert_book.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/utc_text.hpp"

namespace muster::collector {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_annotation = 1024;

// The words that Prometheus users know.
std::string_view severity_word(CheckState state)
{
  switch (state) {
  case CheckState::critical:
    return "critical";
  case CheckState::warning:
    return "warning";
  default:
    return "unknown";
  }
}

std::string annotation(const std::string& text)
{
  return truncate_utf8(printable(text, false), longest_annotation, "…");
}

json::object object_of(const AlertBook::Change& change, const std::string& collector, Time now)
{
  const auto& alert = change.alert;
  json::object labels;
  labels["alertname"] = alert.name.check.empty() ? "node" : printable(alert.name.check, false);
  labels["instance"] = printable(alert.name.node, false);
  labels["severity"] = severity_word(alert.name.state);
  labels["collector"] = collector;
  json::object annotations;
  annotations["summary"] = annotation(alert.summary);
  if (!alert.care.empty()) {
    annotations["care"] = annotation(alert.care);
  }
  json::object object;
  object["labels"] = std::move(labels);
  object["annotations"] = std::move(annotations);
  object["startsAt"] = protocol::utc_text(std::min(alert.since, now));
  object["endsAt"] = protocol::utc_text(change.over ? now : now + AlertBook::ends_after);
  return object;
}

}  // namespace

bool AlertBook::is_due(const ActiveAlert& alert, Time now) const
{
  const auto told = told_.find(alert.name);
  if (told == told_.end() || now < told->second.at) {  // the clock was set back
    return true;
  }
  const auto& known = told->second.alert;
  return now - told->second.at >= renew_every || known.summary != alert.summary || known.care != alert.care;
}

std::vector<AlertBook::Change> AlertBook::changes(
    const std::map<AlertName, ActiveAlert>& active, Time now) const
{
  std::vector<Change> changes;
  for (const auto& [name, told] : told_) {
    if (changes.size() < most_at_once && !active.contains(name)) {
      changes.push_back({told.alert, true});
    }
  }
  for (const auto& [name, alert] : active) {
    if (changes.size() < most_at_once && is_due(alert, now)) {
      changes.push_back({alert, false});
    }
  }
  return changes;
}

void AlertBook::told(const std::vector<Change>& changes, Time now)
{
  for (const auto& change : changes) {
    if (change.over) {
      told_.erase(change.alert.name);
    } else {
      told_.insert_or_assign(change.alert.name, Told{change.alert, now});
    }
  }
}

std::string alerts_json(const std::vector<AlertBook::Change>& changes, const std::string& collector, Time now)
{
  json::array array;
  array.reserve(changes.size());
  for (const auto& change : changes) {
    array.push_back(object_of(change, collector, now));
  }
  return json::serialize(array);
}

}  // namespace muster::collector
