// SPDX-License-Identifier: Apache-2.0
#include "collector/board/told_care.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::size_t longest_id = 512;  // the names of a node and of a check
constexpr std::size_t longest_name = 256;

}  // namespace

json::object to_json(const ToldCare& told)
{
  json::object object{{"kind", told.key.kind}, {"id", told.key.id}, {"by", told.act.by}};
  object["time"] = protocol::to_json(told.act.time);
  if (!told.act.removed) {
    object["now"] = json::parse(told.text);  // our own: it was just written
  }
  return object;
}

Expected<ToldCare> told_care_from_json(const json::object& object)
{
  protocol::JsonReader reader{object, "changes"};
  ToldCare told;
  told.key.kind = reader.string("kind", longest_name);
  told.key.id = reader.string("id", longest_id);
  told.act.by = reader.string("by", longest_name);
  told.act.time = reader.time("time");
  told.act.removed = !reader.has("now");
  told.text = told.act.removed ? std::string{} : json::serialize(reader.object("now"));
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  return told;
}

std::string spoken(const CareKey& key)
{
  const auto blank = key.id.find(' ');
  if (key.kind != acknowledgement_kind) {
    return key.kind + " " + key.id;
  }
  const auto node = key.id.substr(0, blank);
  const auto check = blank == std::string::npos ? std::string{} : key.id.substr(blank + 1);
  return check.empty() ? node : check + " of " + node;
}

}  // namespace muster::collector
