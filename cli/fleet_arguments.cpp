// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_arguments.hpp"

#include <algorithm>
#include <cmath>
#include <unistd.h>

#include "cli/node_list_json.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t largest_node_list = std::size_t{16} << 20U;  // 50,000 names of the longest kind
constexpr double longest_timeout_s = 24.0 * 3600.0;

Expected<std::string> read_node_list(const FleetArguments& arguments)
{
  return arguments.nodes_file == "-" ? read_nodes(STDIN_FILENO, largest_node_list, arguments.stdin_patience)
                                     : runtime::read_text_file(arguments.nodes_file, largest_node_list);
}

std::string_view trimmed(std::string_view line)
{
  line = line.substr(0, line.find('#'));
  const auto start = line.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) {
    return {};
  }
  return line.substr(start, line.find_last_not_of(" \t\r") - start + 1);
}

}  // namespace

Expected<std::vector<std::string>> parse_node_list(std::string_view text)
{
  if (is_json(text)) {
    return nodes_in_json(text);
  }
  std::vector<std::string> names;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) {
      continue;
    }
    const auto name = lower_case(line);  // as -I takes it
    if (!is_node_name(name)) {
      return failure(
          ErrorCode::invalid_input,
          "line " + std::to_string(number) + ": " + client::in_quotes(line) + " is not a node name");
    }
    names.push_back(name);
  }
  if (names.empty()) {
    return failure(ErrorCode::invalid_input, "no node name in it");
  }
  return names;
}

Expected<Addressed> address(const FleetArguments& arguments, const client::ClientSettings& settings)
{
  fleet::Question question;
  question.collective = settings.collective;
  question.wait = settings.wait;
  if (arguments.timeout_s) {
    if (!(*arguments.timeout_s > 0.0 && *arguments.timeout_s <= longest_timeout_s)) {
      return failure(ErrorCode::invalid_input, "-t: expected seconds, more than 0 and at most a day");
    }
    question.wait = std::chrono::milliseconds{std::llround(std::ceil(*arguments.timeout_s * 1000.0))};
  }
  if (arguments.ttl_s) {
    if (!(*arguments.ttl_s >= 1.0 && *arguments.ttl_s <= longest_timeout_s)) {
      return failure(ErrorCode::invalid_input, "--ttl: expected seconds, from 1 to a day");
    }
    question.ttl = std::chrono::milliseconds{std::llround(*arguments.ttl_s * 1000.0)};
  }
  if (!arguments.nodes_file.empty()) {
    const auto text = read_node_list(arguments);
    if (!text) {
      return tl::unexpected{text.error().with_context("--nodes")};
    }
    auto names = parse_node_list(*text);
    if (!names) {
      return tl::unexpected{names.error().with_context("--nodes " + arguments.nodes_file)};
    }
    question.nodes = std::move(*names);
  }
  return client::addressed_to(arguments, std::move(question));
}

}  // namespace muster::cli
