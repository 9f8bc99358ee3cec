// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::protocol {
using std::chrono::milliseconds;

namespace {

constexpr std::string_view format_word = "muster1";
constexpr std::size_t longest_header = 1024;
constexpr std::size_t longest_word = 64;  // of a session or an id: ours have 16 letters
constexpr std::size_t longest_name = 128;
constexpr milliseconds longest_ttl = std::chrono::hours{24};

const std::vector<std::string_view> reply_words{"all", "meant", "trouble"};

}  // namespace

bool is_session_name(std::string_view text)
{
  return !text.empty() && text.size() <= longest_word &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
         });
}

namespace {

json::object body_of(const Request& request)
{
  json::object to;
  to[request.to.kind == Target::Kind::node ? "node" : "collective"] = request.to.name;
  json::object body;
  body["to"] = std::move(to);
  body["agent"] = request.agent;
  body["action"] = request.action;
  body["data"] = request.data;
  body["filter"] = to_json(request.filter);
  body["sent"] = to_json(request.sent);
  body["ttl"] = request.ttl.count();
  body["wait"] = request.wait.count();
  body["reply"] = reply_words[static_cast<std::size_t>(request.reply)];
  body["splay"] = request.splay.count();
  if (request.detach.count() > 0) {
    body["detach"] = request.detach.count();
  }
  return body;
}

// Takes the next word, up to a blank or the end of the line.
std::string_view next_word(std::string_view& line)
{
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

Target target_from_json(const json::object& object)
{
  JsonReader to{object, "to"};
  if (to.has("node")) {
    return {Target::Kind::node, to.string("node", max_node_name_length)};
  }
  return {Target::Kind::collective, to.string("collective", max_collective_name_length)};
}

bool is_valid(const Target& target)
{
  if (target.kind == Target::Kind::collective) {
    return is_collective_name(target.name);
  }
  return is_node_name(target.name) || is_service_name(target.name);
}

}  // namespace

std::string seal(const Request& request, const SecretKey& key)
{
  std::string header =
      std::string{format_word} + " " + request.caller + " " + request.session + " " + request.id;
  const std::string body = json::serialize(body_of(request));
  const auto signature = key.sign(header + "\n" + body);
  header += " " + to_base64(signature.data(), signature.size()) + "\n";
  return header + body;
}

Expected<SealedRequest> open_header(std::string_view payload)
{
  if (payload.size() > largest_message) {
    return failure(
        ErrorCode::invalid_input, "request: larger than " + std::to_string(largest_message) + " bytes");
  }
  const auto end = payload.substr(0, longest_header).find('\n');
  if (end == std::string_view::npos) {
    return failure(ErrorCode::invalid_input, "request: no header line");
  }
  auto line = payload.substr(0, end);
  const auto format = next_word(line);
  const auto caller = next_word(line);
  const auto session = next_word(line);
  const auto id = next_word(line);
  const auto signature = signature_from_base64(line);
  if (format != format_word || !is_caller_name(caller) || !is_session_name(session) || !is_session_name(id) ||
      !signature) {
    return failure(
        ErrorCode::invalid_input, "request: the header is not \"muster1 CALLER SESSION ID SIGNATURE\"");
  }
  SealedRequest sealed;
  sealed.signature = *signature;
  sealed.caller = caller;
  sealed.session = session;
  sealed.id = id;
  sealed.body = payload.substr(end + 1);
  sealed.signed_text =
      std::string{payload.substr(0, end - line.size() - 1)} + "\n" + std::string{sealed.body};
  return sealed;
}

Expected<Request> parse_body(const SealedRequest& sealed)
{
  const auto object = parse_object(sealed.body);
  if (!object) {
    return tl::unexpected{object.error().with_context("request")};
  }
  JsonReader body{*object, "request"};
  Request request;
  request.caller = sealed.caller;
  request.session = sealed.session;
  request.id = sealed.id;
  request.to = target_from_json(body.object("to"));
  if (!is_valid(request.to)) {
    body.fail("to", R"({"collective": NAME} or {"node": NAME})");
  }
  request.agent = body.string("agent", longest_name);
  request.action = body.string("action", longest_name);
  request.data = body.object("data");
  request.sent = body.time("sent");
  request.ttl = milliseconds{body.integer("ttl", 0, longest_ttl.count())};
  request.wait = milliseconds{body.integer("wait", 0, milliseconds{longest_wait}.count())};
  request.splay = body.duration("splay", longest_wait);
  request.detach = body.duration("detach", longest_wait);
  request.reply = static_cast<ReplyMode>(body.one_of("reply", reply_words));
  auto filter = filter_from_json(body.object("filter"), "request.filter");
  if (body.error()) {
    return tl::unexpected{*body.error()};
  }
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  request.filter = std::move(*filter);
  return request;
}

json::object to_json(const Filter& filter)
{
  json::object object;
  const auto put = [&object](const char* name, const std::vector<std::string>& words) {
    if (!words.empty()) {
      object[name] = json::array(words.begin(), words.end());
    }
  };
  put("identity", filter.identities);
  put("class", filter.classes);
  put("agent", filter.agents);
  json::array facts;
  for (const auto& term : filter.facts) {
    json::object fact;
    fact["name"] = term.name;
    fact["op"] = to_string(term.op);
    fact["value"] = term.value;
    facts.push_back(std::move(fact));
  }
  if (!facts.empty()) {
    object["fact"] = std::move(facts);
  }
  if (!filter.compound.empty()) {
    object["compound"] = filter.compound;
  }
  return object;
}

namespace {

Expected<FactTerm> fact_term_from_json(const json::value& value, const std::string& path)
{
  const auto* object = value.if_object();
  if (object == nullptr) {
    return failure(ErrorCode::invalid_input, path + ": expected an object");
  }
  JsonReader reader{*object, path};
  FactTerm term;
  term.name = reader.string("name", Filter::max_term_length);
  term.value = reader.string("value", Filter::max_term_length);
  const auto op = parse_fact_operator(reader.string("op", 2));
  if (!op) {
    reader.fail("op", "one of = == != =~ < <= > >=");
  }
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  term.op = *op;
  return term;
}

}  // namespace

Expected<Filter> filter_from_json(const json::object& object, const std::string& path)
{
  JsonReader reader{object, path};
  Filter filter;
  filter.identities = reader.strings("identity", Filter::max_terms, Filter::max_term_length);
  filter.classes = reader.strings("class", Filter::max_terms, Filter::max_term_length);
  filter.agents = reader.strings("agent", Filter::max_terms, Filter::max_term_length);
  filter.compound = reader.optional_string("compound", Filter::max_compound_length);
  const auto* facts = object.if_contains("fact");
  if (facts != nullptr && (!facts->is_array() || facts->get_array().size() > Filter::max_terms)) {
    reader.fail("fact", "a list of at most " + std::to_string(Filter::max_terms) + " terms");
  }
  if (reader.error()) {
    return tl::unexpected{*reader.error()};
  }
  if (facts != nullptr) {
    for (const auto& element : facts->get_array()) {
      auto term = fact_term_from_json(element, path + ".fact");
      if (!term) {
        return tl::unexpected{term.error()};
      }
      filter.facts.push_back(std::move(*term));
    }
  }
  return filter;
}

}  // namespace muster::protocol
