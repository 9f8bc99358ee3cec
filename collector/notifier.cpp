// SPDX-License-Identifier: Apache-2.0
#include "collector/notifier.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "collector/notify/delivery.hpp"
#include "collector/wall_clock.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace asio = boost::asio;
namespace log = runtime::log;

namespace {

// A node whose presence is not known yet counts as meant: better told once too often than not at all.
NodeIsMeant node_filter(const FleetBook& book, const Filter& terms)
{
  auto filter = CompiledFilter::compile(terms);
  if (terms.empty() || !filter) {
    return [](const std::string&) { return true; };
  }
  return [&book, filter = std::move(*filter)](const std::string& name) {
    const auto node = book.nodes().find(name);
    if (node == book.nodes().end() || node->second.presence.name.empty()) {
      return true;
    }
    const auto& presence = node->second.presence;
    return filter.matches({name, presence.facts, presence.classes, presence.agents});
  };
}

}  // namespace

Notifier::Notifier(
    asio::any_io_executor executor,
    FleetBook& book,
    Store& store,
    std::string collector,
    const std::vector<Receiver>& receivers)
    : executor_{std::move(executor)},
      timer_{executor_},
      book_{book},
      store_{store},
      collector_{std::move(collector)},
      self_{std::make_shared<Notifier*>(this)}
{
  for (const auto& receiver : receivers) {
    auto is_meant = node_filter(book_, receiver.filter);
    if (receiver.kind == ReceiverKind::alertmanager) {
      alert_senders_.push_back(
          std::make_unique<AlertSender>(executor_, book_, collector_, receiver, std::move(is_meant)));
    } else {
      ways_.push_back(std::make_unique<Way>(Way{ReceiverQueue{receiver}, std::move(is_meant), {}}));
    }
  }
}

Notifier::~Notifier()
{
  *self_ = nullptr;
}

Expected<void> Notifier::start()
{
  const auto last = store_.last_notification();
  const auto waiting = last ? store_.notifications() : tl::make_unexpected(last.error());
  if (!waiting) {
    return tl::unexpected{waiting.error()};
  }
  last_id_ = *last;
  for (const auto& stored : *waiting) {
    if (const auto restored = restore(stored); !restored) {
      done_.push_back(stored.id);
      note(restored.error().message, wall_clock_now());
    }
  }
  if (!waiting->empty()) {
    log::info(std::to_string(waiting->size()) + " events are still to be told to receivers");
  }
  if (!ways_.empty() || !alert_senders_.empty()) {
    look_again();
  }
  return {};
}

Expected<void> Notifier::restore(const StoredNotification& stored)
{
  for (auto& way : ways_) {
    if (way->queue.receiver().name == stored.receiver) {
      auto event = parse_event(stored.event);
      if (!event) {
        return failure(
            ErrorCode::invalid_input,
            stored.receiver + " was never told of an event that cannot be read: " + event.error().message);
      }
      way->queue.add({stored.id, stored.queued, std::move(*event)});
      return {};
    }
  }
  return failure(
      ErrorCode::not_found,
      stored.receiver + " was never told of an event: there is no such receiver any more");
}

void Notifier::add_to(Batch& batch)
{
  staged_.clear();
  something_happened_ = !batch.events.empty();
  for (const auto& event : batch.events) {
    for (auto& way : ways_) {
      if (active_ && wants(way->queue.receiver(), event, way->is_meant)) {
        add_to(batch, *way, event);
      }
    }
  }
  batch.notified = done_;
  removed_ = done_.size();
}

void Notifier::add_to(Batch& batch, Way& way, const StoredEvent& event)
{
  const auto now = wall_clock_now();
  staged_.push_back({&way, {++last_id_, now, event}});
  batch.notifications.push_back({last_id_, way.queue.receiver().name, now, encode(event)});
}

void Notifier::stored()
{
  done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(std::exchange(removed_, 0)));
  for (auto& staged : std::exchange(staged_, {})) {
    staged.way->queue.add(std::move(staged.notice));
  }
  for (auto& sender : alert_senders_) {
    if (something_happened_) {
      sender->happened(wall_clock_now());
    }
  }
}

void Notifier::look_again()
{
  timer_.expires_after(look_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) {
      return;
    }
    const auto now = wall_clock_now();
    for (auto& way : ways_) {
      look(*way, now);
    }
    for (auto& sender : alert_senders_) {
      if (active_) {
        sender->look(now);
      }
    }
    look_again();
  });
}

void Notifier::look(Way& way, Time now)
{
  if (auto notification = way.queue.next(now)) {
    begin(way, std::move(*notification), now);
  }
  report(way, now);
}

void Notifier::begin(Way& way, Notification notification, Time now)
{
  notification.collector = collector_;
  asio::co_spawn(
      executor_,
      deliver(way.queue.receiver(), notification, now),
      [self = self_, &way](const std::exception_ptr& broken, DeliveryResult result) {
        if (broken) {
          result = {DeliveryResult::Outcome::again, "the delivery broke off", std::nullopt};
        }
        if (*self != nullptr) {
          way.queue.ended(result, wall_clock_now());
        }
      });
}

void Notifier::report(Way& way, Time now)
{
  const auto done = way.queue.take_done();
  done_.insert(done_.end(), done.begin(), done.end());
  for (const auto& sentence : way.queue.take_reports(now)) {
    note(sentence, now);
  }
  const auto problem = way.queue.problem();
  if (problem.empty() != way.problem.empty()) {
    if (problem.empty()) {
      log::info("notifications to " + way.queue.receiver().name + " are delivered again");
    } else {
      log::warning(problem);
    }
    way.problem = problem;
  }
}

void Notifier::note(const std::string& sentence, Time now)
{
  StoredEvent event;
  event.time = now;
  event.kind = "notify";
  event.message = sentence;
  log::error(sentence);
  book_.note(std::move(event));
}

void Notifier::add_to(CollectorHealth& health) const
{
  const auto add_problem = [&health](std::string problem) {
    if (!problem.empty()) {
      health.problems.push_back(std::move(problem));
    }
  };
  for (const auto& way : ways_) {
    const auto& counters = way->queue.counters();
    add_problem(way->queue.problem());
    health.notify_waiting += way->queue.waiting();
    health.notify_delivered += counters.delivered;
    health.notify_failed += counters.failed;
    health.notify_lost += counters.lost;
  }
  for (const auto& sender : alert_senders_) {
    add_problem(sender->problem());
    health.notify_delivered += sender->delivered();
    health.notify_failed += sender->failed();
  }
}

}  // namespace muster::collector
