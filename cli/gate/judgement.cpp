// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/judgement.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster::cli::gate {

Judgement judge(
    std::size_t problems,
    std::size_t missing,
    std::size_t expected,
    std::string doubt,
    const Tolerance& tolerance)
{
  Judgement judgement{Verdict::pass, problems, missing, std::move(doubt)};
  if (!tolerance.allows(problems, expected)) {
    judgement.verdict = Verdict::fail;
  } else if (missing > 0 || !judgement.doubt.empty()) {
    judgement.verdict = Verdict::inconclusive;
  }
  return judgement;
}

Judgement judge(const Observation& seen, const Tolerance& tolerance)
{
  const auto problems =
      std::count_if(seen.readings.begin(), seen.readings.end(), [&tolerance](const Reading& reading) {
        return tolerance.is_problem(reading.state);
      });
  return judge(
      static_cast<std::size_t>(problems),
      seen.expected - seen.readings.size(),
      seen.expected,
      seen.doubt,
      tolerance);
}

std::string judgement_text(const Judgement& judgement, bool new_ones)
{
  const std::string word = new_ones ? "new problem" : "problem";
  auto text = judgement.problems == 0
                  ? "no " + word
                  : fmt::format("{} {}{}", judgement.problems, word, judgement.problems == 1 ? "" : "s");
  if (judgement.missing > 0) {
    text += fmt::format(", {} result{} missing", judgement.missing, judgement.missing == 1 ? "" : "s");
  }
  return judgement.doubt.empty() ? text : text + ", " + judgement.doubt;
}

}  // namespace muster::cli::gate
