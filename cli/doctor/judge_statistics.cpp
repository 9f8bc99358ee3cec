// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/judge_statistics.hpp"

#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "cli/doctor/judge_fleet.hpp"
#include "cli/output/time_text.hpp"

namespace muster::cli::doctor {

namespace {

using protocol::Answer;
using protocol::Refusal;

constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_message = 4096;

constexpr std::array all_refusals{
    Refusal::policy,
    Refusal::unknown_key,
    Refusal::bad_signature,
    Refusal::malformed,
    Refusal::clock,
    Refusal::expired,
    Refusal::busy,
    Refusal::restarted,
    Refusal::replayed};

Refusal reason_in(protocol::JsonReader& reader)
{
  std::vector<std::string_view> words;
  words.reserve(all_refusals.size());
  for (const auto reason : all_refusals) {
    words.push_back(protocol::to_string(reason));
  }
  return all_refusals.at(reader.one_of("reason", words));
}

std::optional<Finding> judge_refusal(const Answer& statistics, const char* key, const char* subject)
{
  const auto* told = statistics.data.if_contains(key);
  if (told == nullptr || !told->is_object()) {
    return std::nullopt;
  }
  protocol::JsonReader reader{told->get_object(), key};
  const auto caller = reader.string("caller", longest_name);
  const auto agent = reader.optional_string("agent", longest_name);
  const auto action = reader.optional_string("action", longest_name);
  const auto message = reader.optional_string("message", longest_message);
  const auto at = reader.time("time");
  const auto reason = reason_in(reader);
  if (reader.error()) {
    return warning(
        subject,
        "it does not make sense: " + reader.error()->message,
        "bring its checkagent and mco to one version");
  }
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(statistics.now - at);
  const bool verified = std::string_view{key} == "last_refusal";
  const auto who = verified ? caller + (agent.empty() ? "" : ", who asked for " + agent + "." + action)
                            : "somebody who says to be " + caller;
  const auto what =
      fmt::format("{} ago it refused {}: {} - {}", age_text(age), who, protocol::to_string(reason), message);
  return age <= refusal_worth_a_warning ? warning(subject, what, fix_of(reason, caller))
                                        : good(subject, what);
}

std::optional<std::int64_t> number_at(const Answer& statistics, const char* key)
{
  const auto* value = statistics.data.if_contains(key);
  return value != nullptr && value->is_int64() ? std::optional{value->get_int64()} : std::nullopt;
}

Finding judge_open_files(std::int64_t open, std::int64_t limit)
{
  const auto what = fmt::format("checkagent has {} of {} files open", open, limit);
  const auto* more = "raise `LimitNOFILE=` of its unit (systemctl edit checkagent) and restart it";
  // Not open * 100: both numbers are a stranger's.
  if (limit > 0 &&
      open > limit / 100 * most_descriptors_percent + limit % 100 * most_descriptors_percent / 100) {
    return problem(
        "file descriptors",
        what + ": soon no plugin can be started",
        std::string{more} +
            "; if the number grows from day to day, something leaks: journalctl -u checkagent");
  }
  return limit >= fewest_descriptors ? good("file descriptors", what)
                                     : warning("file descriptors", what + ", which is few", more);
}

}  // namespace

void judge_statistics(const Answer& statistics, Findings& findings)
{
  const auto refusal = judge_refusal(statistics, "last_refusal", "last refusal");
  const auto unverified = judge_refusal(statistics, "last_unverified_refusal", "last stranger");
  const auto open = number_at(statistics, "open_files");
  const auto limit = number_at(statistics, "open_files_limit");
  for (const auto& one : {refusal, unverified}) {
    if (one) {
      findings.push_back(*one);
    }
  }
  if (!open || !limit) {
    return;  // a checkagent that tells of neither
  }
  if (!refusal && !unverified) {
    findings.push_back(good("last refusal", "it has refused nobody since its checkagent started"));
  }
  findings.push_back(judge_open_files(*open, *limit));
}

}  // namespace muster::cli::doctor
