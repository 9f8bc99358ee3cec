// SPDX-License-Identifier: Apache-2.0
#include "collector/web/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "collector/web/operations.hpp"
#include "collector/web/url.hpp"
#include "collector/web/view_query.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace {

constexpr std::size_t most_summary = 400;  // bytes in a row: some lines on a telephone
constexpr std::size_t most_message = 500;

std::uint64_t count_of(const StateCounts& counts, CheckState state)
{
  return counts.at(static_cast<std::size_t>(state));
}

// Whatever is new in it begins with another state, and so with another address: browsers keep the old one.
Html strip_image(const ShownService& service)
{
  const auto since = std::to_string(service.since.time_since_epoch().count());
  Html html;
  html.put(
      "<img class=\"strip\" loading=\"lazy\" alt=\"the last 24 hours\" width=\"240\" height=\"20\" "
      "src=\"/strip.svg?{}\">",
      query_text({{"node", service.node}, {"check", service.check}, {"since", since}}));
  return html;
}

Html names(const ShownService& service, const RowOptions& options)
{
  Html html;
  if (options.with_node) {
    html.put(
        "<a class=\"name\" href=\"{}\">{}</a>", service_address(service.node, service.check), service.node);
    if (options.with_check) {
      html.put(" <a class=\"check\" href=\"{}\">{}</a>", check_address(service.check), service.check);
    }
  } else {
    html.put(
        "<a class=\"name\" href=\"{}\">{}</a>", service_address(service.node, service.check), service.check);
  }
  return html;
}

Html choice(const ShownService& service)
{
  Html html;
  html.put(
      "<label class=\"choice\"><input type=\"checkbox\" name=\"on\" form=\"care\" value=\"{}\" "
      "aria-label=\"choose {} "
      "on {}\"></label>",
      target_text({service.node, service.check}),
      service.check,
      service.node);
  return html;
}

Html change_of(const StoredEvent& event)
{
  Html html;
  if (event.before) {
    html.put("<span class=\"was {}\">{}</span> ", state_word(*event.before), to_string(*event.before));
  }
  if (event.after) {
    html.put("→ {}", state_badge(*event.after));
  } else {
    auto kind = event.kind;
    std::replace(kind.begin(), kind.end(), '_', ' ');
    html.put("<span class=\"kind\">{}</span>", kind);
  }
  return html;
}

Html subject_of(const StoredEvent& event)
{
  Html html;
  if (event.node.empty()) {
    return html;
  }
  html.put("<a class=\"name\" href=\"{}\">{}</a>", node_address(event.node), event.node);
  if (!event.service.empty()) {
    html.put(
        " <a class=\"check\" href=\"{}\">{}</a>", service_address(event.node, event.service), event.service);
  }
  return html;
}

}  // namespace

std::string node_address(std::string_view node)
{
  return "/nodes/" + percent_encoded(node);
}

std::string service_address(std::string_view node, std::string_view check)
{
  return node_address(node) + "/" + percent_encoded(check);
}

std::string check_address(std::string_view check)
{
  return "/checks/" + percent_encoded(check);
}

std::string grouped(std::uint64_t number)
{
  auto digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return digits;
}

std::string amount_text(double value, std::string_view unit)
{
  constexpr std::array<std::string_view, 6> binary{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  constexpr double step = 1024;
  constexpr double most_digits = 1e15;  // beyond it, a power of ten is easier to read
  std::size_t size = 0;
  while (unit == "B" && std::abs(value) >= step && size + 1 < binary.size()) {
    value /= step;
    ++size;
  }
  if (size > 0) {
    return fmt::format("{:.4g} {}", value, binary.at(size));
  }
  const bool whole = value == std::floor(value) && std::abs(value) < most_digits;
  return whole ? fmt::format("{:.0f}{}", value, unit) : fmt::format("{:.6g}{}", value, unit);
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many)
{
  auto text = grouped(number) + " ";
  text += number == 1 ? one : many;
  return text;
}

Html age(Time since, Time now)
{
  Html html;
  html.put(
      "<time datetime=\"{}\" title=\"{}\">{}</time>",
      since.time_since_epoch().count(),
      clock_text(since),
      age_text(now - since));
  return html;
}

Html state_badge(CheckState state)
{
  Html html;
  html.put("<span class=\"state {}\">{}</span>", state_word(state), to_string(state));
  return html;
}

Html share_bar(const StateCounts& counts)
{
  constexpr std::uint64_t whole_width = 1000;
  const auto all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  Html html;
  html.put(
      "<svg class=\"share\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" width=\"100%\" "
      "height=\"10\" "
      "aria-hidden=\"true\">");
  std::uint64_t at = 0;
  for (const auto state : worst_first) {
    const auto count = count_of(counts, state);
    if (count > 0) {
      // One bad check among 10,000 must not be too thin to be seen.
      const auto width = std::max<std::uint64_t>(count * whole_width / all, 6);
      html.put("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"10\"/>", state_word(state), at, width);
      at += width;
    }
  }
  return html.put("</svg>");
}

Html counts_text(const StateCounts& counts)
{
  Html html;
  for (const auto state : worst_first) {
    if (const auto count = count_of(counts, state); count > 0) {
      html.put(
          "<span class=\"count {}\"><b>{}</b> {}</span> ",
          state_word(state),
          grouped(count),
          state_word(state));
    }
  }
  return html;
}

Html care_marks(
    const std::optional<ShownAcknowledgement>& acknowledgement,
    const std::optional<ShownDowntime>& downtime,
    Time now)
{
  Html html;
  if (acknowledgement) {
    html.put(
        "<span class=\"mark care\">{}: {}</span> ",
        acknowledgement->caller,
        in_one_line(acknowledgement->comment, most_summary));
    if (acknowledgement->expires) {
      html.put("<span class=\"mark\">for {}</span> ", age_text(*acknowledgement->expires - now));
    }
  }
  if (downtime) {
    html.put(
        "<span class=\"mark care\">downtime, {}: {}</span> <span class=\"mark\">for {}</span> ",
        downtime->caller,
        in_one_line(downtime->comment, most_summary),
        age_text(downtime->end - now));
  }
  return html;
}

Html marks(const ShownService& service, Time now)
{
  Html html;
  if (!service.hard && service.state != CheckState::ok) {
    html.put("<span class=\"mark\" title=\"not confirmed yet\">try {}</span> ", service.attempt);
  }
  if (service.flapping) {
    html.put("<span class=\"mark loud\">flapping</span> ");
  }
  if (service.stale) {
    html.put("<span class=\"mark loud\" title=\"a result that should have come did not\">no news</span> ");
  }
  if (service.unreachable) {
    html.put("<span class=\"mark\" title=\"what it depends on is broken\">depends on another</span> ");
  }
  return html.put(care_marks(service.acknowledgement, service.downtime, now));
}

Html service_row(const ShownService& service, Time now, const RowOptions& options)
{
  Html html;
  html.put(
      "<li class=\"row {}{}\" data-key=\"{}\">",
      state_word(service.state),
      service.hard ? "" : " soft",
      target_text({service.node, service.check}));
  html.put(options.can_choose ? choice(service) : Html{});
  html.put(
      "{} {}<div class=\"what\"><p class=\"names\">{} {}</p><p class=\"summary\">{}</p></div>{}</li>\n",
      state_badge(service.state),
      age(service.since, now),
      names(service, options),
      marks(service, now),
      in_one_line(service.summary, most_summary),
      strip_image(service));
  return html;
}

std::string in_one_line(std::string_view text, std::size_t most_bytes)
{
  auto line = truncate_utf8(text, most_bytes, "…");
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

Html event_list(const std::vector<StoredEvent>& events, Time now)
{
  if (events.empty()) {
    return nothing("Nothing has happened.");
  }
  Html html;
  html.put("<ol class=\"events\">\n");
  for (const auto& event : events) {
    html.put(
        "<li>{} <span class=\"change\">{}</span> <span class=\"of\">{}</span> <span "
        "class=\"message\">{}{}</span></li>\n",
        age(event.time, now),
        change_of(event),
        subject_of(event),
        event.replayed ? "(told later) " : "",
        in_one_line(event.message, most_message));
  }
  return html.put("</ol>\n");
}

Html nothing(std::string_view sentence)
{
  Html html;
  html.put("<p class=\"nothing\">{}</p>", sentence);
  return html;
}

}  // namespace muster::collector::web
