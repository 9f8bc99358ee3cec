// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/gate_files.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr mode_t readable = 0644;  // reports are for others to read
constexpr mode_t own = 0600;       // what plugins say need not be everybody's

bool matches_by_name(const CompiledFilter& filter, const std::string& name)
{
  static const Facts no_facts{};
  static const std::vector<std::string> no_words{};
  return filter.matches({name, no_facts, no_words, no_words});
}

std::optional<Error> filter_objection(const fleet::Question& asked, const FleetArguments& arguments)
{
  auto others = asked.filter;
  others.identities.clear();
  if (others.empty() && arguments.collective.empty()) {
    return std::nullopt;
  }
  return Error{
      ErrorCode::invalid_input,
      "compare asks what the file holds: narrow it with -I or -n alone, or save again with this filter"};
}

std::optional<Error> stranger_objection(
    const std::vector<std::string>& names, const gate::SavedState& before, const std::string& file)
{
  for (const auto& name : names) {
    if (!before.results.contains(name)) {
      return Error{
          ErrorCode::invalid_input,
          std::string{file}
              .append(" holds nothing of ")
              .append(name)
              .append(": leave it out, or save again before the change")};
    }
  }
  return std::nullopt;
}

std::vector<std::string> names_in_scope(const gate::SavedState& before, const InScope& in_scope)
{
  std::vector<std::string> names;
  for (const auto& [name, results] : before.results) {
    if (in_scope(name)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

Expected<void> write_report(const std::string& file, const std::string& text)
{
  return runtime::write_file_atomically(file, text, readable);
}

Expected<void> write_state(
    const std::string& file,
    const fleet::Question& question,
    const std::vector<std::string>& checks,
    const fleet::FleetReport& report,
    const gate::Observation& seen)
{
  gate::SavedState state;
  state.saved = report.started;
  state.collective = question.collective;
  state.nodes = question.nodes;
  state.filter = question.filter;
  state.checks = checks;
  gate::put_results(state, seen);
  const auto text = gate::encode(state);
  if (!text) {
    return tl::unexpected{text.error().with_context(file)};
  }
  return runtime::write_file_atomically(file, *text, own);
}

Expected<gate::SavedState> read_state(const std::string& file)
{
  const auto text = runtime::read_text_file(file, gate::largest_saved_state);
  if (!text) {
    return tl::unexpected{text.error()};
  }
  auto state = gate::parse_saved_state(*text);
  if (!state) {
    return tl::unexpected{state.error().with_context(file)};
  }
  return state;
}

Expected<InScope> ask_again(
    Prepared& prepared,
    const gate::SavedState& before,
    const std::string& file,
    const FleetArguments& arguments)
{
  auto& asked = prepared.addressed.question;
  for (const auto& wrong :
       {filter_objection(asked, arguments), stranger_objection(asked.nodes, before, file)}) {
    if (wrong) {
      return tl::unexpected{*wrong};
    }
  }
  auto filter = CompiledFilter::compile(before.filter);
  if (!filter) {
    return tl::unexpected{filter.error().with_context(file)};
  }
  const std::set<std::string> named{asked.nodes.begin(), asked.nodes.end()};
  const bool narrowed = !named.empty() || !asked.filter.identities.empty();
  const InScope in_scope = [named, by_name = prepared.addressed.filter](const std::string& name) {
    return (named.empty() || named.contains(name)) && matches_by_name(by_name, name);
  };
  asked.nodes = narrowed ? names_in_scope(before, in_scope) : before.nodes;
  if (narrowed && asked.nodes.empty()) {
    return failure(ErrorCode::invalid_input, file + " holds no node that matches: look with mco find");
  }
  asked.collective = before.collective;
  asked.filter = before.filter;
  prepared.addressed.filter = std::move(*filter);
  return in_scope;
}

}  // namespace muster::cli
