// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/intake.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace log = runtime::log;
using fleet::ResultStream;

namespace {

constexpr std::chrono::milliseconds goodbye_patience{1000};
// Below it a clock is right: what a message needs on its way is not told apart from it.
constexpr std::chrono::milliseconds clock_tolerance{2000};

// The clock may have been put right since the result was recorded. What finished later than now by ours would
// stand before all results that follow.
std::chrono::milliseconds ahead_of(const CheckResult& result, std::chrono::milliseconds now_ahead)
{
  const auto finished = std::chrono::floor<std::chrono::milliseconds>(result.finished) - now_ahead;
  const auto of_the_future = finished - wall_clock_now();
  return of_the_future > clock_tolerance ? now_ahead + of_the_future : now_ahead;
}

bool is_none(protocol::Cursor cursor)
{
  return cursor == protocol::Cursor{};
}

}  // namespace

Intake::Intake(
    const boost::asio::any_io_executor& executor,
    mqtt::MqttClient& client,
    Queue& queue,
    fleet::PageRequests::Identity identity,
    Rules rules)
    : client_{client},
      queue_{queue},
      rules_{rules},
      pages_{std::move(identity)},
      hosts_{rules.node_patience},
      earlier_{rules.history == History::all ? Time{} : queue.begun()},
      look_timer_{executor},
      store_timer_{executor}
{}

Expected<void> Intake::start()
{
  if (auto loaded = load(); !loaded) {
    return loaded;
  }
  full_ = queue_.room() == Queue::Room::full;
  client_.start(*this);
  look_regularly();
  return {};
}

Expected<void> Intake::load()
{
  auto nodes = queue_.nodes();
  if (!nodes) {
    return tl::unexpected{nodes.error()};
  }
  stream_ = {};
  hosts_ = HostWatch{rules_.node_patience};
  earlier_.clear();
  known_.clear();
  for (auto& node : *nodes) {
    if (!is_none(node.cursor)) {
      stream_.restore(node.name, node.cursor);
    }
    if (node.host) {
      hosts_.restore(node.name, *node.host);
    }
    auto name = node.name;
    known_[std::move(name)].node = std::move(node);
  }
  loaded_ = true;
  log::info(fmt::format("{} nodes are known, {} items wait", known_.size(), queue_.depth()));
  return {};
}

void Intake::stop()
{
  closed_ = true;
  look_timer_.cancel();
  store_timer_.cancel();
  if (problem_.empty()) {
    store_arrivals();
  }
  client_.close(goodbye_patience);
}

void Intake::tell(std::function<void()> stored, std::function<void()> settled)
{
  stored_ = std::move(stored);
  settled_ = std::move(settled);
}

void Intake::on_connected(const std::string& broker)
{
  const auto& identity = pages_.identity();
  log::info("connected to " + broker + " as " + identity.key.caller());
  connected_ = true;
  broker_ = broker;
  // Replies first, presences last: what a presence tells can be asked for at once.
  client_.subscribe(
      {{identity.topics.replies_to(identity.key.caller(), identity.session)},
       {identity.topics.result("+")},
       {identity.topics.every_presence()}});
  if (takes()) {
    hosts_.connected({wall_clock_now(), Clock::now()});
  }
}

void Intake::on_disconnected(const Error& why)
{
  log::warning(why.message);
  connected_ = false;
  pages_.clear();
  stream_.on_disconnected();
  hosts_.disconnected();
}

void Intake::on_refused(const std::string& topic, const Error& why)
{
  log::error(
      why.message + ": the broker's ACL must let " + pages_.identity().key.caller() + " use " + topic +
      "; see docs/nagios-bridge.md");
}

void Intake::on_message(mqtt::Message message)
{
  const auto topic = pages_.identity().topics.parse(message.topic);
  if (!topic || closed_) {
    return;
  }
  if (!takes()) {
    note_forgotten(*topic, message);
    return;  // the nodes have it, and presences come again behind a problem
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
  auto result = protocol::parse_result(message.payload);
  if (!result || !pages_.identity().topics.same_name(name, result->node) || message.retained) {
    ++counters_.rejected;
    return;
  }
  const auto node = result->node;
  note_ahead(node, result->now);
  take(node, stream_.on_result(std::move(*result)));
}

// Of services nothing is told: what hosts they run on is not known.
void Intake::on_presence(const std::string& name, const mqtt::Message& message)
{
  const auto node = pages_.identity().topics.node_name_of(name);
  if (!is_node_name(node)) {
    return;
  }
  if (message.payload.empty()) {
    forget(node);
    return;
  }
  const auto presence = protocol::parse_presence(message.payload);
  if (!presence || !pages_.identity().topics.same_name(name, presence->name)) {
    ++counters_.rejected;
    return;
  }
  stream_.on_presence(*presence);
  const auto age = message.retained ? protocol::presence_age(message.expiry) : std::chrono::seconds{0};
  hosts_.take(*presence, age, {wall_clock_now(), Clock::now()});
  store_soon();
}

void Intake::on_reply(const std::string& name, const mqtt::Message& message)
{
  const auto answer = protocol::parse_answer(message.payload);
  if (!answer) {
    ++counters_.rejected;
    return;
  }
  if (auto page = pages_.on_answer(name, *answer)) {
    note_ahead(page->node, page->now);
    take_page(std::move(*page));
  }
}

void Intake::take_page(fleet::PageRequests::Page page)
{
  if (!page.page && page.page.error().code == ErrorCode::denied) {
    log::warning(page.node + " does not tell its history: " + page.page.error().message);
  } else if (!page.page) {
    log::debug(page.node + ": " + page.page.error().message);
  }
  const bool ends = page.page && !page.page->more;
  take(page.node, stream_.on_page(page.node, std::move(page.page), Clock::now()));
  if (ends) {
    queue_items(earlier_.end(page.node));
    note_cursor(page.node);
  }
}

// The first question to a node has no place to begin at: that its history has no beginning is no gap, unless
// it has forgotten results of the time since the bridge was set up.
void Intake::take(const std::string& node, std::vector<ResultStream::Output> outputs)
{
  if (outputs.empty()) {
    return;
  }
  const bool first = is_none(known(node).node.cursor);
  const auto* oldest = std::get_if<ResultStream::Taken>(&outputs.front());
  const bool before_us =
      first && (oldest == nullptr || oldest->message.result.finished - known(node).ahead < queue_.begun());
  for (auto& output : outputs) {
    if (auto* taken = std::get_if<ResultStream::Taken>(&output)) {
      take(std::move(*taken), first);
    } else {
      take(std::get<ResultStream::Gap>(output), before_us);
    }
  }
  note_cursor(node);
}

void Intake::take(ResultStream::Taken taken, bool first)
{
  ++(taken.replayed ? counters_.replayed : counters_.taken);
  QueuedItem item;
  item.node = taken.message.node;
  item.place = taken.message.cursor();
  item.ahead = ahead_of(taken.message.result, known(item.node).ahead);
  item.replayed = taken.replayed;
  item.what = std::move(taken.message.result);
  if (first && taken.replayed) {
    queue_items(earlier_.take(std::move(item)));
    return;
  }
  queue_items(earlier_.end(item.node));
  std::vector<QueuedItem> items;
  items.push_back(std::move(item));
  queue_items(std::move(items));
}

void Intake::take(const ResultStream::Gap& gap, bool before_us)
{
  if (before_us) {
    return;
  }
  ++counters_.gaps;
  auto words = fmt::format(
      "results behind {}.{} up to {}.{} of its history are missing: it does not have them any more",
      gap.after.epoch,
      gap.after.seq,
      gap.until.epoch,
      gap.until.seq);
  log::warning(gap.node + ": " + words);
  arrivals_.lost.push_back({gap.node, std::move(words)});
}

void Intake::queue_items(std::vector<QueuedItem> items)
{
  for (auto& item : items) {
    arrivals_.items.push_back(std::move(item));
  }
  store_soon();
}

void Intake::add(QueuedItem item)
{
  if (problem_.empty()) {
    arrivals_.items.push_back(std::move(item));
    store_soon();
  }
}

// What is held back was not stored: nor is the place behind it.
void Intake::note_cursor(const std::string& node)
{
  const auto cursor = stream_.cursor(node);
  auto& stored = known(node).node;
  if (!earlier_.holds(node) && stored.cursor != cursor) {
    stored.cursor = cursor;
    changed_.insert(node);
    store_soon();
  }
}

void Intake::note_ahead(const std::string& node, protocol::Time told)
{
  const auto ahead = told - wall_clock_now();
  known(node).ahead = std::chrono::abs(ahead) > clock_tolerance ? ahead : std::chrono::milliseconds{0};
}

Intake::Known& Intake::known(const std::string& node)
{
  auto& entry = known_[node];
  entry.node.name = node;
  return entry;
}

void Intake::ask_for_pages()
{
  if (!connected_ || !takes()) {
    return;
  }
  for (const auto& fetch : stream_.fetches(Clock::now())) {
    client_.publish(pages_.ask(fetch, wall_clock_now(), Clock::now()));
  }
}

void Intake::look_regularly()
{
  look_timer_.expires_after(look_every);
  look_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && !closed_) {
      look();
      look_regularly();
    }
  });
}

void Intake::look()
{
  for (auto& page : pages_.take_late(Clock::now())) {
    take_page(std::move(page));
  }
  try_again();
  look_at_wishes();
  store();
  ask_for_pages();
}

// That a presence is cleared does not come again.
void Intake::note_forgotten(const protocol::Topics::Parsed& topic, const mqtt::Message& message)
{
  if (topic.kind == protocol::Topics::Kind::presence && message.payload.empty()) {
    to_forget_.insert(pages_.identity().topics.node_name_of(topic.name));
  }
}

// The operator has cleared its presence: mco node forget. What it has told already is still told.
void Intake::forget(const std::string& node)
{
  if (!known_.contains(node)) {
    return;
  }
  log::info(node + " is forgotten");
  stream_.forget(node);
  hosts_.forget(node);
  queue_items(earlier_.end(node));
  known_.erase(node);
  changed_.erase(node);
  arrivals_.forgotten.push_back(node);
  store_soon();
}

}  // namespace muster::bridge
