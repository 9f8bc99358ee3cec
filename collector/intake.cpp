// SPDX-License-Identifier: Apache-2.0
#include "collector/intake.hpp"

#include <algorithm>
#include <utility>

#include "collector/wall_clock.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;
using fleet::ResultStream;

namespace {

constexpr std::size_t id_length = 16;
constexpr std::chrono::milliseconds goodbye_patience{1000};

}  // namespace

Intake::Intake(
    const boost::asio::any_io_executor& executor,
    mqtt::MqttClient& client,
    Store& store,
    Identity identity,
    EngineRules rules)
    : client_{client},
      store_{store},
      identity_{std::move(identity)},
      pages_{identity_},
      rules_{with_nodes(std::move(rules))},
      book_{rules_},
      timer_{executor}
{}

// What a dependency is about follows from presences, of which the states know nothing.
EngineRules Intake::with_nodes(EngineRules rules) const
{
  rules.dependencies = find_nodes(
      std::move(rules.dependencies), [this](const std::string& name) { return book_.presence_of(name); });
  return rules;
}

Expected<void> Intake::start()
{
  if (auto loaded = load(); !loaded) {
    return loaded;
  }
  client_.start(*this);
  look_again();
  return {};
}

Expected<void> Intake::load()
{
  auto nodes = store_.nodes();
  auto services = nodes ? store_.services() : tl::make_unexpected(nodes.error());
  auto care = services ? store_.care() : tl::make_unexpected(services.error());
  if (!care) {
    return tl::unexpected{care.error()};
  }
  loaded_ = true;
  stream_ = {};
  for (const auto& node : *nodes) {
    stream_.restore(node.name, node.cursor);
  }
  book_ = FleetBook{rules_};
  book_.restore({std::move(*nodes), std::move(*services), std::move(*care)}, wall_clock_now());
  if (book_.damaged() > 0) {
    log::error(std::to_string(book_.damaged()) + " stored states cannot be read; they begin anew");
  }
  log::info(
      std::to_string(book_.services().size()) + " checks of " + std::to_string(book_.nodes().size()) +
      " nodes are known");
  return {};
}

void Intake::stop()
{
  closed_ = true;
  timer_.cancel();
  store_news();
  client_.close(goodbye_patience);
}

void Intake::on_connected(const std::string& broker)
{
  log::info("connected to " + broker + " as " + identity_.key.caller());
  connected_ = true;
  // Replies first, presences last: what a presence tells can be asked for at once.
  client_.subscribe(
      {{identity_.topics.replies_to(identity_.key.caller(), identity_.session)},
       {identity_.topics.result("+")},
       {identity_.topics.every_presence()}});
  if (problem_.empty()) {
    book_.connected(wall_clock_now());
  }
  inform(followers_.connection, true);
}

void Intake::on_disconnected(const Error& why)
{
  log::warning(why.message);
  connected_ = false;
  pages_.clear();
  turns_.forget_all();
  stream_.on_disconnected();
  book_.disconnected(wall_clock_now());
  inform(followers_.connection, false);
}

void Intake::on_refused(const std::string& topic, const Error& why)
{
  log::error(
      why.message + ": the broker's ACL must let " + identity_.key.caller() + " use " + topic +
      "; see docs/collector.md");
}

void Intake::on_message(mqtt::Message message)
{
  const auto topic = identity_.topics.parse(message.topic);
  if (!topic || closed_) {
    return;
  }
  switch (topic->kind) {
  case protocol::Topics::Kind::result:
    on_result(topic->name, message);
    break;
  case protocol::Topics::Kind::presence:
    on_presence(topic->name, message);
    break;
  case protocol::Topics::Kind::reply:
    on_reply(topic->name, message);
    break;
  case protocol::Topics::Kind::request:
    return;
  }
  ask_for_pages();
}

void Intake::on_result(const std::string& name, const mqtt::Message& message)
{
  if (!problem_.empty()) {
    return;  // the node has it
  }
  auto result = protocol::parse_result(message.payload);
  if (!result || !identity_.topics.same_name(name, result->node) || message.retained) {
    ++counters_.rejected;
    return;
  }
  take(stream_.on_result(std::move(*result)));
}

void Intake::on_presence(const std::string& name, const mqtt::Message& message)
{
  const auto node = identity_.topics.node_name_of(name);
  if (!is_node_name(node)) {
    on_service(node, message);
    return;
  }
  if (message.payload.empty()) {
    forget(node);
    return;
  }
  if (!problem_.empty()) {
    return;  // all presences come again behind it
  }
  const auto presence = protocol::parse_presence(message.payload);
  if (!presence || !identity_.topics.same_name(name, presence->name)) {
    ++counters_.rejected;
    return;
  }
  stream_.on_presence(*presence);
  const auto age = message.retained ? protocol::presence_age(message.expiry) : std::chrono::seconds{0};
  book_.take(*presence, age, wall_clock_now());
}

void Intake::on_service(const std::string& service, const mqtt::Message& message)
{
  const auto presence = protocol::parse_presence(message.payload);
  const bool cleared = message.payload.empty();
  if (!cleared && (!presence || !identity_.topics.same_name(service, presence->name))) {
    ++counters_.rejected;
    return;
  }
  const auto age = message.retained ? protocol::presence_age(message.expiry) : std::chrono::seconds{0};
  if (followers_.service) {
    followers_.service(service, cleared ? nullptr : &*presence, age);
  }
}

// The operator has cleared its presence: mco node forget.
void Intake::forget(const std::string& node)
{
  if (!book_.nodes().contains(node)) {
    return;
  }
  log::info(node + " is forgotten");
  stream_.forget(node);
  book_.forget(node, wall_clock_now());
  if (auto done = store_.forget(node); !done) {
    to_forget_.insert(node);  // its presence, which said so, does not come again
    begin_anew(done.error());
  }
  if (followers_.forgotten) {
    followers_.forgotten(node);
  }
}

bool Intake::broadcast(protocol::Request request, const std::string& collective, const std::string& schedule)
{
  if (!connected_) {
    return false;
  }
  request.caller = identity_.key.caller();
  request.session = identity_.session;
  request.id = protocol::random_word(id_length);
  request.sent = wall_clock_now();
  mqtt::Message message;
  message.topic = identity_.topics.request_to_collective(collective);
  message.payload = protocol::seal(request, identity_.key);
  message.expiry = std::chrono::ceil<std::chrono::seconds>(request.wait);
  client_.publish(std::move(message));
  const auto until = request.sent + request.splay + request.wait + answer_time;
  turns_.asked(request.id, {schedule, request.sent, until, {}});
  return true;
}

void Intake::on_reply(const std::string& name, const mqtt::Message& message)
{
  if (!problem_.empty()) {
    return;  // what was asked for is asked for again
  }
  const auto answer = protocol::parse_answer(message.payload);
  if (!answer) {
    ++counters_.rejected;
  } else if (pages_.has_asked(answer->id)) {
    if (auto page = pages_.on_answer(name, *answer)) {
      take_page(std::move(*page));
    }
  } else if (!is_answer_to_another(name, *answer)) {
    take_refusal(name, *answer);
  }
}

bool Intake::is_answer_to_another(const std::string& name, const protocol::Answer& answer) const
{
  return followers_.answered && identity_.topics.same_name(name, answer.node) && followers_.answered(answer);
}

// What a schedule asks for comes as results; an answer says that none will come.
void Intake::take_refusal(const std::string& name, const protocol::Answer& answer)
{
  const bool refused = answer.outcome == protocol::Outcome::refused;
  const bool failed = answer.outcome == protocol::Outcome::done && answer.status > 0;
  if ((!refused && !failed) || !identity_.topics.same_name(name, answer.node)) {
    return;
  }
  if (const auto schedule = turns_.refused(answer.id, answer.node)) {
    const auto why =
        refused ? std::string{protocol::to_string(answer.reason)} : "status " + std::to_string(answer.status);
    book_.take_refusal(*schedule, answer.node, why + " - " + answer.message, wall_clock_now());
  }
}

void Intake::take_page(fleet::PageRequests::Page page)
{
  if (!page.page && page.page.error().code == ErrorCode::denied) {
    log::warning(page.node + " does not tell its history: " + page.page.error().message);
  } else if (!page.page) {
    log::debug(page.node + ": " + page.page.error().message);
  }
  take(stream_.on_page(page.node, std::move(page.page), Clock::now()));
  book_.move_cursor(page.node, stream_.cursor(page.node));
}

void Intake::take(std::vector<ResultStream::Output> outputs)
{
  const auto now = wall_clock_now();
  for (auto& output : outputs) {
    if (const auto* taken = std::get_if<ResultStream::Taken>(&output)) {
      ++(taken->replayed ? counters_.replayed : counters_.taken);
    } else {
      ++counters_.gaps;
      log::warning("results of " + std::get<ResultStream::Gap>(output).node + " are missing for good");
    }
    book_.take(std::move(output), now);
  }
}

void Intake::ask_for_pages()
{
  if (!connected_ || !problem_.empty()) {
    return;
  }
  for (const auto& fetch : stream_.fetches(Clock::now())) {
    client_.publish(pages_.ask(fetch, wall_clock_now(), Clock::now()));
  }
}

Expected<std::string> Intake::ask(protocol::Request request)
{
  if (!connected_) {
    return failure(ErrorCode::disconnected, "there is no connection to a broker");
  }
  request.caller = identity_.key.caller();
  request.session = identity_.session;
  request.id = protocol::random_word(id_length);
  request.sent = wall_clock_now();
  mqtt::Message message;
  message.topic = identity_.topics.request_to_node(request.to.name);
  message.payload = protocol::seal(request, identity_.key);
  message.expiry = std::chrono::ceil<std::chrono::seconds>(request.wait);
  if (message.payload.size() > protocol::largest_encoded) {
    return failure(ErrorCode::invalid_input, "it is too large for a request");
  }
  client_.publish(std::move(message));
  return request.id;
}

void Intake::look_again()
{
  timer_.expires_after(store_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled || closed_) {
      return;
    }
    for (auto& page : pages_.take_late(Clock::now())) {
      take_page(std::move(page));
    }
    if (Clock::now() >= look_at_time_) {
      look_at_time_ = Clock::now() + time_every;
      take_time();
    }
    store_news();
    ask_for_pages();
    look_again();
  });
}

}  // namespace muster::collector
