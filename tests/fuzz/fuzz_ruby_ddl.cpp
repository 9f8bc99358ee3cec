// SPDX-License-Identifier: Apache-2.0
// A DDL in Ruby, from wherever an operator has got it; and, on its own, an expression as it would stand
// there.
#include <cstddef>
#include <cstdint>

#include <boost/json/serialize.hpp>

#include "libmuster/ddl/document.hpp"
#include "libmuster/ddl/ruby_ddl.hpp"
#include "libmuster/ddl/ruby_pattern.hpp"
#include "libmuster/ddl/ruby_text.hpp"
#include "libmuster/model/pattern.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

namespace ddl = muster::ddl;
using muster::fuzz::require;

void translate(std::string_view text)
{
  for (const auto* flags : {"", "im"}) {
    const auto translated = ddl::translate_ruby_pattern(text, flags);
    require(translated || !translated.error().message.empty());
    require(!translated || translated->text.empty() || muster::Pattern::compile(translated->text));
  }
}

void is_what_a_node_reads(const ddl::ConvertedDdl& converted)
{
  const auto text = boost::json::serialize(converted.source);
  const auto again = ddl::read_document(text);
  require(again || text.size() > ddl::largest_ddl);
  require(!again || again->agent.actions.size() == converted.agent.actions.size());
  for (const auto& action : converted.agent.actions) {
    require(action.changes);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  translate(text);
  const auto converted = ddl::convert_ruby_ddl(text, "x.ddl");
  if (!converted) {
    require(converted.error().message.starts_with("x.ddl:") && converted.error().message.size() < 16384);
    return 0;
  }
  require(converted->warnings.size() <= ddl::RubyReport::most_warnings + 1);
  is_what_a_node_reads(*converted);
  return 0;
}
