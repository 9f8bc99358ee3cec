// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_drawing.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <rrd.h>

#include "collector/history/rrd_lock.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector {

namespace {

constexpr std::size_t longest_label = 60;
const std::string beside_box =
    "  ";  // librrd puts its coloured box half under the text of a proportional font
constexpr const char* end_of_line = "\\l";  // else it spreads the last line over the width

struct Colors {
  const char* name;
  const char* light;
  const char* dark;
};

constexpr std::array<Colors, 8> grounds{{
    {"BACK", "ffffff", "16181d"},
    {"CANVAS", "ffffff", "16181d"},
    {"SHADEA", "ffffff00", "16181d00"},
    {"SHADEB", "ffffff00", "16181d00"},
    {"GRID", "00000014", "ffffff14"},
    {"MGRID", "00000028", "ffffff28"},
    {"FONT", "3a3f4b", "c4c9d4"},
    {"ARROW", "00000000", "ffffff00"},
}};

// librrd takes ':' for the end of a field; a backslash before anything else stands for itself.
std::string escaped(std::string_view text)
{
  std::string safe;
  for (const char c : text) {
    if (c == ':') {
      safe += '\\';
    }
    safe += c;
  }
  return safe;
}

std::string shown_text(std::string_view text)
{
  return truncate_utf8(printable(to_valid_utf8(text), false), longest_label, "…");
}

// A backslash as the last but one is a command to librrd ("\\l" ends the line), and an error if it knows
// none.
std::string label_of(std::string_view text)
{
  auto label = beside_box + escaped(shown_text(text));
  if (label.find('\\', label.size() - 2) != std::string::npos) {
    label += "  ";
  }
  return label;
}

std::string_view word_of(Consolidation consolidation)
{
  switch (consolidation) {
  case Consolidation::minimum:
    return "MIN";
  case Consolidation::maximum:
    return "MAX";
  case Consolidation::average:
    break;
  }
  return "AVERAGE";
}

void add_frame(std::vector<std::string>& words, const Drawing& drawing)
{
  words.insert(words.end(), {"graph", "-", "--imgformat", drawing.svg ? "SVG" : "PNG", "--border", "0"});
  words.insert(words.end(), {"--start", std::to_string(drawing.from.time_since_epoch().count())});
  words.insert(words.end(), {"--end", std::to_string(drawing.to.time_since_epoch().count())});
  words.insert(words.end(), {"--width", std::to_string(drawing.width)});
  words.insert(words.end(), {"--height", std::to_string(drawing.height)});
  words.insert(words.end(), {"--title", shown_text(drawing.title)});
  words.insert(words.end(), {"--vertical-label", shown_text(drawing.unit)});
  words.insert(words.end(), {"--slope-mode", "--disable-rrdtool-tag", "--font", "DEFAULT:0:DejaVu Sans"});
  words.insert(words.end(), {"--font", "LEGEND:0:DejaVu Sans Mono"});  // librrd makes room with blanks
  if (drawing.lowest) {
    words.insert(words.end(), {"--lower-limit", fmt::format("{}", *drawing.lowest)});
  }
  for (const auto& ground : grounds) {
    words.insert(
        words.end(),
        {"--color", fmt::format("{}#{}", ground.name, drawing.dark ? ground.dark : ground.light)});
  }
}

// What stands behind each label, as people read such pictures.
struct LegendNumber {
  const char* function;
  const char* word;
};

constexpr std::array<LegendNumber, 3> legend_numbers{
    {{"LAST", "  last"}, {"AVERAGE", "average"}, {"MAX", "max"}}};
constexpr const char* number_format = "%8.2lf%s";
constexpr const char* no_number = "       - ";  // as wide

std::string variable(std::size_t number)
{
  return fmt::format("v{}", number);
}

std::string definition(const DrawnSeries& series, std::size_t number)
{
  return fmt::format(
      "DEF:{}={}:{}:{}",
      variable(number),
      escaped(series.file.string()),
      series.data_source,
      word_of(series.consolidation));
}

// Of the numbers of all legends in their order, which are known; librrd would write "-nan" for the others.
using KnownNumbers = std::vector<bool>;

void add_legend_numbers(std::vector<std::string>& words, std::size_t number, const KnownNumbers& known)
{
  for (std::size_t i = 0; i < legend_numbers.size(); ++i) {
    const auto& [function, word] = legend_numbers.at(i);
    const auto* end = i + 1 == legend_numbers.size() ? end_of_line : "";
    const auto place = number * legend_numbers.size() + i;
    words.push_back(
        place < known.size() && !known[place]
            ? fmt::format("COMMENT:{} {}{}", word, no_number, end)
            : fmt::format("GPRINT:{}:{}:{} {}{}", variable(number), function, word, number_format, end));
  }
}

void add_series(
    std::vector<std::string>& words,
    const DrawnSeries& series,
    std::size_t number,
    std::size_t label_width,
    const KnownNumbers& known)
{
  words.push_back(definition(series, number));
  const auto label =
      series.label.empty() ? std::string{} : fmt::format(":{:<{}}", label_of(series.label), label_width);
  const auto* kind = series.style == DrawnSeries::Style::line ? "LINE1.5" : "AREA";
  words.push_back(fmt::format(
      "{}:{}#{}{}{}",
      kind,
      variable(number),
      series.color,
      label,
      series.style == DrawnSeries::Style::stacked ? (label.empty() ? "::STACK" : ":STACK") : ""));
  if (!label.empty()) {
    add_legend_numbers(words, number, known);
  }
}

// Side by side as far as they fit: librrd lets what is longer stand out on the right.
void add_levels(std::vector<std::string>& words, const Drawing& drawing)
{
  constexpr int letter_pixels = 8;  // of the legend's font, and what is between two of them
  const auto room = static_cast<std::size_t>(drawing.width / letter_pixels);
  std::size_t used = 0;
  for (std::size_t i = 0; i < drawing.levels.size(); ++i) {
    const auto& level = drawing.levels[i];
    const auto label = label_of(level.label);
    used += label.size();
    const bool is_last = i + 1 == drawing.levels.size();
    const bool is_end = is_last || used + label_of(drawing.levels[i + 1].label).size() > room;
    used = is_end ? 0 : used;
    words.push_back(fmt::format(
        "HRULE:{}#{}:{}{}:dashes=4,3", level.value, level.color, label, is_end ? end_of_line : ""));
  }
}

// So that the numbers behind the labels stand below one another.
std::size_t widest_label(const Drawing& drawing)
{
  std::size_t widest = 0;
  for (const auto& series : drawing.series) {
    widest = std::max(widest, label_of(series.label).size());
  }
  return widest;
}

std::size_t series_drawn(const Drawing& drawing)
{
  return std::min(drawing.series.size(), most_drawn_series);
}

std::vector<std::string> words_of(const Drawing& drawing, const KnownNumbers& known)
{
  std::vector<std::string> words;
  add_frame(words, drawing);
  for (std::size_t i = 0; i < series_drawn(drawing); ++i) {
    add_series(words, drawing.series[i], i, widest_label(drawing), known);
  }
  add_levels(words, drawing);
  for (const auto& note : drawing.notes) {
    words.push_back("COMMENT:" + label_of(note) + end_of_line);
  }
  return words;
}

// Asks for the numbers alone: librrd draws nothing then, and reads what it needs again to draw.
std::vector<std::string> number_words_of(const Drawing& drawing)
{
  std::vector<std::string> words;
  add_frame(words, drawing);
  for (std::size_t i = 0; i < series_drawn(drawing); ++i) {
    words.push_back(definition(drawing.series[i], i));
    for (const auto& number : legend_numbers) {
      words.push_back(fmt::format("PRINT:{}:{}:{}", variable(i), number.function, number_format));
    }
  }
  return words;
}

struct FreeInfo {
  void operator()(rrd_info_t* info) const { rrd_info_free(info); }
};

std::string image_in(const rrd_info_t* info)
{
  for (; info != nullptr; info = info->next) {
    if (info->type == RD_I_BLO && std::string_view{info->key} == "image") {
      return {reinterpret_cast<const char*>(info->value.u_blo.ptr), info->value.u_blo.size};
    }
  }
  return {};
}

KnownNumbers numbers_in(const rrd_info_t* info)
{
  KnownNumbers known;
  for (; info != nullptr; info = info->next) {
    if (info->type == RD_I_STR && std::string_view{info->key}.starts_with("print[")) {
      known.push_back(std::string_view{info->value.u_str}.find("nan") == std::string_view::npos);
    }
  }
  return known;
}

// With the lock. librrd 1.7.2 loses the names of the data sources, about 120 bytes each time
// (tests/lsan.supp).
std::unique_ptr<rrd_info_t, FreeInfo> graph(std::vector<std::string> words)
{
  std::vector<char*> arguments;
  arguments.reserve(words.size());
  for (auto& word : words) {
    arguments.push_back(word.data());
  }
  rrd_clear_error();
  return std::unique_ptr<rrd_info_t, FreeInfo>{
      rrd_graph_v(static_cast<int>(arguments.size()), arguments.data())};
}

}  // namespace

Expected<std::string> draw(const Drawing& drawing)
{
  const std::lock_guard lock{librrd_lock()};
  const auto known = numbers_in(graph(number_words_of(drawing)).get());
  const auto info = graph(words_of(drawing, known));
  auto image = image_in(info.get());
  if (image.empty()) {
    const std::string why = rrd_test_error() != 0 ? rrd_get_error() : "there is no picture";
    return failure(ErrorCode::io_failure, "cannot draw " + drawing.title + ": " + why);
  }
  return image;
}

}  // namespace muster::collector
