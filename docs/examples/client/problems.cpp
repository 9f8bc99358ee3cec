// SPDX-License-Identifier: Apache-2.0
// Asks every node for one check and prints those with a problem: docs/client-library.md.
#include <cstdio>

#include <boost/json/serialize.hpp>

#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/utf8.hpp"

int main(int argc, char** argv)
{
  using namespace muster;
  const auto settings = client::read_client_settings({}, client::process_environment());
  if (!settings || argc != 2) {
    std::fprintf(
        stderr, "%s\n", settings ? "usage: problems CHECK" : settings.error().front().message.c_str());
    return 64;
  }
  fleet::Question question;
  question.agent = "nrpe";
  question.action = "runcommand";
  question.data["command"] = argv[1];
  const auto report = client::ask(*settings, question);  // waits; Ctrl-C ends it with what has come
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return 69;
  }
  std::size_t bad = 0;
  for (const auto& node : report->nodes) {
    if (node.fate == fleet::Fate::not_meant || node.fate == fleet::Fate::gone) {
      continue;
    }
    const auto* state = node.answer ? node.answer->data.if_contains("exitcode") : nullptr;
    if (state != nullptr && *state == 0) {
      continue;
    }
    const auto told = state != nullptr ? boost::json::serialize(node.answer->data) : node.note;
    std::printf("%s: %s\n", node.name.c_str(), printable(told, false).c_str());
    ++bad;
  }
  std::printf("%zu of %zu\n", bad, report->account.expected());
  return bad == 0 ? 0 : 1;
}
