// SPDX-License-Identifier: Apache-2.0
// A DDL as a node hands it out, and what is done with it: inputs as typed and as received, replies put
// together. The input has up to three parts, each ended by the byte 0x1e: the DDL, lines of inputs as typed
// ("name=value"), and the data of a reply in JSON.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/ddl/document.hpp"
#include "libmuster/ddl/inputs.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

namespace ddl = muster::ddl;
using muster::fuzz::require;

constexpr char part_end = '\x1e';

std::string_view next_part(std::string_view& text, char end)
{
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

std::vector<std::string> lines_of(std::string_view text)
{
  std::vector<std::string> lines;
  while (!text.empty()) {
    lines.emplace_back(next_part(text, '\n'));
  }
  return lines;
}

void give_inputs(const ddl::Action& action, const std::vector<std::string>& words)
{
  const auto typed = ddl::inputs_from_words(action, words);
  const auto complete = typed ? ddl::complete_inputs(action, *typed) : typed;
  if (!complete) {
    require(!complete.error().message.empty());
    return;
  }
  for (const auto& input : action.inputs) {
    require(input.optional || complete->contains(input.name));
  }
}

void put_together(const ddl::Action& action, ddl::json::object reply)
{
  ddl::complete_outputs(action, reply);
  for (const auto& result : ddl::aggregate(action, {&reply, &reply})) {
    require(result.counts.size() <= ddl::most_values + 1);
    static_cast<void>(ddl::fill_in(result.format, 1.5));
    // A value and a count, each in a place of at most 100 letters.
    const auto filled = ddl::fill_in(result.format, "x", 1);
    require(filled.size() <= result.format.size() + 202);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  std::string_view text = muster::fuzz::as_text(data, size);
  const auto document = ddl::read_document(next_part(text, part_end));
  if (!document) {
    require(!document.error().message.empty());
    return 0;
  }
  const auto again = ddl::read_document(document->source);
  require(again && again->fingerprint == document->fingerprint);
  const auto words = lines_of(next_part(text, part_end));
  const auto reply = muster::protocol::parse_object(next_part(text, part_end));
  for (const auto& action : document->agent.actions) {
    give_inputs(action, words);
    put_together(action, reply.value_or(ddl::json::object{}));
  }
  return 0;
}
