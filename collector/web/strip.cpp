// SPDX-License-Identifier: Apache-2.0
#include "collector/web/strip.hpp"

#include <algorithm>

#include "collector/web/spans.hpp"

namespace muster::collector::web {

using std::chrono::milliseconds;

namespace {

constexpr int bar_width = 4;
constexpr int bar_step = 6;
constexpr int strip_height = 20;

void take(Beat& beat, const StripPart& part)
{
  const bool overlaps = part.state && part.from < beat.until && part.until > beat.from;
  if (overlaps && (!beat.worst || is_worse(*part.state, *beat.worst))) {
    beat.worst = part.state;
  }
}

// A picture has no style sheet: these stand on light and on dark ground. What is OK recedes.
const char* colour(std::optional<CheckState> state)
{
  if (!state) {
    return "#8888";
  }
  switch (*state) {
  case CheckState::ok:
    return "#46a758a0";
  case CheckState::warning:
    return "#f0a020";
  case CheckState::critical:
    return "#e5484d";
  case CheckState::unknown:
    break;
  }
  return "#8e6bd8";
}

const char* word(std::optional<CheckState> state)
{
  return state ? to_string(*state).data() : "not known";
}

void put_bar(Html& html, const Beat& beat, std::size_t place)
{
  const auto known = beat.worst.has_value();
  const int height = known ? strip_height : strip_height / 4;
  html.put(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"1\" fill=\"{}\"",
      place * bar_step,
      (strip_height - height) / 2,
      bar_width,
      height,
      colour(beat.worst));
}

void open(Html& html, std::size_t beats)
{
  const auto width = std::max<std::size_t>(beats * bar_step, bar_step) - (bar_step - bar_width);
  html.put(
      "<svg class=\"strip\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" "
      "height=\"{}\" "
      "preserveAspectRatio=\"none\"",
      width,
      strip_height,
      width,
      strip_height);
}

}  // namespace

std::vector<Beat> beats_of(const std::vector<StripPart>& parts, Time from, Time until, std::size_t count)
{
  std::vector<Beat> beats;
  beats.reserve(count);
  const milliseconds whole = until - from;
  const auto border = [&](std::size_t place) {
    return from +
           milliseconds{whole.count() * static_cast<std::int64_t>(place) / static_cast<std::int64_t>(count)};
  };
  for (std::size_t place = 0; place < count; ++place) {
    Beat beat{border(place), border(place + 1), std::nullopt};
    for (const auto& part : parts) {
      take(beat, part);
    }
    beats.push_back(beat);
  }
  return beats;
}

Html strip_picture(const std::vector<Beat>& beats)
{
  Html html;
  open(html, beats.size());
  html.put(">");
  for (std::size_t place = 0; place < beats.size(); ++place) {
    put_bar(html, beats[place], place);
    html.put("/>");
  }
  return html.put("</svg>");
}

Html strip_in_page(const std::vector<Beat>& beats)
{
  Html html;
  open(html, beats.size());
  html.put(" role=\"img\" aria-label=\"the states over time\">");
  for (std::size_t place = 0; place < beats.size(); ++place) {
    const auto& beat = beats[place];
    put_bar(html, beat, place);
    html.put(
        "><title>{} to {}: {}</title></rect>",
        clock_text(beat.from),
        clock_text(beat.until),
        word(beat.worst));
  }
  return html.put("</svg>");
}

std::optional<int> ok_per_mille(const std::vector<StripPart>& parts)
{
  milliseconds known{0};
  milliseconds fine{0};
  for (const auto& part : parts) {
    if (part.state) {
      known += part.until - part.from;
      fine += part.state == CheckState::ok ? part.until - part.from : milliseconds{0};
    }
  }
  return known.count() <= 0 ? std::nullopt : std::optional{static_cast<int>(fine * 1000 / known)};
}

}  // namespace muster::collector::web
