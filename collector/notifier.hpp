// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/alert_sender.hpp"
#include "collector/board/board.hpp"
#include "collector/fleet_book.hpp"
#include "collector/notify/receiver_queue.hpp"
#include "collector/store/store.hpp"

namespace muster::collector {

// Tells people and programs what has happened. What is to be told is stored with the events themselves, in
// one transaction, and removed when it was delivered: whatever dies, nothing is lost, and what was under way
// is told again. An Alertmanager is told what is, not what has happened (AlertBook). Each receiver waits for
// itself only. Lives on one executor with the book and the store, which must outlive it.
class Notifier {
public:
  static constexpr std::chrono::milliseconds look_every{250};

  Notifier(
      boost::asio::any_io_executor executor,
      FleetBook& book,
      Store& store,
      std::string collector,
      const std::vector<Receiver>& receivers);
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  Notifier(Notifier&&) = delete;
  Notifier& operator=(Notifier&&) = delete;
  ~Notifier();

  // Reads what still waits. Fails if that cannot be read.
  Expected<void> start();

  void stop() { timer_.cancel(); }

  // Of two collectors one tells. What waits already is told nevertheless: nobody else has it.
  void set_active(bool active) { active_ = active; }

  // Adds to what is about to be stored, by the events in it; what is not stored then is forgotten.
  void add_to(Batch& batch);
  void stored();

  // How much is told, and sentences about receivers that are not told what they should be.
  void add_to(CollectorHealth& health) const;

private:
  struct Way {
    ReceiverQueue queue;
    NodeIsMeant is_meant;
    std::string problem;  // as it was logged last
  };

  struct Staged {
    Way* way;
    Notice notice;
  };

  Expected<void> restore(const StoredNotification& stored);
  void add_to(Batch& batch, Way& way, const StoredEvent& event);
  void look_again();
  void look(Way& way, Time now);
  void begin(Way& way, Notification notification, Time now);
  void report(Way& way, Time now);
  void note(const std::string& sentence, Time now);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  FleetBook& book_;
  Store& store_;
  std::string collector_;
  std::vector<std::unique_ptr<Way>> ways_;
  std::vector<std::unique_ptr<AlertSender>> alert_senders_;
  std::vector<Staged> staged_;      // since add_to()
  std::vector<std::int64_t> done_;  // to be removed from the store
  std::size_t removed_ = 0;         // of them, with the batch that is being stored
  std::int64_t last_id_ = 0;
  bool something_happened_ = false;
  bool active_ = true;
  std::shared_ptr<Notifier*> self_;  // of deliveries that outlive it
};

}  // namespace muster::collector
