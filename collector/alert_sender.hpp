// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "collector/fleet_book.hpp"
#include "collector/notify/alert_book.hpp"
#include "collector/notify/delivery_trouble.hpp"
#include "collector/notify/notice.hpp"

namespace muster::collector {

// The problems that an Alertmanager is to know of: those that people were told of and that last, of the
// nodes, checks and states that the receiver wants. Costs a look at every check.
std::map<AlertName, ActiveAlert> active_alerts(
    const FleetBook& book, const Receiver& receiver, const NodeIsMeant& is_meant, Time now);

// Keeps one Alertmanager up to date. Lives on one executor with the book, which must outlive it.
class AlertSender {
public:
  // Whatever happens, and whatever needs to be renewed, is seen after this.
  static constexpr std::chrono::seconds look_every{15};

  AlertSender(
      boost::asio::any_io_executor executor,
      const FleetBook& book,
      std::string collector,
      Receiver receiver,
      NodeIsMeant is_meant);

  // Something has happened: what it changes is told after the receiver's group_wait.
  void happened(Time now);

  // Sends what there is to send, if it is time.
  void look(Time now);

  [[nodiscard]] std::string problem() const { return trouble_.problem(receiver_.name); }

  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }  // requests

  [[nodiscard]] std::uint64_t failed() const { return failed_; }

private:
  void post(std::vector<AlertBook::Change> changes, Time now);
  void ended(const std::vector<AlertBook::Change>& changes, const DeliveryResult& result);

  boost::asio::any_io_executor executor_;
  const FleetBook& fleet_;
  std::string collector_;
  Receiver receiver_;
  NodeIsMeant is_meant_;
  AlertBook alerts_;
  DeliveryTrouble trouble_;
  Time look_at_{};
  bool under_way_ = false;
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_ = 0;
  std::shared_ptr<AlertSender*> self_;  // of a delivery that outlives it

public:
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;
  AlertSender(AlertSender&&) = delete;
  AlertSender& operator=(AlertSender&&) = delete;

  ~AlertSender() { *self_ = nullptr; }
};

}  // namespace muster::collector
