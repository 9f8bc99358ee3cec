// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "libmuster/model/check_state.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/protocol/utc_text.hpp"
#include "nagios-bridge/status.hpp"

namespace muster::bridge {

namespace {

namespace json = boost::json;
using protocol::JsonReader;

constexpr std::size_t longest = 4096;
constexpr std::int64_t largest = std::int64_t{1} << 60U;
constexpr double mebibyte = 1024.0 * 1024.0;

std::string clean(std::string_view text)
{
  return printable(text, false);
}

// The file is the daemon's own; what it lacks, or has of another type, is shown as nothing.
class Values {
public:
  explicit Values(const json::object& object) : reader_{object, "status"} {}

  std::string text(std::string_view name) { return clean(reader_.optional_string(name, longest)); }

  std::int64_t number(std::string_view name) { return reader_.optional_integer(name, 0, largest, 0); }

  bool flag(std::string_view name) { return reader_.optional_boolean(name, false); }

private:
  JsonReader reader_;
};

double rate_in(const json::object& object)
{
  const auto* value = object.if_contains("per_second");
  boost::system::error_code ignored;
  return value == nullptr ? 0.0 : value->to_number<double>(ignored);
}

const json::object& part(const json::object& status, std::string_view name)
{
  static const json::object none;
  const auto* value = status.if_contains(name);
  const auto* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? none : *object;
}

// null reads as nothing.
std::string time_in_text(const json::object& object, std::string_view name)
{
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? "-" : clean(std::string_view{*text});
}

std::string age_text(std::chrono::milliseconds age)
{
  const auto seconds = std::chrono::floor<std::chrono::seconds>(age).count();
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  if (seconds < 2 * minute) {
    return fmt::format("{} s", seconds);
  }
  return seconds < 2 * hour ? fmt::format("{} min", seconds / minute) : fmt::format("{} h", seconds / hour);
}

std::chrono::milliseconds age_of(const json::object& status, Time now)
{
  Values values{status};
  return now - Time{std::chrono::milliseconds{values.number("written_ms")}};
}

std::string head_line(const json::object& status, Time now)
{
  Values values{status};
  const auto name = values.text("name");
  if (values.flag("stopped")) {
    return fmt::format(
        "NOT RUNNING: {} was stopped at {}; what follows was so then\n", name, values.text("written"));
  }
  if (is_old(status, now)) {
    return fmt::format(
        "NOT RUNNING: {} has told nothing for {}; what follows was so at {}\n",
        name,
        age_text(age_of(status, now)),
        values.text("written"));
  }
  const auto state = static_cast<CheckState>(std::min<std::int64_t>(values.number("state"), 3));
  return fmt::format("{} {}: {}\n", to_string(state), name, values.text("summary"));
}

std::string queue_line(const json::object& queue)
{
  Values values{queue};
  auto line = fmt::format(
      "queue    {} results wait, {:.1f} of {:.1f} MiB, the oldest from {}\n",
      values.number("waiting"),
      static_cast<double>(values.number("bytes")) / mebibyte,
      static_cast<double>(values.number("limit")) / mebibyte,
      time_in_text(queue, "oldest"));
  if (values.flag("full")) {
    line += "         FULL: nothing is taken from the fleet, which keeps its results\n";
  } else if (values.flag("half_full")) {
    line += "         more than half full\n";
  }
  const auto problem = values.text("problem");
  return problem.empty() ? line : line + "         " + problem + "\n";
}

std::string results_line(const json::object& status)
{
  const auto& results = part(status, "results");
  Values values{results};
  Values top{status};
  const auto broker =
      top.flag("connected") ? "at " + top.text("broker") : std::string{"no connection to a broker"};
  return fmt::format(
      "results  {:.1f}/s of {} nodes, {}; since {}: {} as published, {} asked for, {} gaps, {} rejected\n",
      rate_in(results),
      values.number("nodes"),
      broker,
      top.text("started"),
      values.number("taken"),
      values.number("replayed"),
      values.number("gaps"),
      values.number("rejected"));
}

std::string worker_line(const json::object& worker)
{
  Values values{worker};
  const auto socket = values.text("query_socket");
  if (!values.flag("registered")) {
    return fmt::format("worker   NOT of the Nagios behind {}: {}\n", socket, values.text("trouble"));
  }
  return fmt::format(
      "worker   of the Nagios behind {}: {} checks answered, {} running\n",
      socket,
      values.number("answered"),
      values.number("running"));
}

std::string sink_line(const json::object& sink)
{
  Values values{sink};
  const bool works = values.flag("working");
  auto line = fmt::format(
      "{:<8} {}: {} since {}; {:.1f}/s, {} wait, {} told, {} of them again, {} dead letters, {} restarts; "
      "last {}\n",
      values.text("kind"),
      values.text("name"),
      works ? "takes results" : "TAKES NOTHING",
      values.text("since"),
      rate_in(sink),
      values.number("waiting"),
      values.number("delivered"),
      values.number("repeated"),
      values.number("buried"),
      values.number("restarts"),
      time_in_text(sink, "last"));
  const auto trouble = values.text("trouble");
  return trouble.empty() ? line : line + "         " + trouble + "\n";
}

std::string letters_line(const json::object& counts)
{
  Values values{counts};
  const auto open = values.number("open");
  const auto gaps = values.number("gaps");
  const auto left_out = values.number("left_out");
  std::string line;
  if (open > 0) {
    line += fmt::format(
        "dead     {} services that a monitor did not take, the last at {}\n",
        open,
        time_in_text(counts, "last"));
  }
  if (left_out > 0) {
    line += fmt::format("dead     {} results more, which found no place on the list\n", left_out);
  }
  if (gaps > 0) {
    line += fmt::format(
        "gaps     results of {} nodes are missing for good, the last seen at {}\n",
        gaps,
        time_in_text(counts, "last_gap"));
  }
  return line.empty() ? "dead     no dead letters, no gaps\n"
                      : line + "         nagios-bridge dead-letters shows them\n";
}

std::string letter_text(const DeadLetter& letter)
{
  const auto place = letter.is_gap() ? "gap" : clean(letter.sink);
  auto text = fmt::format(
      "{} {}{}{}: {} ({} times, last {}){}\n",
      place,
      clean(letter.host),
      letter.service.empty() ? "" : " ",
      clean(letter.service),
      clean(letter.reason),
      letter.times,
      protocol::utc_text(letter.last),
      letter.mended ? "; it has taken a newer one since" : "");
  if (const auto* result = std::get_if<CheckResult>(&letter.item.what)) {
    text += fmt::format(
        "    {} of {}: {} {}\n",
        clean(result->check),
        clean(letter.item.node),
        to_string(result->state),
        clean(result->summary));
  }
  return text;
}

}  // namespace

bool is_old(const json::object& status, Time now)
{
  return Values{status}.flag("stopped") || age_of(status, now) > status_is_old_after;
}

std::string status_text(const json::object& status, Time now)
{
  auto text = head_line(status, now) + queue_line(part(status, "queue")) + results_line(status);
  const auto* sinks = status.if_contains("sinks");
  if (sinks != nullptr && sinks->is_array()) {
    for (const auto& sink : sinks->get_array()) {
      text += sink.is_object() ? sink_line(sink.get_object()) : std::string{};
    }
  }
  const auto* workers = status.if_contains("nagios_workers");
  if (workers != nullptr && workers->is_array()) {
    for (const auto& worker : workers->get_array()) {
      text += worker.is_object() ? worker_line(worker.get_object()) : std::string{};
    }
  }
  return text + letters_line(part(status, "dead_letters"));
}

std::string letters_text(const std::vector<DeadLetter>& letters)
{
  std::string text;
  for (const auto& letter : letters) {
    text += letter_text(letter);
  }
  return text.empty() ? "no dead letters, no gaps\n" : text;
}

}  // namespace muster::bridge
