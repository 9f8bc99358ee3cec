// SPDX-License-Identifier: Apache-2.0
#include "collector/web/graphs.hpp"

#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "collector/web/html.hpp"
#include "collector/web/spans.hpp"

namespace muster::collector::web {

namespace {

constexpr std::chrono::hours shortest_span{1};
constexpr int narrowest = 100;  // pixels
constexpr int widest = 4000;

Expected<void> read_kind(std::string_view text, GraphQuery::Kind& kind)
{
  if (text.empty() || text == "values") {
    kind = GraphQuery::Kind::values;
  } else if (text == "fleet_band") {
    kind = GraphQuery::Kind::fleet_band;
  } else if (text == "fleet_values") {
    kind = GraphQuery::Kind::fleet_values;
  } else if (text == "fleet_states") {
    kind = GraphQuery::Kind::fleet_states;
  } else {
    return failure(
        ErrorCode::invalid_input, "kind: expected values, fleet_band, fleet_values or fleet_states");
  }
  return {};
}

Expected<void> read_span(std::string_view text, std::chrono::seconds& span)
{
  if (text.empty()) {
    return {};
  }
  const auto read = parse_span(text);
  if (!read) {
    return tl::unexpected{read.error().with_context("span")};
  }
  if (*read < shortest_span) {
    return failure(ErrorCode::invalid_input, "span: expected an hour at least");
  }
  span = *read;
  return {};
}

Expected<void> read_pixels(const Fields& fields, std::string_view name, int& pixels)
{
  const auto text = first_of(fields, name);
  if (text.empty()) {
    return {};
  }
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), pixels);
  if (failed != std::errc{} || end != text.data() + text.size() || pixels < narrowest || pixels > widest) {
    return failure(ErrorCode::invalid_input, std::string{name} + ": expected 100 to 4000 pixels");
  }
  return {};
}

Expected<void> read_format(std::string_view text, GraphQuery::Format& format)
{
  if (!text.empty() && text != "svg" && text != "png") {
    return failure(ErrorCode::invalid_input, "format: expected svg or png");
  }
  format = text == "png" ? GraphQuery::Format::png : GraphQuery::Format::svg;
  return {};
}

Expected<void> check_names(const GraphQuery& query)
{
  if (query.check.empty()) {
    return failure(ErrorCode::invalid_input, "check: expected the name of one");
  }
  if (query.kind == GraphQuery::Kind::values && query.node.empty()) {
    return failure(ErrorCode::invalid_input, "node: expected the name of one, or kind=fleet_band for all");
  }
  if (query.kind == GraphQuery::Kind::fleet_values && query.label.empty()) {
    return failure(ErrorCode::invalid_input, "label: expected that of one of its values");
  }
  return {};
}

HttpResponse picture(std::string image, GraphQuery::Format format)
{
  HttpResponse response;
  response.content_type = format == GraphQuery::Format::png ? "image/png" : "image/svg+xml";
  response.body = std::move(image);
  // Opened by itself, a drawing is a document: labels in it are a node's.
  response.headers = {
      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"},
      {"Cache-Control", "private, max-age=30"}};
  return response;
}

}  // namespace

Expected<GraphQuery> parse_graph(const Fields& fields)
{
  GraphQuery query;
  query.node = first_of(fields, "node");
  query.check = first_of(fields, "check");
  query.label = first_of(fields, "label");
  query.dark = first_of(fields, "dark") == "1";
  return read_kind(first_of(fields, "kind"), query.kind)
      .and_then([&] { return read_span(first_of(fields, "span"), query.span); })
      .and_then([&] { return read_format(first_of(fields, "format"), query.format); })
      .and_then([&] { return read_pixels(fields, "width", query.width); })
      .and_then([&] { return read_pixels(fields, "height", query.height); })
      .and_then([&] { return check_names(query); })
      .map([&] { return query; });
}

HttpResponse no_graph(const Error& why)
{
  Html drawing;
  drawing.put(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 220\" width=\"720\" height=\"220\"><text "
      "x=\"360\" y=\"116\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"15\" "
      "fill=\"#8b8b8b\">{}</text></svg>",
      why.code == ErrorCode::not_found ? "Nothing is recorded yet." : why.message);
  auto response = picture(drawing.text(), GraphQuery::Format::svg);
  response.status = why.code == ErrorCode::not_found ? 200 : http_status(why.code);
  return response;
}

void Graphs::answer(const Context& context, Refuse refuse, const Respond& respond)
{
  const auto query = parse_graph(context.request.query);
  if (!query) {
    respond(refuse(query.error()));
    return;
  }
  if (*waiting_ >= most_drawings) {
    respond(refuse({ErrorCode::timed_out, "too many graphs are being drawn: try again in a second"}));
    return;
  }
  ++*waiting_;
  context.board.draw(
      *query, [waiting = waiting_, refuse, respond, format = query->format](Expected<std::string> image) {
        --*waiting;
        respond(image ? picture(std::move(*image), format) : refuse(image.error()));
      });
}

}  // namespace muster::collector::web
