// SPDX-License-Identifier: Apache-2.0
// Whatever a plugin prints, from its standard output to what a terminal is sent.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libmuster/model/masked_text.hpp"
#include "libmuster/model/plugin_output.hpp"
#include "libmuster/model/utf8.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::printable;
using muster::to_valid_utf8;
using muster::fuzz::require;

void split_keeps_to_its_shape(std::string_view text)
{
  const auto output = muster::parse_plugin_output(text);
  require(output.summary.find_first_of("\n|;") == std::string::npos);
  require(output.details.find('|') == std::string::npos);
  require(output.perfdata.find('\n') == std::string::npos);
  const auto parts = output.summary.size() + output.details.size() + output.perfdata.size();
  require(parts <= text.size() || output.summary == muster::no_plugin_output);
}

void safe_text_stays_as_it_is(std::string_view text)
{
  const auto valid = to_valid_utf8(text);
  require(valid.size() <= 3 * text.size() && to_valid_utf8(valid) == valid);
  const auto line = printable(text, false);
  require(printable(line, false) == line && to_valid_utf8(line) == line);
  require(line.find_first_of("\n\r\x1b") == std::string::npos);
  const auto lines = printable(text, true);
  require(printable(lines, true) == lines && to_valid_utf8(lines) == lines);
}

void cuts_fall_between_characters(std::string_view text)
{
  const auto valid = to_valid_utf8(text);
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{7}, valid.size() / 2}) {
    const auto cut = muster::truncate_utf8(valid, limit, "...");
    require(cut.size() <= limit && to_valid_utf8(cut) == cut);
  }
}

void a_masked_text_alone_is_itself(std::string_view text)
{
  const auto masked = muster::mask_numbers(text);
  require(masked.numbers.size() <= muster::max_masked_numbers);
  if (text.find('\0') == std::string_view::npos) {
    require(muster::render_ranges({masked, masked}) == text);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  split_keeps_to_its_shape(text);
  safe_text_stays_as_it_is(text);
  cuts_fall_between_characters(text);
  a_masked_text_alone_is_itself(text);
  return 0;
}
