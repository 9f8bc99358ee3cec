// SPDX-License-Identifier: Apache-2.0
// What nodes say, in the languages of the monitors: perfdata for Icinga, names and titles in configurations,
// the fields of NSCA's packets; and what an NRDP server, or whoever stands in its place, answers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/export/export_names.hpp"
#include "nagios-bridge/export/exported_node.hpp"
#include "nagios-bridge/nrdp/nrdp_exchange.hpp"
#include "nagios-bridge/render/icinga_text.hpp"
#include "nagios-bridge/render/nsca_text.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using namespace muster::bridge;
using muster::fuzz::require;

void items_are_one_value_each(std::string_view text)
{
  const auto items = icinga_performance_data(text);
  require(items.size() <= muster::max_perfdata_values);
  for (const auto& item : items) {
    const auto equals = item.rfind('=');
    require(equals != std::string::npos);
    require(item.find_first_of(" \t\r\n|", equals) == std::string::npos);
  }
}

// As icinga2's lexer reads it.
std::string read_by_icinga(std::string_view quoted)
{
  require(quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"');
  std::string text;
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    require(quoted[at] != '"' && quoted[at] != '\n');
    if (quoted[at] != '\\') {
      text += quoted[at];
      continue;
    }
    require(++at + 1 < quoted.size());
    const auto plain = std::string_view{"n\nt\tr\r\"\"\\\\"}.find(quoted[at]);
    require(plain != std::string_view::npos && plain % 2 == 0);
    text += std::string_view{"n\nt\tr\r\"\"\\\\"}[plain + 1];
  }
  return text;
}

void texts_end_where_they_end(const std::string& text)
{
  require(read_by_icinga(icinga_string(text)) == muster::to_valid_utf8(text));
  require(nagios_title(text).find_first_of(";\\$`'\"&|<>\n\r{}") == std::string::npos);
  const auto name = group_name({text.substr(0, text.size() / 2), text.substr(text.size() / 2)});
  require(name.find_first_of(" ;,\\$`'\"&|<>\n\r{}!()=") == std::string::npos && name.size() < 120);
  require(file_stem(text).find('/') == std::string::npos && file_stem(text).front() != '.');
}

void node_reads_back(const std::string& text)
{
  const auto valid = muster::truncate_utf8(muster::to_valid_utf8(text), 256, "");
  const ExportedNode node{"web1", {{valid, "value"}}, {valid}};
  require(read_written_node(written_node(node)) == node);
  (void)read_written_node(text);
  (void)read_written_intervals(text);
}

void packets_hold_what_fits(const std::string& text)
{
  PassiveResult result;
  result.summary = text;
  result.details = text + text;
  result.perfdata = text;
  const auto output = nsca_output(result);
  require(!output.empty() && output.size() <= max_nsca_output);
  require(output.find('\0') == std::string::npos);
  const auto line = output.substr(0, output.find('\n'));
  require(text.find('|') != std::string::npos || std::count(line.begin(), line.end(), '|') <= 1);
}

void strangers_answers_are_troubles(const std::string& text)
{
  const auto trouble = nrdp_trouble({200, text, "", true}, 12'345'678);
  require(trouble.find_first_of("\x1b\n\r") == std::string::npos && trouble.size() < 2'000);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string text{muster::fuzz::as_text(data, size)};
  items_are_one_value_each(text);
  texts_end_where_they_end(text);
  node_reads_back(text);
  packets_hold_what_fits(text);
  strangers_answers_are_troubles(text);
  return 0;
}
