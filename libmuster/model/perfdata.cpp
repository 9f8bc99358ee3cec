// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/perfdata.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/decimal.hpp"

namespace muster {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view white_space = " \t\r\n\f\v";

// The text of one piece: the label as printed, and what follows its equals sign.
struct Piece {
  std::string_view text;
  std::string_view label;
  std::string_view fields;
  bool has_value = false;
};

// A piece goes up to the first white space after its first `=`: an unquoted label may have blanks in it.
// A line without `=` is a piece without a value.
Piece next_piece(std::string_view text)
{
  const auto equals = text.find_first_of("=\n");
  if (equals == npos || text[equals] == '\n') {
    return {text.substr(0, equals), {}, {}, false};
  }
  const auto end = std::min(text.find_first_of(white_space, equals), text.size());
  return {text.substr(0, end), text.substr(0, equals), text.substr(equals + 1, end - equals - 1), true};
}

// `''` stands for a quote. No label, if there is a single quote left.
std::optional<std::string> unquoted(std::string_view quoted)
{
  std::string label;
  while (!quoted.empty()) {
    const auto quote = quoted.find('\'');
    label += quoted.substr(0, quote);
    if (quote == npos) {
      break;
    }
    if (quoted.substr(quote, 2) != "''") {
      return std::nullopt;
    }
    label += '\'';
    quoted.remove_prefix(quote + 2);
  }
  return label;
}

std::optional<std::string> read_label(std::string_view text)
{
  if (text.size() > max_perfdata_label_bytes) {
    return std::nullopt;
  }
  // One quote alone at either end is forgiven: people forget the other.
  const bool opened = !text.empty() && text.front() == '\'';
  text.remove_prefix(opened ? 1 : 0);
  const bool closed = !text.empty() && text.back() == '\'';
  text.remove_suffix(closed ? 1 : 0);
  const bool quoted = opened && closed;
  if (text.empty() || (!quoted && text.find('\'') != npos)) {
    return std::nullopt;
  }
  return quoted ? unquoted(text) : std::string{text};
}

bool is_unit(char c)
{
  // Bytes of other alphabets belong to units such as µs or °C.
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '%' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Reads the fields of one piece from left to right; `rest` is what has not been read yet.
class FieldReader {
public:
  explicit FieldReader(std::string_view fields) : rest_{fields} {}

  std::optional<double> number()
  {
    const auto length = decimal_length(rest_);
    const auto number = parse_decimal(rest_.substr(0, length));
    if (number) {
      rest_.remove_prefix(length);
    }
    return number;
  }

  std::string_view unit() { return take_while(is_unit); }

  // The end of one field and the beginning of the next.
  bool semicolon()
  {
    if (rest_.empty() || rest_.front() != ';') {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view range_text()
  {
    return take_while([](char c) { return std::string_view{"0123456789.,+-e~:@"}.find(c) != npos; });
  }

  // A minimum or maximum; `U` is one that the plugin does not know.
  std::optional<double> bound()
  {
    if (!rest_.empty() && rest_.front() == 'U') {
      rest_.remove_prefix(1);
      return std::nullopt;
    }
    return number();
  }

  // Whether anything but the empty fields at the end is left.
  [[nodiscard]] bool has_rest() const { return rest_.find_first_not_of(';') != npos; }

private:
  template <typename Predicate>
  std::string_view take_while(Predicate belongs)
  {
    const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), belongs);
    const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

std::optional<ThresholdRange> read_range(std::string_view text)
{
  std::string with_points{text};
  std::replace(with_points.begin(), with_points.end(), ',', '.');
  const auto range = parse_threshold_range(with_points);
  return range ? std::optional{*range} : std::nullopt;
}

// The four fields after the value, as far as they can be read.
void read_limits(FieldReader& reader, PerfdataValue& value)
{
  if (!reader.semicolon()) {
    return;
  }
  value.warning_text = reader.range_text();
  value.warning = read_range(value.warning_text);
  if (!reader.semicolon()) {
    return;
  }
  value.critical_text = reader.range_text();
  value.critical = read_range(value.critical_text);
  if (!reader.semicolon()) {
    return;
  }
  value.min = reader.bound();
  if (reader.semicolon()) {
    value.max = reader.bound();
  }
}

bool is_undetermined(std::string_view fields)
{
  return fields == "U" || fields.substr(0, 2) == "U;";
}

void note_unreadable(Perfdata& perfdata, std::string_view piece)
{
  ++perfdata.unreadable_count;
  if (perfdata.unreadable.size() < max_unreadable_pieces) {
    perfdata.unreadable.emplace_back(piece.substr(0, max_unreadable_bytes));
  }
}

// False if something in the piece could not be read.
bool add_value(Perfdata& perfdata, std::string label, std::string_view fields)
{
  FieldReader reader{fields};
  const auto number = reader.number();
  const auto unit = number ? reader.unit() : std::string_view{};
  if (!number || unit.size() > max_perfdata_unit_bytes) {
    return false;
  }
  PerfdataValue value;
  value.label = std::move(label);
  value.value = *number;
  value.unit = unit;
  read_limits(reader, value);
  const bool ranges_hold =
      value.warning_text.empty() == !value.warning && value.critical_text.empty() == !value.critical;
  perfdata.values.push_back(std::move(value));
  return ranges_hold && !reader.has_rest();
}

bool add_piece(Perfdata& perfdata, const Piece& piece)
{
  if (!piece.has_value || piece.fields.find('=') != npos ||
      perfdata.values.size() + perfdata.undetermined.size() >= max_perfdata_values) {
    return false;
  }
  auto label = read_label(piece.label);
  if (!label) {
    return false;
  }
  if (is_undetermined(piece.fields)) {
    perfdata.undetermined.push_back(std::move(*label));
    return true;
  }
  return add_value(perfdata, std::move(*label), piece.fields);
}

}  // namespace

Perfdata parse_perfdata(std::string_view text)
{
  Perfdata perfdata;
  for (auto start = text.find_first_not_of(white_space); start != npos;
       start = text.find_first_not_of(white_space)) {
    text.remove_prefix(start);
    const auto piece = next_piece(text);
    if (!add_piece(perfdata, piece)) {
      note_unreadable(perfdata, piece.text);
    }
    text.remove_prefix(piece.text.size());
  }
  return perfdata;
}

}  // namespace muster
