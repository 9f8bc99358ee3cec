// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_view.hpp"

#include <algorithm>
#include <limits>

#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

using Name = Key::Name;

constexpr std::size_t longest_filter = 256;  // bytes: a line that somebody types

bool is(const Key& key, std::string_view text)
{
  return key.name == Name::character && key.text == text;
}

void remove_last_character(std::string& text)
{
  std::size_t last = 0;
  for (std::size_t at = 0; at < text.size();) {
    last = at;
    at += next_code_point(std::string_view{text}.substr(at)).bytes;
  }
  text.resize(last);
}

Wish apply(WatchView& view, std::string filter)
{
  view.prompt.reset();
  const bool other = view.filter != filter;
  view.filter = std::move(filter);
  return other ? Wish::other_filter : Wish::nothing;
}

Wish press_in_prompt(WatchView& view, const Key& key)
{
  auto& text = *view.prompt;
  switch (key.name) {
  case Name::enter:
    return apply(view, std::string{text});
  case Name::escape:
    return apply(view, {});
  case Name::backspace:
    remove_last_character(text);
    return Wish::nothing;
  case Name::clear_line:
    text.clear();
    return Wish::nothing;
  case Name::character:
    text += text.size() + key.text.size() <= longest_filter ? key.text : "";
    return Wish::nothing;
  default:
    return Wish::nothing;
  }
}

// How far a key moves; the ends are as far as it goes.
std::ptrdiff_t movement(const Key& key, std::size_t page)
{
  const auto screen = static_cast<std::ptrdiff_t>(std::max<std::size_t>(page, 1));
  const auto far = std::numeric_limits<std::ptrdiff_t>::max() / 2;
  if (key.name == Name::down || is(key, "j")) {
    return 1;
  }
  if (key.name == Name::up || is(key, "k")) {
    return -1;
  }
  if (key.name == Name::page_down || key.name == Name::page_up) {
    return key.name == Name::page_down ? screen : -screen;
  }
  if (key.name == Name::end || is(key, "G")) {
    return far;
  }
  return key.name == Name::home || is(key, "g") ? -far : 0;
}

std::size_t moved(std::size_t from, std::ptrdiff_t by, std::size_t last)
{
  const auto to = static_cast<std::ptrdiff_t>(std::min(from, last)) + by;
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(last)));
}

void move(WatchView& view, std::ptrdiff_t by, const WatchGround& ground)
{
  if (view.details) {
    view.scrolled = moved(view.scrolled, by, ground.last_scroll);
  } else if (!ground.rows.empty()) {
    view.selected = ground.rows[moved(place_of(view, ground.rows), by, ground.rows.size() - 1)];
  }
}

void open_details(WatchView& view, const WatchGround& ground)
{
  if (!ground.rows.empty()) {
    view.selected = ground.rows[place_of(view, ground.rows)];
    view.details = true;
    view.scrolled = 0;
  }
}

// One step back: out of the help, out of the details, out of the filter.
Wish step_back(WatchView& view)
{
  if (view.details) {
    view.details = false;
    return Wish::nothing;
  }
  return apply(view, {});
}

Wish press_letter(WatchView& view, const Key& key)
{
  if (is(key, "q")) {
    return Wish::quit;
  }
  if (is(key, "?")) {
    view.help = true;
  } else if (is(key, "/")) {
    view.details = false;
    view.prompt = view.filter;
  } else if (is(key, "a")) {
    view.only_open = !view.only_open;
  } else if (is(key, "n")) {
    view.grouped = !view.grouped;
  } else if (is(key, " ")) {
    view.paused = !view.paused;
    return Wish::pause;
  }
  return Wish::nothing;
}

}  // namespace

Wish press(WatchView& view, const Key& key, const WatchGround& ground)
{
  if (view.prompt) {
    return press_in_prompt(view, key);
  }
  if (view.help) {
    view.help = false;
    return is(key, "q") ? Wish::quit : Wish::nothing;
  }
  if (key.name == Name::escape || key.name == Name::backspace) {
    return step_back(view);
  }
  if (key.name == Name::enter) {
    view.details ? static_cast<void>(view.details = false) : open_details(view, ground);
    return Wish::nothing;
  }
  if (const auto by = movement(key, ground.page); by != 0) {
    move(view, by, ground);
    return Wish::nothing;
  }
  return press_letter(view, key);
}

std::size_t place_of(const WatchView& view, const std::vector<std::string>& rows)
{
  const auto found = std::find(rows.begin(), rows.end(), view.selected);
  return found == rows.end() ? 0 : static_cast<std::size_t>(found - rows.begin());
}

}  // namespace muster::cli
