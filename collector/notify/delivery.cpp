// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/delivery.hpp"

#include <utility>

#include "collector/notify/http_delivery.hpp"
#include "collector/notify/mail_message.hpp"
#include "collector/notify/program_delivery.hpp"

namespace muster::collector {

namespace asio = boost::asio;

namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

Environment clean_environment()
{
  return {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"LC_ALL", "C.UTF-8"}};
}

ProgramOrder order_of_exec(const Receiver& receiver, const Notification& notification)
{
  ProgramOrder order{receiver.command, clean_environment(), to_json(notification), receiver.timeout};
  for (auto& variable : environment_of(notification)) {
    order.environment.push_back(std::move(variable));
  }
  return order;
}

// -t: to whom the headers say; -i: a line with a single dot does not end it.
ProgramOrder order_of_mail(const Receiver& receiver, const Notification& notification, Time now)
{
  const auto queued = notification.events.front().queued.time_since_epoch().count();
  const auto unique = receiver.name + "." + std::to_string(notification.first_id) + "." +
                      std::to_string(notification.last_id) + "." + std::to_string(queued);
  return {
      {receiver.sendmail.string(), "-t", "-i"},
      clean_environment(),
      mail_message(notification, receiver, now, unique),
      receiver.timeout};
}

}  // namespace

asio::awaitable<DeliveryResult> deliver(const Receiver& receiver, const Notification& notification, Time now)
{
  if (receiver.kind == ReceiverKind::webhook) {
    return deliver_by_http({receiver.url, receiver.ca, to_json(notification), receiver.timeout});
  }
  const bool is_mail = receiver.kind == ReceiverKind::mail;
  return deliver_by_program(
      is_mail ? order_of_mail(receiver, notification, now) : order_of_exec(receiver, notification));
}

asio::awaitable<DeliveryResult> deliver_alerts(const Receiver& receiver, std::string body)
{
  auto to = receiver.url;
  to.path.erase(to.path.find_last_not_of('/') + 1);
  to.path += "/api/v2/alerts";
  return deliver_by_http({std::move(to), receiver.ca, std::move(body), receiver.timeout});
}

}  // namespace muster::collector
