// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/board/board.hpp"
#include "collector/care_rounds.hpp"
#include "collector/intake.hpp"
#include "collector/lease_runner.hpp"

namespace muster::collector {

// Tells the other collectors of its group what operators have said here, signed with the collector's own key;
// what could not be told waits in the book. Lives on one executor, with the intake, which sends, and the
// lease, which knows who is up; both must outlive it.
class CareTeller {
public:
  static constexpr std::chrono::milliseconds look_every{250};
  // An operator who waits is told by then how far it is; a page is answered within twice as long.
  static constexpr std::chrono::seconds longest_told{8};
  // Each is somebody at a page.
  static constexpr std::size_t most_waiting = 256;

  // Gives a sentence for each collector that has not taken all of it.
  using Done = std::function<void(std::vector<std::string>)>;

  CareTeller(
      const boost::asio::any_io_executor& executor,
      Intake& intake,
      const LeaseRunner& lease,
      std::string name,
      std::string group);

  // After the intake.
  void start() { look_regularly(); }

  void stop() { timer_.cancel(); }

  // What the intake sees of services; without a presence: it was cleared.
  void take(const std::string& service, const protocol::Presence* presence);

  // Whether it is an answer to what was asked here.
  bool take(const protocol::Answer& answer);

  // An act on these that is done and about to be stored.
  void note(Tell tell, const std::vector<CareKey>& keys, const CareAct& act);

  // Now, whatever was refused before.
  void tell(Done done);

private:
  struct Waiting {
    CareRounds::Moment until;
    Done done;
  };

  [[nodiscard]] std::set<std::string> up() const;
  [[nodiscard]] std::vector<std::string> behind() const;
  void look_regularly();
  void look();
  void ask(const std::string& peer, CareRounds::Moment now);
  void answer_those_who_wait(CareRounds::Moment now);
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] std::vector<std::string> troubles() const;

  boost::asio::steady_timer timer_;
  Intake& intake_;
  const LeaseRunner& lease_;
  std::string name_;
  std::string group_;
  CareRounds rounds_;
  std::list<Waiting> waiting_;
};

}  // namespace muster::collector
