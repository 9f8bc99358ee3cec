// SPDX-License-Identifier: Apache-2.0
#include "collector/history/archives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>

namespace muster::collector {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::weeks;

constexpr days year{365};
constexpr std::array every_consolidation{
    Consolidation::average, Consolidation::minimum, Consolidation::maximum};

void append(
    ArchivePlan& plan, seconds resolution, seconds span, std::initializer_list<Consolidation> consolidations)
{
  for (const auto consolidation : consolidations) {
    plan.push_back({consolidation, resolution, span});
  }
}

std::string_view trimmed(std::string_view text)
{
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The part before the first separator; `text` keeps what follows it.
std::string_view cut(std::string_view& text, std::string_view separator)
{
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + separator.size());
  return trimmed(part);
}

std::optional<seconds> unit_of(std::string_view letter)
{
  if (letter.size() != 1) {
    return std::nullopt;
  }
  switch (letter.front()) {
  case 's':
    return seconds{1};
  case 'm':
    return minutes{1};
  case 'h':
    return hours{1};
  case 'd':
    return days{1};
  case 'w':
    return weeks{1};
  case 'y':
    return year;
  default:
    return std::nullopt;
  }
}

std::optional<seconds> duration_of(std::string_view text)
{
  unsigned count = 0;  // 32 bits of years are far from the end of 64 bits of seconds
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto unit = unit_of(text.substr(static_cast<std::size_t>(read.ptr - text.data())));
  if (read.ec != std::errc{} || count == 0 || !unit) {
    return std::nullopt;
  }
  return *unit * static_cast<long long>(count);
}

std::optional<Consolidation> consolidation_of(std::string_view word)
{
  const auto* const found =
      std::find_if(every_consolidation.begin(), every_consolidation.end(), [&](Consolidation candidate) {
        return to_string(candidate) == word;
      });
  return found == every_consolidation.end() ? std::nullopt : std::optional{*found};
}

tl::unexpected<Error> wrong(std::string_view part, std::string_view why)
{
  std::string message{"archives \""};
  message += part;
  message += "\": ";
  message += why;
  return failure(ErrorCode::invalid_input, std::move(message));
}

Expected<void> append_part(ArchivePlan& plan, std::string_view part)
{
  auto rest = part;
  const auto resolution = duration_of(cut(rest, " for "));
  const auto span = duration_of(cut(rest, ":"));
  if (!resolution || !span) {
    return wrong(part, "must begin with a resolution and a span, such as \"5m for 2w: AVERAGE\"");
  }
  if (*resolution % rrd_step != seconds{0} || *span < *resolution) {
    return wrong(part, "the resolution must be whole minutes, and the span not below it");
  }
  if (rows_of({Consolidation::average, *resolution, *span}) > max_archive_rows) {
    return wrong(part, "has too many rows; a coarser resolution or a shorter span is needed");
  }
  const auto before = plan.size();
  for (auto words = trimmed(rest); !words.empty(); words = trimmed(words)) {
    const auto consolidation = consolidation_of(cut(words, " "));
    if (!consolidation) {
      return wrong(part, "after the colon come AVERAGE, MIN or MAX");
    }
    append(plan, *resolution, *span, {*consolidation});
  }
  return plan.size() > before ? Expected<void>{} : wrong(part, "after the colon come AVERAGE, MIN or MAX");
}

}  // namespace

std::string_view to_string(Consolidation consolidation)
{
  switch (consolidation) {
  case Consolidation::minimum:
    return "MIN";
  case Consolidation::maximum:
    return "MAX";
  default:
    return "AVERAGE";
  }
}

ArchivePlan full_archives()
{
  ArchivePlan plan;
  for (const auto consolidation : every_consolidation) {
    append(plan, minutes{1}, days{2}, {consolidation});
    append(plan, minutes{5}, weeks{2}, {consolidation});
    append(plan, minutes{30}, days{62}, {consolidation});
    append(plan, hours{6}, 2 * year, {consolidation});
  }
  return plan;
}

ArchivePlan small_archives()
{
  ArchivePlan plan;
  append(plan, minutes{5}, days{2}, {Consolidation::average});
  append(plan, minutes{30}, weeks{2}, {Consolidation::average, Consolidation::maximum});
  append(plan, hours{6}, 2 * year, {Consolidation::average, Consolidation::maximum});
  return plan;
}

Expected<ArchivePlan> parse_archives(std::string_view text)
{
  if (text == "full" || text == "small") {
    return text == "full" ? full_archives() : small_archives();
  }
  ArchivePlan plan;
  do {
    if (auto appended = append_part(plan, cut(text, ";")); !appended) {
      return tl::unexpected{appended.error()};
    }
    if (plan.size() > max_archives) {
      return wrong(text, "are more than " + std::to_string(max_archives));
    }
  } while (!trimmed(text).empty());
  return plan;
}

std::size_t rows_of(const Archive& archive)
{
  return static_cast<std::size_t>((archive.span + archive.resolution - seconds{1}) / archive.resolution);
}

std::string definition_of(const Archive& archive)
{
  std::string text{"RRA:"};
  text += to_string(archive.consolidation);
  text += ":0.5:" + std::to_string(archive.resolution / rrd_step);
  text += ':' + std::to_string(rows_of(archive));
  return text;
}

std::size_t bytes_per_file(const ArchivePlan& plan, std::size_t data_sources)
{
  constexpr std::size_t heads = 128 + 16;             // stat_head_t, live_head_t
  constexpr std::size_t per_data_source = 120 + 112;  // ds_def_t, pdp_prep_t
  constexpr std::size_t per_archive = 120 + 8;        // rra_def_t, rra_ptr_t
  constexpr std::size_t per_pair = 80;                // cdp_prep_t
  std::size_t values = 0;
  for (const auto& archive : plan) {
    values += rows_of(archive);
  }
  return heads + data_sources * per_data_source + plan.size() * (per_archive + data_sources * per_pair) +
         values * data_sources * sizeof(double);
}

}  // namespace muster::collector
