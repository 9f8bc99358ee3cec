// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/fleet_book.hpp"
#include "libmuster/fleet/page_requests.hpp"
#include "libmuster/fleet/result_stream.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::collector {

// Takes in every check result and every presence of the fleet, and stores them without gaps: results that
// were published, and those that their nodes have to be asked for. Lives on one executor, with its
// MqttClient, its store and its book, which must outlive it.
class Intake final : public mqtt::MqttListener {
public:
  // What has come is stored so often: a transaction for each result would be a tenth as fast.
  static constexpr std::chrono::milliseconds store_every{100};
  // What did not come is looked for so often.
  static constexpr std::chrono::seconds time_every{1};
  // What a node needs to answer when its plugin's time is over, and its answer to come.
  static constexpr std::chrono::seconds answer_time{5};
  // After a disk that took nothing.
  static constexpr std::chrono::seconds store_again_after{5};

  // Its key's caller is the name of the service: collector@mon1.
  using Identity = fleet::PageRequests::Identity;

  // For logs and its own state.
  struct Counters {
    std::uint64_t taken = 0;     // results as they were published
    std::uint64_t replayed = 0;  // results that a node had to be asked for
    std::uint64_t gaps = 0;
    std::uint64_t rejected = 0;  // messages that broke the protocol, or spoke for another node
    std::uint64_t stored = 0;    // batches
  };

  // Who else wants to know, each called on the same executor.
  struct Followers {
    std::function<void(std::vector<Measurement>)> measured;         // what is to be kept in the history
    std::function<void(const std::vector<StoredEvent>&)> happened;  // after it was stored
    std::function<void(const std::string& node)> forgotten;         // the operator wants it so
    std::function<void(Batch&)> storing;                            // to add what is to be stored with it
    std::function<void()> stored;                                   // the last of these batches was
    // Of services; without a presence: it was cleared.
    std::function<void(const std::string& service, const protocol::Presence*, std::chrono::seconds age)>
        service;
    // An answer to what was asked by ask(); false: it was not.
    std::function<bool(const protocol::Answer&)> answered;
    std::function<void(bool)> connection;  // a session with a broker stands, or has fallen
    std::function<void(bool)> can_store;   // whether anything can be stored has changed
  };

  Intake(
      const boost::asio::any_io_executor& executor,
      mqtt::MqttClient& client,
      Store& store,
      Identity identity,
      EngineRules rules);

  // Reads what is stored, then connects. Fails if it cannot be read.
  Expected<void> start();

  // Stores what has come, and says goodbye. Blocks up to a second.
  void stop();

  // Before start().
  void tell(Followers followers) { followers_ = std::move(followers); }

  // Also to change it for operators: what they do is stored with the rest.
  [[nodiscard]] FleetBook& book() { return book_; }

  [[nodiscard]] bool connected() const { return connected_; }

  // Before an operator is told that something is done: it is on the disk then, though the machine loses its
  // power. io_failure: it cannot be stored, and is forgotten.
  Expected<void> store_now();

  // Signed and sent now, for a schedule; false if there is no session with a broker. Who refuses it is kept
  // in the book.
  bool broadcast(protocol::Request request, const std::string& collective, const std::string& schedule);

  // Signed and sent now to the one that it names; gives its id. disconnected: there is no session with a
  // broker; invalid_input: it is too large.
  Expected<std::string> ask(protocol::Request request);

  [[nodiscard]] const Counters& counters() const { return counters_; }

  // Why nothing can be stored; empty while all is well.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  using Clock = std::chrono::steady_clock;

  template <typename... Told>
  static void inform(const std::function<void(Told...)>& follower, Told... told)
  {
    if (follower) {
      follower(told...);
    }
  }

  [[nodiscard]] EngineRules with_nodes(EngineRules rules) const;
  Expected<void> load();
  void on_result(const std::string& name, const mqtt::Message& message);
  void on_presence(const std::string& name, const mqtt::Message& message);
  void on_service(const std::string& service, const mqtt::Message& message);
  void on_reply(const std::string& name, const mqtt::Message& message);
  void take(std::vector<fleet::ResultStream::Output> outputs);
  [[nodiscard]] bool is_answer_to_another(const std::string& name, const protocol::Answer& answer) const;
  void take_refusal(const std::string& name, const protocol::Answer& answer);
  void take_page(fleet::PageRequests::Page page);
  void ask_for_pages();
  void store_news(Store::Kept kept = Store::Kept::quickly);
  void begin_anew(const Error& why);
  bool read_again();
  bool has_room_again();
  void catch_up();
  void take_time();
  void forget(const std::string& node);
  void look_again();

  mqtt::MqttClient& client_;
  Store& store_;
  Identity identity_;
  fleet::PageRequests pages_;
  EngineRules rules_;  // its dependencies look at the presences of book_
  Followers followers_;
  fleet::ResultStream stream_;
  FleetBook book_;
  Turns turns_;
  Counters counters_;
  std::string problem_;
  std::set<std::string> to_forget_;  // nodes, as soon as there is room again
  boost::asio::steady_timer timer_;
  Clock::time_point store_at_{};      // not before
  Clock::time_point look_at_time_{};  // not before
  bool connected_ = false;
  bool loaded_ = false;  // false: what is in memory is not what is stored, and must not be built upon
  bool closed_ = false;
};

}  // namespace muster::collector
