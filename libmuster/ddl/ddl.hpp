// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

// What an agent can do, as data: its actions with their inputs and outputs. The format is Choria's JSON DDL
// (schema https://choria.io/schemas/mcorpc/ddl/v1/agent.json) with one member of our own, `changes`:
// docs/ddl.md. Plain values; safe to share between threads while nobody changes them.
namespace muster::ddl {

namespace json = protocol::json;

enum class Type { string, integer, floating, number, boolean, list, hash, array };

// As the DDL writes it: "string", "integer", "float", …
std::string_view to_string(Type type) noexcept;

// Whether an input can be of the type that the DDL writes so.
bool is_type(std::string_view word) noexcept;

struct Input {
  std::string name;
  std::string prompt;
  std::string description;
  Type type = Type::string;
  bool optional = false;
  std::optional<json::value> default_value;
  std::string validation;         // of a string: the name of a validator, or a regular expression
  std::size_t longest = 0;        // of a string, in characters; 0: no limit but the message's
  std::vector<std::string> list;  // of a list: the words it may be
};

struct Output {
  std::string name;
  std::string description;
  std::string display_as;
  std::string type;  // free text: only for the reader
  std::optional<json::value> default_value;
};

// One line or block that `mco rpc` makes from the replies of all nodes.
struct Aggregate {
  std::string function;                // "summary", "average", …
  std::string output;                  // the output it looks at
  std::string format;                  // as printf writes it; empty: the function's own
  std::optional<json::value> mapping;  // of boolean_summary: {"true": text, "false": text}
};

// Which replies an operator sees when nothing else is asked for.
enum class Display { ok, failed, always };

struct Action {
  std::string name;
  std::string description;
  Display display = Display::failed;
  bool changes = true;  // the node: denied unless a policy allows it
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Aggregate> aggregates;
};

struct Metadata {
  std::string name;
  std::string description;
  std::string author;
  std::string license;
  std::string version;
  std::string url;
  std::chrono::milliseconds timeout{10'000};  // how long an action may take
};

struct Agent {
  Metadata metadata;
  std::vector<Action> actions;

  // Null if there is none of that name.
  [[nodiscard]] const Action* find(std::string_view action) const noexcept;
};

// The largest DDL that is read: it must fit into one answer.
inline constexpr std::size_t largest_ddl = std::size_t{96} * 1024;

// Agents in the field have three to twenty.
inline constexpr std::size_t most_actions = 128;

// Of a description or an expression, in bytes: more than anybody reads.
inline constexpr std::size_t longest_ddl_text = 4096;

// Takes hostile text: every limit and every regular expression is checked here, so that what comes out can
// be used without further thought. Fails with invalid_input and the path to what is wrong.
Expected<Agent> parse(std::string_view text);
Expected<Agent> from_json(const json::object& object);

// Tells two DDLs of one agent apart whatever their versions say: 16 hexadecimal digits, made from the members
// in their order (FNV-1a), so that blanks do not count. Not a proof against forgery: whoever could forge a
// DDL could answer with it.
std::string fingerprint(const json::object& object);

// The names of agents, actions, inputs and outputs: letters, digits, `_`, `-`, `.`; at most 64 of them.
bool is_name(std::string_view word) noexcept;

}  // namespace muster::ddl
