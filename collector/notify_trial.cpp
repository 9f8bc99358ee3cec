// SPDX-License-Identifier: Apache-2.0
#include "collector/notify_trial.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "collector/notify/alert_book.hpp"
#include "collector/notify/delivery.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector {

namespace asio = boost::asio;

namespace {

constexpr const char* check = "muster_notify_test";
constexpr const char* message = "this is a test of the collector's notifications: nothing is wrong";

Notification test_notification(const Settings& settings, const Receiver& receiver, Time now)
{
  StoredEvent event;
  event.time = now;
  event.kind = "state";
  event.node = settings.identity;
  event.service = check;
  event.before = CheckState::ok;
  event.after = CheckState::warning;
  event.hard = true;
  event.message = message;
  auto notification = make_notification({{0, now, event}}, check);
  notification.collector = settings.identity;
  notification.receiver = receiver.name;
  return notification;
}

asio::awaitable<DeliveryResult> delivery(const Settings& settings, const Receiver& receiver)
{
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (receiver.kind != ReceiverKind::alertmanager) {
    return deliver(receiver, test_notification(settings, receiver, now), now);
  }
  const ActiveAlert alert{{settings.identity, check, CheckState::warning}, now, message, ""};
  return deliver_alerts(receiver, alerts_json({{alert, false}}, settings.identity, now));
}

std::string names_of(const std::vector<Receiver>& receivers)
{
  std::string names;
  for (const auto& receiver : receivers) {
    names += (names.empty() ? "" : ", ") + receiver.name;
  }
  return names.empty() ? "there are none" : "there are: " + names;
}

}  // namespace

Expected<void> try_receiver(const Settings& settings, const std::string& name)
{
  const auto receiver =
      std::find_if(settings.receivers.begin(), settings.receivers.end(), [&](const Receiver& one) {
        return one.name == name;
      });
  if (receiver == settings.receivers.end()) {
    return failure(
        ErrorCode::not_found, "no receiver of notifications is called so; " + names_of(settings.receivers));
  }
  asio::io_context loop{1};
  DeliveryResult result{DeliveryResult::Outcome::again, "the delivery broke off", std::nullopt};
  asio::co_spawn(
      loop, delivery(settings, *receiver), [&](const std::exception_ptr& broken, DeliveryResult ended) {
        if (!broken) {
          result = std::move(ended);
        }
      });
  loop.run();
  return result.outcome == DeliveryResult::Outcome::delivered
             ? Expected<void>{}
             : failure(ErrorCode::io_failure, printable(result.why, false));
}

int tell(const Settings& settings, const std::string& name)
{
  constexpr int exit_input = 64;
  if (const auto told = try_receiver(settings, name); !told) {
    std::fprintf(stderr, "collector: %s: %s\n", name.c_str(), told.error().message.c_str());
    return told.error().code == ErrorCode::not_found ? exit_input : EXIT_FAILURE;
  }
  std::printf("%s: it has arrived\n", name.c_str());
  return EXIT_SUCCESS;
}

}  // namespace muster::collector
