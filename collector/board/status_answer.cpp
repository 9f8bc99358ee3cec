// SPDX-License-Identifier: Apache-2.0
#include "collector/board/status_answer.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>
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
// Beside the other lists: nodes may have long names, and comments.
constexpr std::size_t most_node_bytes = std::size_t{24} << 10U;
// What a token stands for: who follows needs no more of a list that begins with the worst.
const std::size_t most_followed = ServiceQuery{}.most;

// Those that need somebody first: nobody is to miss one of them because the others are many.
std::vector<ShownNode> not_up(std::vector<ShownNode> nodes)
{
  std::erase_if(nodes, [](const ShownNode& node) { return !node.is_absent(); });
  std::stable_partition(
      nodes.begin(), nodes.end(), [](const ShownNode& node) { return node.needs_somebody(); });
  return nodes;
}

json::array as_many_nodes_as_fit(const std::vector<ShownNode>& nodes)
{
  json::array array;
  std::size_t bytes = 0;
  for (const auto& node : nodes) {
    auto object = to_json(node);
    bytes += json::serialize(object).size();
    if (array.size() == most_gone_nodes || bytes > most_node_bytes) {
      break;
    }
    array.push_back(std::move(object));
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

// What was asked for, in numbers, and of its nodes those that are not up.
struct Asked {
  FleetCounts counts;
  std::vector<ShownNode> not_up;
};

void count(FleetCounts& counts, const std::vector<ShownService>& services)
{
  for (const auto& service : services) {
    const auto state = static_cast<std::size_t>(service.state);
    ++counts.services.at(state);
    if (service.needs_somebody()) {
      ++counts.need_somebody.at(state);
    }
  }
}

// Who asks for a part must not be told of, or alarmed by, the rest; of a check, not by nodes that never had
// it.
Expected<Asked> what_was_asked_for(const Board& board, ServiceQuery query, std::vector<ShownNode> nodes)
{
  if (is_about_all(query)) {
    return Asked{board.counts(), not_up(std::move(nodes))};
  }
  std::erase_if(nodes, [&](const ShownNode& node) { return !query.node.empty() && query.node != node.name; });
  query.all = true;
  query.most = std::numeric_limits<std::size_t>::max();
  const auto services = board.services(query);
  if (!services) {
    return tl::unexpected{services.error()};
  }
  Asked asked;
  std::set<std::string_view> have_it;
  for (const auto& service : services->services) {
    have_it.insert(service.node);
  }
  count(asked.counts, services->services);
  for (const auto& node : nodes) {
    count(asked.counts, node);
  }
  std::erase_if(
      nodes, [&](const ShownNode& node) { return !query.check.empty() && !have_it.contains(node.name); });
  asked.not_up = not_up(std::move(nodes));
  asked.counts.nodes_need_somebody = static_cast<std::uint64_t>(std::count_if(
      asked.not_up.begin(), asked.not_up.end(), [](const ShownNode& node) { return node.needs_somebody(); }));
  return asked;
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
  token.add(told.at("nodes_left_out"));
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
  auto nodes = board.nodes(query->filter);
  if (!services || !nodes) {
    return tl::unexpected{services ? nodes.error() : services.error()};
  }
  const auto asked = what_was_asked_for(board, *query, std::move(*nodes));
  if (!asked) {
    return tl::unexpected{asked.error()};
  }
  const auto health = board.health();
  json::object told{{"counts", to_json(asked->counts)}, {"nodes", as_many_nodes_as_fit(asked->not_up)}};
  told["nodes_left_out"] = asked->not_up.size() - told.at("nodes").as_array().size();
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
