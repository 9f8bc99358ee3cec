// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/filter.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::protocol {

// The messages of docs/protocol.md: values, and the functions that write and read them. A reader takes
// hostile bytes and returns invalid_input with the path to what is wrong; a writer makes what every reader
// takes, and never more than `largest_encoded` bytes: it cuts texts with a visible mark, and where that is
// not enough, leaves out what can be missed, and says so.

struct Target {
  enum class Kind { collective, node };
  Kind kind = Kind::collective;
  std::string name;
};

// Which nodes shall answer: all (those that are not meant too), only those that are meant, or only those that
// refuse, because the answer proper travels as a check result.
enum class ReplyMode { all, meant, trouble };

struct Request {
  std::string caller;
  std::string session;
  std::string id;
  Target to;
  std::string agent;
  std::string action;
  json::object data;
  Filter filter;
  Time sent;
  std::chrono::milliseconds ttl{60'000};   // valid this long by the clock
  std::chrono::milliseconds wait{10'000};  // counted by the node from receipt
  std::chrono::milliseconds splay{0};
  // More than 0: a job of that name, which may take so long; the answer says only that it has begun.
  std::chrono::milliseconds detach{0};
  ReplyMode reply = ReplyMode::all;
};

// The longest that a request may wait, and a job may take.
inline constexpr std::chrono::hours longest_wait{24};

// The words of a header that are drawn by lot: a session's name, a request's id.
bool is_session_name(std::string_view text);

// A request as it came: the header is split, the signature is not yet verified, the body is not yet parsed.
struct SealedRequest {
  std::string caller;
  std::string session;
  std::string id;
  Signature signature{};
  std::string signed_text;  // what the signature must cover
  std::string_view body;    // a part of signed_text's source: valid as long as the payload that was opened
};

// Nothing of a request can be cut, so this may be more than `largest_encoded`: then it must not be sent.
std::string seal(const Request& request, const SecretKey& key);
Expected<SealedRequest> open_header(std::string_view payload);

// Only for a SealedRequest whose signature holds.
Expected<Request> parse_body(const SealedRequest& sealed);

enum class Outcome { done, refused, not_meant, running };
enum class Refusal {
  policy,
  unknown_key,
  bad_signature,
  malformed,
  clock,
  expired,
  busy,
  restarted,
  replayed,
};

std::string_view to_string(Refusal reason);

struct Answer {
  std::string id;
  std::string node;
  Time now;
  Outcome outcome = Outcome::done;
  int status = 0;       // done: MCollective's 0 to 5
  std::string message;  // done: "OK" or why not; refused: what to do about it
  json::object data;    // done only
  Time received;
  Time started;
  Time finished;
  Refusal reason = Refusal::policy;  // refused only
};

std::string encode(const Answer& answer);
Expected<Answer> parse_answer(std::string_view payload);

enum class NodeState { up, stopped, gone };

struct Presence {
  std::string name;
  NodeState state = NodeState::up;
  std::string instance;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  Facts facts;                       // the announced ones
  std::vector<std::string> classes;  // the announced ones
  bool all_classes = false;          // true: `classes` is the whole list
  std::string version;
  std::string broker;  // "host:port" that it is connected to, as the node names it; empty: not told
  std::int64_t epoch = 0;
  std::int64_t seq = 0;
  std::vector<std::string> health;  // one sentence for each thing that is broken on the node
};

// How long a broker keeps a presence; what is left of it tells a reader how old it is.
inline constexpr std::chrono::hours presence_expiry{24 * 90};

// How long ago the broker took a presence in. Nothing left to tell it by: just now.
std::chrono::seconds presence_age(std::optional<std::chrono::seconds> expiry_left);

std::string encode(const Presence& presence);
Expected<Presence> parse_presence(std::string_view payload);

// A place in a node's history: just behind result `seq` of `epoch`. Seq 0 is the start of an epoch.
struct Cursor {
  std::int64_t epoch = 0;
  std::int64_t seq = 0;

  friend auto operator<=>(const Cursor&, const Cursor&) =
      default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

struct ResultMessage {
  std::string node;
  std::int64_t epoch = 0;
  std::int64_t seq = 0;
  Time now;
  CheckResult result;

  [[nodiscard]] Cursor cursor() const { return {epoch, seq}; }
};

std::string encode(const ResultMessage& message);
json::object to_json(const ResultMessage& message);
Expected<ResultMessage> parse_result(std::string_view payload);
Expected<ResultMessage> result_from_json(const json::object& object, const std::string& path);

json::object to_json(const Filter& filter);
Expected<Filter> filter_from_json(const json::object& object, const std::string& path);
json::object to_json(const Facts& facts);
Expected<Facts> facts_from_json(const json::object& object, const std::string& path);

}  // namespace muster::protocol
