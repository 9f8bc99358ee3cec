// SPDX-License-Identifier: Apache-2.0
#include "collector/history/series_notes.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "libmuster/model/decimal.hpp"

namespace muster::collector {

namespace {

constexpr std::string_view first_line{"muster-series 1"};
constexpr std::size_t series_fields = 9;
constexpr int hexadecimal = 16;

void append_field(std::string& line, std::string_view text)
{
  constexpr std::string_view digits{"0123456789ABCDEF"};
  constexpr unsigned char delete_character = 0x7f;
  line += '\t';
  for (const auto character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= ' ' && byte != delete_character && character != '%') {
      line += character;
      continue;
    }
    line += '%';
    line += digits[byte / digits.size()];
    line += digits[byte % digits.size()];
  }
}

std::string text_of(const std::optional<ThresholdRange>& range)
{
  return range ? muster::to_string(*range) : std::string{};
}

std::string text_of(const std::optional<double>& number)
{
  return number ? format_decimal(*number) : std::string{};
}

void append_series(std::string& text, const Series& series)
{
  text += "series";
  append_field(text, series.data_source);
  append_field(text, to_string(series.kind));
  append_field(text, series.unit);
  append_field(text, text_of(series.warning));
  append_field(text, text_of(series.critical));
  append_field(text, text_of(series.min));
  append_field(text, text_of(series.max));
  append_field(text, series.label);
  text += '\n';
}

std::string decoded(std::string_view field)
{
  constexpr std::size_t escape_bytes = 3;
  std::string text;
  while (!field.empty()) {
    unsigned char byte = 0;
    const auto escape = field.substr(0, escape_bytes);
    if (escape.size() == escape_bytes && escape.front() == '%' &&
        std::from_chars(escape.data() + 1, escape.data() + escape_bytes, byte, hexadecimal).ptr ==
            escape.data() + escape_bytes) {
      text += static_cast<char>(byte);
      field.remove_prefix(escape_bytes);
    } else {
      text += field.front();
      field.remove_prefix(1);
    }
  }
  return text;
}

std::vector<std::string> fields_of(std::string_view line)
{
  std::vector<std::string> fields;
  fields.reserve(series_fields);
  for (auto tab = line.find('\t'); tab != std::string_view::npos && fields.size() < series_fields;
       tab = line.find('\t')) {
    fields.push_back(decoded(line.substr(0, tab)));
    line.remove_prefix(tab + 1);
  }
  fields.push_back(decoded(line));
  return fields;
}

std::optional<ThresholdRange> range_of(const std::string& text)
{
  const auto range = parse_threshold_range(text);
  return range ? std::optional{*range} : std::nullopt;
}

std::optional<Series> series_of(const std::vector<std::string>& fields)
{
  if (fields.size() != series_fields || fields[1].empty()) {
    return std::nullopt;
  }
  Series series;
  std::size_t next = 1;
  series.data_source = fields[next++];
  series.kind = fields[next++] == to_string(SeriesKind::derive) ? SeriesKind::derive : SeriesKind::gauge;
  series.unit = fields[next++];
  series.warning = range_of(fields[next++]);
  series.critical = range_of(fields[next++]);
  series.min = parse_decimal(fields[next++]);
  series.max = parse_decimal(fields[next++]);
  series.label = fields[next++];
  return series;
}

void take_line(SeriesNotes& notes, std::string_view line)
{
  const auto fields = fields_of(line);
  if (fields.size() == 2 && fields[0] == "node") {
    notes.node = fields[1];
  } else if (fields.size() == 2 && fields[0] == "check") {
    notes.check = fields[1];
  } else if (fields[0] == "series" && notes.series.size() < max_data_sources_per_file) {
    if (auto series = series_of(fields)) {
      notes.series.push_back(std::move(*series));
    }
  }
}

std::string_view next_line(std::string_view& text)
{
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void append_escaped(std::string& text, std::string_view raw)
{
  for (const auto character : raw) {
    switch (character) {
    case '<':
      text += "&lt;";
      break;
    case '>':
      text += "&gt;";
      break;
    case '&':
      text += "&amp;";
      break;
    default:
      // XML 1.0 has no other control characters, not even as references.
      text += static_cast<unsigned char>(character) < ' ' ? '_' : character;
    }
  }
}

void append_element(std::string& text, std::string_view name, std::string_view value)
{
  text += "    <";
  text += name;
  text += '>';
  append_escaped(text, value);
  text += "</";
  text += name;
  text += ">\n";
}

std::string pnp_name(std::string label)
{
  std::replace_if(
      label.begin(),
      label.end(),
      [](char character) { return std::string_view{" :/\\"}.find(character) != std::string_view::npos; },
      '_');
  return label;
}

// One number where the range is 0 to it, as PNP draws it as one line; the ends apart otherwise.
void append_range(std::string& text, const std::string& name, const std::optional<ThresholdRange>& range)
{
  const bool plain = range && range->start == 0 && !range->alert_inside;
  append_element(text, name, plain ? format_decimal(range->end) : std::string{});
  append_element(text, name + "_MIN", range && !plain ? format_decimal(range->start) : std::string{});
  append_element(text, name + "_MAX", range && !plain ? format_decimal(range->end) : std::string{});
  const std::string_view type = range && range->alert_inside ? "inside" : "outside";
  append_element(text, name + "_RANGE_TYPE", range && !plain ? type : std::string_view{});
}

}  // namespace

std::string format_notes(const SeriesNotes& notes)
{
  std::string text{first_line};
  text += "\nnode";
  append_field(text, notes.node);
  text += "\ncheck";
  append_field(text, notes.check);
  text += '\n';
  for (const auto& series : notes.series) {
    append_series(text, series);
  }
  return text;
}

Expected<SeriesNotes> parse_notes(std::string_view text)
{
  if (next_line(text) != first_line) {
    return failure(ErrorCode::invalid_input, "does not begin with \"" + std::string{first_line} + '"');
  }
  SeriesNotes notes;
  while (!text.empty()) {
    take_line(notes, next_line(text));
  }
  return notes;
}

std::string format_pnp_xml(
    const SeriesNotes& notes, const std::filesystem::path& rrd, std::chrono::seconds heartbeat)
{
  std::string text{"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<NAGIOS>\n"};
  for (const auto& series : notes.series) {
    text += "  <DATASOURCE>\n";
    append_element(text, "TEMPLATE", notes.check);
    append_element(text, "RRDFILE", rrd.string());
    append_element(text, "RRD_STORAGE_TYPE", "SINGLE");
    append_element(text, "RRD_HEARTBEAT", std::to_string(heartbeat.count()));
    append_element(text, "IS_MULTI", "0");
    append_element(text, "DS", series.data_source);
    append_element(text, "NAME", pnp_name(series.label));
    append_element(text, "LABEL", series.label);
    append_element(text, "UNIT", series.unit == "%" ? "%%" : series.unit);
    append_element(text, "ACT", "");
    append_range(text, "WARN", series.warning);
    append_range(text, "CRIT", series.critical);
    append_element(text, "MIN", text_of(series.min));
    append_element(text, "MAX", text_of(series.max));
    text += "  </DATASOURCE>\n";
  }
  text += "  <RRD>\n    <RC>0</RC>\n    <TXT>successful updated</TXT>\n  </RRD>\n";
  append_element(text, "NAGIOS_DISP_HOSTNAME", notes.node);
  append_element(text, "NAGIOS_DISP_SERVICEDESC", notes.check);
  append_element(text, "NAGIOS_CHECK_COMMAND", notes.check);
  append_element(text, "NAGIOS_RRDFILE", rrd.string());
  text += "  <XML>\n    <VERSION>4</VERSION>\n  </XML>\n</NAGIOS>\n";
  return text;
}

}  // namespace muster::collector
