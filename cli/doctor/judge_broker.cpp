// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/judge_broker.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "cli/output/time_text.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::cli::doctor {

namespace {

using Kind = Trespass::Kind;
using Outcome = Trespass::Outcome;
using std::chrono::microseconds;

// What goes around the largest message in its packet: the topic, at most, and what MQTT adds.
constexpr std::uint32_t least_packet = 128 * 1024;

// One operator's answers come while another's do, and come in pages.
constexpr std::size_t least_queue = 100;

constexpr std::chrono::seconds session_of_a_node{120};

constexpr const char* read_the_rights = "compare the broker's ACL with docs/protocol.md, section 1";
constexpr const char* reload = "; reload the broker";

bool contains(const std::string& text, std::string_view word)
{
  return text.find(word) != std::string::npos;
}

std::string fix_of_no_session(const std::string& why)
{
  if (contains(why, "certificate")) {
    return "`tls: ca` must name the authority of the broker's certificate, `tls: certificate` one that the "
           "broker believes and that has not ended, and `brokers` a host name that its certificate has";
  }
  if (contains(why, "MQTT 5")) {
    return "the broker must speak MQTT 5: mosquitto does from 1.6 on";
  }
  if (contains(why, "not authorized") || contains(why, "bad user name")) {
    return "the broker must let this caller in: its certificate, or its user name";
  }
  return "start the broker, or correct its address in `brokers`";
}

Finding judge_round_trip(const BrokerFacts& facts)
{
  if (facts.round_trips.empty()) {
    const auto said = facts.refused.empty() ? std::string{"a message to ourselves did not come back"}
                                            : facts.refused.begin()->second;
    return problem(
        "round trip",
        said,
        std::string{"the broker's ACL needs `pattern read muster/1/reply/%u/+/+` and `pattern write "
                    "muster/1/reply/+/+/%u`"} +
            reload);
  }
  const auto& times = facts.round_trips;
  const auto sum = std::accumulate(times.begin(), times.end(), microseconds{0});
  return good(
      "round trip",
      fmt::format(
          "{} messages to ourselves came back, min: {} avg: {} ms",
          times.size(),
          milliseconds_text(*std::min_element(times.begin(), times.end())),
          milliseconds_text(sum / static_cast<microseconds::rep>(times.size()))));
}

Finding judge_packets(const BrokerFacts& facts)
{
  const auto most = facts.limits.maximum_packet_size;
  if (most && *most < least_packet) {
    return problem(
        "packet size",
        fmt::format("the broker takes packets of {} bytes; an answer may need {}", *most, least_packet),
        "mosquitto: max_packet_size 1048576, or no such line");
  }
  if (!facts.largest_came_back) {
    return problem(
        "packet size",
        fmt::format(
            "a message of {} bytes, the largest that Muster sends, did not come back",
            protocol::largest_encoded),
        "raise the broker's limit (mosquitto: message_size_limit, max_packet_size)");
  }
  return good(
      "packet size",
      fmt::format(
          "a message of {} bytes, the largest that Muster sends, came back", protocol::largest_encoded));
}

Finding judge_flow(const mqtt::BrokerLimits& limits)
{
  if (!limits.acknowledges) {
    return problem(
        "QoS", "the broker takes QoS 0 only", "requests need QoS 1: allow it, or take another broker");
  }
  constexpr std::uint16_t few = 10;
  const auto most = limits.receive_maximum;
  const auto what = most ? fmt::format("the broker takes {} unacknowledged messages of ours", *most)
                         : std::string{"the broker sets no limit to unacknowledged messages of ours"};
  return most && *most < few ? warning("QoS", what, "mosquitto: max_inflight_messages 1000")
                             : good("QoS", what);
}

Finding roll_call_is_impossible(const mqtt::BrokerLimits& limits)
{
  return warning(
      "roll-call",
      fmt::format("the broker knows no {}", limits.retains ? "wildcard subscriptions" : "retained messages"),
      "nobody can tell who is missing (\"expected: unknown\"): allow it, or take a broker that has it");
}

Finding judge_roll_call(const BrokerFacts& facts, const protocol::Topics& topics, std::size_t answers)
{
  const std::string right =
      std::string{"the broker's ACL needs `topic read muster/1/presence/+` for this caller"} + reload;
  if (!facts.limits.retains || !facts.limits.knows_wildcards) {
    return roll_call_is_impossible(facts.limits);
  }
  if (const auto refused = facts.refused.find(topics.every_presence()); refused != facts.refused.end()) {
    return problem("roll-call", refused->second, right);
  }
  if (!facts.presences.empty()) {
    return good(
        "roll-call",
        fmt::format(
            "the broker told of {} node{}", facts.presences.size(), facts.presences.size() == 1 ? "" : "s"));
  }
  if (answers > 0) {
    return problem(
        "roll-call", fmt::format("the broker told of no node, and yet {} answered", answers), right);
  }
  return warning("roll-call", "the broker told of no node", "if nodes have ever connected to it, " + right);
}

std::string_view words_of(Kind kind)
{
  switch (kind) {
  case Kind::forged_answer:
    return "answer as another";
  case Kind::forged_presence:
    return "announce another";
  case Kind::forged_result:
    return "publish check results of another";
  case Kind::overheard_requests:
    return "hear requests to other nodes";
  case Kind::overheard_results:
    return "hear every check result";
  case Kind::overheard:
    break;
  }
  return "hear answers to another caller";
}

const char* verb_of(Kind kind)
{
  return is_about_hearing(kind) ? "delivered" : "took";
}

const char* rule_against(Kind kind)
{
  switch (kind) {
  case Kind::forged_answer:
    return "only `pattern write muster/1/reply/+/+/%u` may let anybody write there";
  case Kind::forged_presence:
    return "only `pattern readwrite muster/1/presence/%u` may let anybody write there";
  case Kind::forged_result:
    return "only `pattern write muster/1/result/%u` may let anybody write there";
  case Kind::overheard_requests:
    return "only `pattern read muster/1/node/%u` may let anybody read there";
  case Kind::overheard_results:
    return "only a collector needs `topic read muster/1/result/+`";
  case Kind::overheard:
    break;
  }
  return "only `pattern read muster/1/reply/%u/+/+` may let anybody read there";
}

bool has(const std::vector<Trespass>& trespasses, Kind kind, Outcome outcome)
{
  return std::any_of(trespasses.begin(), trespasses.end(), [&](const Trespass& one) {
    return one.kind == kind && one.outcome == outcome;
  });
}

bool says_no(const std::vector<Trespass>& trespasses)
{
  return std::any_of(trespasses.begin(), trespasses.end(), [](const Trespass& one) {
    return one.outcome == Outcome::refused && !is_about_hearing(one.kind);
  });
}

// A publish that nobody hears was taken, unless this broker says nothing to those it drops.
bool was_done(const Trespass& one, const std::vector<Trespass>& all)
{
  if (one.outcome == Outcome::heard) {
    return true;
  }
  const bool nobody_may_listen = one.kind == Kind::forged_result;
  return nobody_may_listen && one.outcome == Outcome::unheard &&
         (says_no(all) || has(all, Kind::forged_answer, Outcome::heard));
}

bool may_forget(const Trespass& one, const std::vector<Trespass>& all)
{
  return one.kind == Kind::forged_presence && !has(all, Kind::forged_answer, Outcome::heard);
}

// docs/protocol.md, section 1: a collector or a bridge is fed by them.
bool is_fed_by_results(std::string_view caller)
{
  return caller.starts_with("collector@") || caller.starts_with("nagios-bridge@");
}

// What was done although it should not have been. Whoever may ask for any check learns no more from the
// results of others, so that right is no hole, only one too many.
Finding too_wide(const Trespass& one, const std::string& caller)
{
  const auto what =
      fmt::format("{} may {}: the broker {} {}", caller, words_of(one.kind), verb_of(one.kind), one.topic);
  const auto fix = std::string{rule_against(one.kind)} + reload;
  return one.kind == Kind::overheard_results ? warning("rights", what, fix) : problem("rights", what, fix);
}

Finding nobody_is_held_back()
{
  return problem(
      "rights",
      "whoever is connected may speak as any node and hear everything: the broker has no ACL",
      "give it the configuration and the acl that `mco ca init` writes, and restart it");
}

}  // namespace

Findings judge_broker(const BrokerFacts& facts, const protocol::Topics& topics, std::size_t answers)
{
  if (!facts.connected) {
    const auto why = facts.no_session ? facts.no_session->message : facts.url + ": no answer from the broker";
    return {problem("broker", why, fix_of_no_session(why))};
  }
  Findings findings{good("broker", "connected to " + facts.url + " with MQTT 5")};
  if (facts.no_session) {
    findings.push_back(problem("broker", facts.no_session->message, read_the_rights));
  }
  findings.push_back(judge_round_trip(facts));
  if (!facts.round_trips.empty()) {
    findings.push_back(judge_packets(facts));
  }
  findings.push_back(judge_flow(facts.limits));
  findings.push_back(judge_roll_call(facts, topics, answers));
  return findings;
}

Finding judge_queue(const QueueTrial& trial, std::size_t nodes)
{
  if (!trial.finished || trial.sent == 0) {
    return warning("queue", "how much the broker keeps for a slow reader could not be told", read_the_rights);
  }
  if (trial.session_expiry && *trial.session_expiry < session_of_a_node) {
    return warning(
        "queue",
        fmt::format(
            "the broker forgets a session after {} s; nodes ask for {}",
            trial.session_expiry->count(),
            session_of_a_node.count()),
        "raise the broker's limit (mosquitto: persistent_client_expiration 7d)");
  }
  if (trial.kept >= trial.sent) {
    return good("queue", fmt::format("all of {} messages waited for a reader that was away", trial.sent));
  }
  const auto what = fmt::format(
      "of {} messages for a reader that was away {} waited, the broker dropped the rest",
      trial.sent,
      trial.kept);
  const auto* fix = "mosquitto: max_queued_messages 0 and max_queued_bytes 0";
  const bool too_few = trial.kept < std::max(nodes, least_queue);
  return too_few ? problem("queue", what, fix)
                 : warning("queue", what + fmt::format(" (nodes of this fleet: {})", nodes), fix);
}

Findings judge_trespasses(const std::vector<Trespass>& trespasses, const std::string& caller)
{
  if (has(trespasses, Kind::forged_answer, Outcome::heard) &&
      has(trespasses, Kind::overheard, Outcome::heard)) {
    return {nobody_is_held_back()};
  }
  Findings findings;
  std::string allowed;
  for (const auto& one : trespasses) {
    if (one.outcome == Outcome::untold) {
      findings.push_back(warning(
          "rights",
          fmt::format("whether {} may {} cannot be told", caller, words_of(one.kind)),
          read_the_rights));
    } else if (!was_done(one, trespasses)) {
      continue;
    } else if (may_forget(one, trespasses)) {
      allowed += "; it may write presences, as who may `mco node forget` must";
    } else if (one.kind == Kind::overheard_results && is_fed_by_results(caller)) {
      allowed += "; it may hear every check result, as a collector must";
    } else {
      findings.push_back(too_wide(one, caller));
    }
  }
  if (findings.empty() && !trespasses.empty()) {
    findings.push_back(good(
        "rights", caller + " can neither speak as another nor hear what is meant for another" + allowed));
  }
  return findings;
}

}  // namespace muster::cli::doctor
