// SPDX-License-Identifier: Apache-2.0
#include "collector/web/live_feed.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "collector/web/visible_json.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace json = boost::json;

void LiveFeed::take(const StoredEvent& event)
{
  if (changes_.size() < most_named) {
    changes_.emplace(event.node, event.service);
  } else {
    many_ = true;
  }
}

std::optional<std::string> LiveFeed::news()
{
  if (changes_.empty()) {
    return std::nullopt;
  }
  json::array changes;
  changes.reserve(changes_.size());
  for (const auto& [node, check] : changes_) {
    json::array change;
    change.emplace_back(to_valid_utf8(node));
    change.emplace_back(to_valid_utf8(check));
    changes.push_back(std::move(change));
  }
  json::object data;
  data["changes"] = std::move(changes);
  data["many"] = many_;
  changes_.clear();
  many_ = false;
  return "event: change\ndata: " + visible_json(data) + "\n\n";  // JSON has no line feeds of its own
}

}  // namespace muster::collector::web
