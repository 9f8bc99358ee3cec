// SPDX-License-Identifier: Apache-2.0
#include "collector/web/forms.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collector/web/frame.hpp"
#include "collector/web/operations.hpp"
#include "collector/web/parts.hpp"
#include "collector/web/spans.hpp"
#include "collector/web/url.hpp"

namespace muster::collector::web {

namespace {

// What was done, as the next page says it.
using Done = Expected<std::string>;

Targets chosen(const Fields& form)
{
  Targets targets;
  for (const auto& text : all_of(form, "on")) {
    targets.insert(parse_target_text(text));
  }
  return targets;
}

// Empty: `otherwise`.
Expected<std::chrono::seconds> span_in(
    const Fields& form, std::string_view name, std::chrono::seconds otherwise)
{
  const auto text = first_of(form, name);
  if (text.empty()) {
    return otherwise;
  }
  auto span = parse_span(text);
  return span ? span : tl::unexpected{span.error().with_context(name)};
}

Done acknowledge_chosen(const Context& context, const Fields& form)
{
  const auto lasts = span_in(form, "expires", std::chrono::seconds{0});
  if (!lasts) {
    return tl::unexpected{lasts.error()};
  }
  const auto targets = chosen(form);
  const Acknowledging request{
      std::string{first_of(form, "comment")}, first_of(form, "sticky") == "1", *lasts};
  return acknowledge(context, targets, request).map([&] {
    return counted(targets.size(), "problem", "problems") + " acknowledged.";
  });
}

Done unacknowledge_chosen(const Context& context, const Fields& form)
{
  return unacknowledge(context, chosen(form)).map([] {
    return std::string{"The acknowledgement is taken back."};
  });
}

std::vector<std::string> words_in(std::string_view text)
{
  std::vector<std::string> words;
  constexpr std::string_view separators = " ,\t\r\n";
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty() || words.size() > most_targets) {
      return words;
    }
    const auto size = std::min(text.find_first_of(separators), text.size());
    words.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

Expected<Time> start_in(const Fields& form, Time now)
{
  const auto text = first_of(form, "start");
  if (text.empty()) {
    return now;
  }
  auto start = parse_clock(text);
  return start ? start : tl::unexpected{start.error().with_context("from")};
}

// When, and why; of what is filled in by the callers.
Expected<ShownDowntime> downtime_in(const Context& context, const Fields& form)
{
  const auto start = start_in(form, context.now);
  const auto length = span_in(form, "length", std::chrono::hours{1});
  const auto flexible = span_in(form, "flexible", std::chrono::seconds{0});
  if (!start || !length || !flexible) {
    return tl::unexpected{!start ? start.error() : !length ? length.error() : flexible.error()};
  }
  ShownDowntime downtime;
  downtime.comment = first_of(form, "comment");
  downtime.start = *start;
  downtime.end = *start + *length;
  if (flexible->count() > 0) {
    downtime.duration = *flexible;
  }
  return downtime;
}

// A downtime means every one of its checks on every one of its nodes, so rows that were chosen one by one
// make one for each check.
Done expect_chosen(const Context& context, const Targets& targets, const ShownDowntime& common)
{
  std::map<std::string, std::vector<std::string>> nodes;
  for (const auto& target : targets) {
    nodes[target.check].push_back(target.node);
  }
  std::vector<ShownDowntime> downtimes;
  for (auto& [check, names] : nodes) {
    downtimes.push_back(common);
    downtimes.back().nodes = std::move(names);
    if (!check.empty()) {
      downtimes.back().checks = {check};
    }
  }
  if (const auto added = add_downtimes(context, std::move(downtimes)); !added) {
    return tl::unexpected{added.error()};
  }
  return counted(targets.size(), "problem is", "problems are") + " expected until " + clock_text(common.end) +
         ".";
}

Done expect(const Context& context, const Fields& form)
{
  auto downtime = downtime_in(context, form);
  if (!downtime) {
    return tl::unexpected{downtime.error()};
  }
  const auto targets = chosen(form);
  if (targets.size() > most_targets) {
    return failure(ErrorCode::invalid_input, "expected at most 1000 problems to be chosen");
  }
  if (!targets.empty()) {
    return expect_chosen(context, targets, *downtime);
  }
  downtime->filter = first_of(form, "filter");
  downtime->select.compound = first_of(form, "select");
  downtime->nodes = words_in(first_of(form, "nodes"));
  downtime->checks = words_in(first_of(form, "checks"));
  return add_downtime(context, std::move(*downtime)).map([](const std::string& id) {
    return "Downtime " + id + " is set.";
  });
}

Done remove(const Context& context, const Fields& form)
{
  const std::string id{first_of(form, "id")};
  return remove_downtime(context, id).map([&] { return "Downtime " + id + " is taken back."; });
}

}  // namespace

Done act_on_form(const Context& context, const Fields& form)
{
  const auto& path = context.request.path;
  if (path == "/do/acknowledge") {
    return acknowledge_chosen(context, form);
  }
  if (path == "/do/unacknowledge") {
    return unacknowledge_chosen(context, form);
  }
  if (path == "/do/downtime") {
    return expect(context, form);
  }
  if (path == "/do/downtime/remove") {
    return remove(context, form);
  }
  return failure(ErrorCode::not_found, "there is nothing at this address");
}

HttpResponse go_to(std::string_view address)
{
  auto response = plain_text(303, "go on there");
  response.headers.emplace_back("Location", is_local_path(address) ? std::string{address} : "/");
  return response;
}

}  // namespace muster::collector::web
