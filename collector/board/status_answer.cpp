// SPDX-License-Identifier: Apache-2.0
#include "collector/board/status_answer.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include <boost/container_hash/hash.hpp>
#include <fmt/format.h>

#include "collector/board/board_json.hpp"
#include "collector/board/board_query.hpp"
#include "collector/board/lists.hpp"

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_gone_nodes = 200;
// What a token stands for: who follows needs no more of a list that begins with the worst.
const std::size_t most_followed = ServiceQuery{}.most;

json::array not_up(const std::vector<ShownNode>& nodes)
{
  json::array array;
  for (const auto& node : nodes) {
    if (node.status != "up" && node.status != "unseen" && array.size() < most_gone_nodes) {
      array.push_back(to_json(node));
    }
  }
  return array;
}

bool is_about_all(const ServiceQuery& query)
{
  return query.filter.empty() && query.node.empty() && query.check.empty();
}

void count(FleetCounts& counts, const ShownNode& node)
{
  ++(node.status == "up"        ? counts.up
     : node.status == "stopped" ? counts.stopped
     : node.status == "unseen"  ? counts.unseen
                                : counts.gone);
}

// Of what was asked for: who asks for a part must not be told of, or alarmed by, the rest.
Expected<FleetCounts> counts_of(const Board& board, ServiceQuery query, const std::vector<ShownNode>& nodes)
{
  if (is_about_all(query)) {
    return board.counts();
  }
  FleetCounts counts;
  for (const auto& node : nodes) {
    if (query.node.empty() || query.node == node.name) {
      count(counts, node);
    }
  }
  query.all = true;
  query.most = std::numeric_limits<std::size_t>::max();
  const auto services = board.services(query);
  if (!services) {
    return tl::unexpected{services.error()};
  }
  for (const auto& service : services->services) {
    const auto state = static_cast<std::size_t>(service.state);
    ++counts.services.at(state);
    if (service.needs_somebody()) {
      ++counts.need_somebody.at(state);
    }
  }
  return counts;
}

class Token {
public:
  void add(const json::value& value)
  {
    boost::hash_combine(hash_, std::hash<std::string>{}(json::serialize(value)));
  }

  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", hash_); }

private:
  std::size_t hash_ = 0;
};

// Without what every result changes, also one that says the same again.
std::string token_of(const json::object& told, const ShownServices& services, const CollectorHealth& health)
{
  Token token;
  token.add(told.at("counts"));
  token.add(told.at("nodes"));
  token.add(to_json(health).at("problems"));
  token.add(services.left_out + services.services.size());
  for (std::size_t i = 0; i < std::min(most_followed, services.services.size()); ++i) {
    auto object = listed(services.services[i]);
    object.erase("last_result");
    object.erase("run_time");
    token.add(object);
  }
  return token.text();
}

}  // namespace

Expected<json::object> status_answer(const Board& board, const json::object& data)
{
  auto query = services_query(data);
  if (!query) {
    return tl::unexpected{query.error()};
  }
  const auto from = number(data, "from");
  query->most = from + most_followed;
  const auto services = board.services(*query);
  const auto nodes = board.nodes(query->filter);
  if (!services || !nodes) {
    return tl::unexpected{services ? nodes.error() : services.error()};
  }
  const auto counts = counts_of(board, *query, *nodes);
  if (!counts) {
    return tl::unexpected{counts.error()};
  }
  const auto health = board.health();
  json::object told{{"counts", to_json(*counts)}, {"nodes", not_up(*nodes)}};
  auto token = token_of(told, *services, health);
  if (token == text(data, "known")) {
    return json::object{{"token", std::move(token)}, {"unchanged", true}};
  }
  const auto& all = services->services;
  auto list = as_many_as_fit(all, from, listed);
  told["health"] = to_json(health);
  told["left_out"] = services->left_out + all.size() - std::min(from, all.size()) - list.size();
  told["services"] = std::move(list);
  told["token"] = token;
  return told;
}

}  // namespace muster::collector
