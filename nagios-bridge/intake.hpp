// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/fleet/page_requests.hpp"
#include "libmuster/fleet/result_stream.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "nagios-bridge/earlier_results.hpp"
#include "nagios-bridge/host_watch.hpp"
#include "nagios-bridge/queue/queue.hpp"

namespace muster::bridge {

// Takes every check result and every presence of the fleet into the queue, without gaps: results that were
// published, and those that their nodes have to be asked for. While the queue is full, or its disk takes
// nothing, nothing is taken: cursors stay, and the nodes keep the results. Lives on one executor, with its
// MqttClient and its queue, which must outlive it.
class Intake final : public mqtt::MqttListener {
public:
  // So long after the first of them, what has come is stored: a transaction for each result would be a tenth
  // as fast, and nobody sees the wait.
  static constexpr std::chrono::milliseconds store_after{20};
  // What did not come is looked for so often.
  static constexpr std::chrono::seconds look_every{1};
  // Which results of a node are taken that the bridge meets for the first time: of those from before the
  // bridge was set up, the last of each check or all.
  enum class History { last, all };

  struct Rules {
    std::chrono::milliseconds node_patience{30'000};
    History history = History::last;
    std::chrono::milliseconds store_again_after{5'000};  // after a disk that took nothing
  };

  // For logs and its own state.
  struct Counters {
    std::uint64_t taken = 0;     // results as they were published
    std::uint64_t replayed = 0;  // results that a node had to be asked for
    std::uint64_t gaps = 0;      // that no node can fill
    std::uint64_t rejected = 0;  // messages that broke the protocol, or spoke for another node
    std::uint64_t stored = 0;    // transactions
  };

  Intake(
      const boost::asio::any_io_executor& executor,
      mqtt::MqttClient& client,
      Queue& queue,
      fleet::PageRequests::Identity identity,
      Rules rules);

  // Reads what is stored, then connects. Fails if it cannot be read.
  Expected<void> start();

  // Stores what has come, and says goodbye. Blocks up to a second.
  void stop();

  // Before start(). `stored`: the queue has new items. `settled`: whether it can be stored has changed.
  void tell(std::function<void()> stored, std::function<void()> settled);

  // What does not come from the fleet: what the bridge says of itself. Dropped while nothing can be stored.
  void add(QueuedItem item);

  // Something is to be written that a sink has said.
  void store_soon();

  // Whether everything that has come is stored, or was found not to be storable.
  [[nodiscard]] bool settled() const { return !store_waits_; }

  [[nodiscard]] bool connected() const { return connected_; }

  [[nodiscard]] const std::string& broker() const { return broker_; }

  [[nodiscard]] const Counters& counters() const { return counters_; }

  [[nodiscard]] std::size_t nodes() const { return known_.size(); }

  // Results from before the bridge that are not told, for a later one of the same check is.
  [[nodiscard]] std::uint64_t skipped() const { return earlier_.skipped(); }

  // Nodes that have results which are not taken, or may have.
  [[nodiscard]] std::size_t behind() const { return stream_.behind(); }

  // Why nothing can be stored; empty while all is well.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  // The queue is full, and nothing is taken.
  [[nodiscard]] bool full() const { return full_; }

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  using Clock = std::chrono::steady_clock;

  struct Known {
    KnownNode node;
    std::chrono::milliseconds ahead{0};  // its clock, as it last told
  };

  [[nodiscard]] bool takes() const { return problem_.empty() && !full_; }

  Expected<void> load();
  void on_result(const std::string& name, const mqtt::Message& message);
  void on_presence(const std::string& name, const mqtt::Message& message);
  void on_reply(const std::string& name, const mqtt::Message& message);
  void take_page(fleet::PageRequests::Page page);
  void take(const std::string& node, std::vector<fleet::ResultStream::Output> outputs);
  void take(fleet::ResultStream::Taken taken, bool first);
  void take(const fleet::ResultStream::Gap& gap, bool before_us);
  void queue_items(std::vector<QueuedItem> items);
  void note_cursor(const std::string& node);
  void note_ahead(const std::string& node, protocol::Time told);
  void ask_for_pages();
  void look();
  void look_regularly();
  void look_at_hosts();
  void look_at_wishes();
  void note_forgotten(const protocol::Topics::Parsed& topic, const mqtt::Message& message);
  void forget(const std::string& node);
  Known& known(const std::string& node);

  void store();
  void store_arrivals();
  void begin_anew(const Error& why);
  bool read_again();
  void try_again();
  void stop_taking();
  void go_on_taking();
  void catch_up();

  mqtt::MqttClient& client_;
  Queue& queue_;
  Rules rules_;
  fleet::PageRequests pages_;
  fleet::ResultStream stream_;
  HostWatch hosts_;
  EarlierResults earlier_;
  std::map<std::string, Known> known_;
  Arrivals arrivals_;
  std::set<std::string> changed_;    // nodes that are to be stored with them
  std::set<std::string> to_forget_;  // as soon as something can be stored again
  Counters counters_;
  std::function<void()> stored_;
  std::function<void()> settled_;
  std::string problem_;
  std::string broker_;
  boost::asio::steady_timer look_timer_;
  boost::asio::steady_timer store_timer_;
  Clock::time_point again_at_{};  // not before, while nothing can be stored
  bool store_waits_ = false;
  bool connected_ = false;
  bool loaded_ = false;  // false: what is in memory is not what is stored
  bool full_ = false;
  bool closed_ = false;
};

}  // namespace muster::bridge
