// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/watch_frame.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/output/json_values.hpp"
#include "cli/watch/watch_details.hpp"
#include "cli/watch/watch_rows.hpp"

namespace muster::cli {

namespace json = protocol::json;

namespace {

constexpr std::size_t most_health_lines = 2;
constexpr std::size_t clock_start = 11;  // of the time in an ISO 8601 text
constexpr std::size_t clock_length = 8;

const json::object nothing;

// A line of the body, and whether it is the selected one.
struct BodyLine {
  PaintedLine line;
  bool selected = false;
};

const json::object& told_by(const WatchPicture& picture)
{
  return picture.told == nullptr ? nothing : *picture.told;
}

// What is old stays as old as it was when it was told.
WallClock time_of(const WatchPicture& picture)
{
  const bool old = picture.silence || picture.view.paused;
  return old && picture.told_at ? *picture.told_at : picture.now;
}

std::string age_since(WallClock since, WallClock now)
{
  return age_text(std::chrono::duration_cast<std::chrono::seconds>(now - since));
}

std::string clock_of(WallClock time, Zone zone)
{
  return iso_8601(time, zone).substr(clock_start, clock_length);
}

PaintedLine silence_line(const WatchPicture& picture)
{
  const auto& silence = *picture.silence;
  const auto who = picture.collector.empty() ? "The collector" : safe(picture.collector);
  if (picture.told == nullptr) {
    return {{fmt::format("{} has not answered yet: {}", who, safe(silence.why)), Paint::yellow}};
  }
  return {
      {fmt::format(
           "OLD: {} has not answered since {} ({}): {}; trying again",
           who,
           clock_of(silence.since, picture.options.zone),
           age_since(silence.since, picture.now),
           safe(silence.why)),
       Paint::red}};
}

PaintedLine standing_line(const WatchPicture& picture)
{
  if (picture.silence) {
    return silence_line(picture);
  }
  if (picture.told == nullptr || !picture.told_at) {
    return {{"Asking " + (picture.collector.empty() ? "for a collector" : safe(picture.collector)) + " …"}};
  }
  const auto age = age_since(*picture.told_at, picture.now);
  return picture.view.paused ? PaintedLine{{"PAUSED: told " + age + " ago; space goes on", Paint::yellow}}
                             : PaintedLine{{safe(picture.collector) + ", told " + age + " ago"}};
}

PaintedLine choice_line(const WatchPicture& picture, const WatchList& list)
{
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (!picture.view.filter.empty()) {
    add("filter: " + safe(picture.view.filter));
  }
  if (picture.view.only_open) {
    add("only what needs somebody");
  }
  if (!text.empty()) {
    add(fmt::format("{} of {} shown", list.shown, list.known));
  }
  if (const auto more = number_in(told_by(picture), "left_out"); more > 0) {
    add(fmt::format("{} more are not shown: these are the worst", more));
  }
  return text.empty() ? PaintedLine{} : PaintedLine{{text, Paint::bold}};
}

std::vector<PaintedLine> head_of(const WatchPicture& picture, const WatchList& list)
{
  std::vector<PaintedLine> head;
  if (picture.told != nullptr) {
    head.push_back(watch_headline(*picture.told));
  }
  head.push_back(standing_line(picture));
  if (auto choice = choice_line(picture, list); !choice.empty()) {
    head.push_back(std::move(choice));
  }
  if (!picture.complaint.empty()) {
    head.push_back({{"The filter: " + safe(picture.complaint), Paint::red}});
  }
  std::size_t shown = 0;
  for (const auto& problem : array_in(object_in(told_by(picture), "health"), "problems")) {
    if (problem.is_string() && shown++ < most_health_lines) {
      head.push_back({{"The collector itself: ", Paint::red}, {safe(problem.get_string())}});
    }
  }
  head.emplace_back();
  return head;
}

std::vector<BodyLine> help_lines()
{
  std::vector<BodyLine> body;
  for (const auto* line :
       {"q            quit",
        "j k, arrows  move; page up and down, g and G go further",
        "Enter        everything about the selected problem; Esc goes back",
        "/            filter: words that must be in the line, in any order;",
        "             words with = < > or /regex/ are facts and classes, as -W takes them",
        "Esc          no filter",
        "a            all, or only what needs somebody",
        "n            the same trouble of several nodes: together, or each node",
        "space        hold it, and go on",
        "",
        "To take care of a problem: mco ack, mco downtime. Any key goes back."}) {
    body.push_back({{{line}}});
  }
  return body;
}

std::vector<BodyLine> details_body(const WatchPicture& picture)
{
  std::vector<BodyLine> body;
  const auto& history = picture.details == nullptr ? nothing : *picture.details;
  const auto lines =
      details_lines(picture.view.selected, told_by(picture), history, time_of(picture), picture.options.zone);
  for (const auto& line : lines) {
    for (auto& part : wrapped_to(line, picture.options.columns)) {
      body.push_back({{{std::move(part), body.empty() ? Paint::bold : Paint::none}}});
    }
  }
  return body;
}

std::vector<BodyLine> list_body(const WatchPicture& picture, const WatchList& list, const WatchGround& ground)
{
  std::vector<BodyLine> body;
  const auto selected = ground.rows.empty() ? "" : ground.rows[place_of(picture.view, ground.rows)];
  for (const auto& row : list.rows) {
    const bool is_selected = !row.key.empty() && row.key == selected;
    PaintedLine line{{row.key.empty() ? "" : is_selected ? "> " : "  ", Paint::bold}};
    line.insert(line.end(), row.line.begin(), row.line.end());
    body.push_back({std::move(line), is_selected});
  }
  if (body.empty() && picture.told != nullptr) {
    body.push_back({{{list.known == 0 ? "No problems." : "Nothing of what is known matches."}}});
  }
  return body;
}

// Where the part that is shown begins, so that the selected line is in it.
std::size_t first_shown(const std::vector<BodyLine>& body, std::size_t room)
{
  const auto selected =
      std::find_if(body.begin(), body.end(), [](const auto& line) { return line.selected; });
  const auto place = selected == body.end() ? 0 : static_cast<std::size_t>(selected - body.begin());
  const auto last = body.size() > room ? body.size() - room : 0;
  return std::min(place > room / 2 ? place - room / 2 : 0, last);
}

// Of a body that is too long a part, with lines that say how much is above and below.
std::vector<PaintedLine> part_of(std::vector<BodyLine> body, std::size_t first, std::size_t room)
{
  std::vector<PaintedLine> part;
  const auto end = std::min(first + room, body.size());
  for (auto i = first; i < end; ++i) {
    part.push_back(std::move(body[i].line));
  }
  if (first > 0 && room > 2) {
    part.front() = {{fmt::format("… {} above", first + 1), Paint::bold}};
  }
  if (end < body.size() && room > 2) {
    part.back() = {{fmt::format("… {} more", body.size() - end + 1), Paint::bold}};
  }
  return part;
}

PaintedLine foot_of(const WatchView& view, std::size_t columns)
{
  if (view.prompt) {
    // The end of a long one is where the typing is.
    auto text = safe(*view.prompt) + (view.prompt->ends_with(' ') ? " " : "");
    const auto parts = wrapped_to(text, std::max<std::size_t>(columns, 4) - 2);
    return {{"/" + parts.back() + "_", Paint::bold}};
  }
  if (view.details) {
    return {{"Esc back  j k scroll  q quit"}};
  }
  return {
      {columns < 60 ? "q quit  / filter  ? help"
                    : "q quit  / filter  a all  Enter details  space hold  ? help"}};
}

}  // namespace

WatchFrame watch_frame(const WatchPicture& picture)
{
  const auto columns = picture.options.columns;
  const auto& view = picture.view;
  ListWish wish;
  wish.words = read_typed_filter(view.filter).words;
  wish.only_open = view.only_open;
  wish.group = view.grouped ? picture.options.group : 0;
  wish.columns = columns;
  wish.now = time_of(picture);
  const auto list = watch_list(told_by(picture), wish);
  WatchFrame frame;
  for (const auto& row : list.rows) {
    if (!row.key.empty()) {
      frame.ground.rows.push_back(row.key);
    }
  }
  auto lines = head_of(picture, list);
  lines.resize(std::min(lines.size(), std::max<std::size_t>(picture.lines, 2) / 2));
  const auto room = picture.lines > lines.size() + 1 ? picture.lines - lines.size() - 1 : 1;
  frame.ground.page = room;
  auto body = view.help      ? help_lines()
              : view.details ? details_body(picture)
                             : list_body(picture, list, frame.ground);
  frame.ground.last_scroll = body.size() > room ? body.size() - room : 0;
  const auto first =
      view.details ? std::min(view.scrolled, frame.ground.last_scroll) : first_shown(body, room);
  const TextStyle plain;
  const auto head_size = lines.size();
  for (auto& line : part_of(std::move(body), first, room)) {
    lines.push_back(std::move(line));
  }
  lines.resize(std::max(lines.size(), picture.lines > 0 ? picture.lines - 1 : 0));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool old = picture.silence && (i >= head_size || i == 0);
    frame.lines.push_back(cut_to(lines[i], columns, old ? plain : picture.options.style));
  }
  frame.lines.push_back(cut_to(foot_of(view, columns), columns, picture.options.style));
  frame.lines.resize(std::min(frame.lines.size(), picture.lines));
  return frame;
}

}  // namespace muster::cli
