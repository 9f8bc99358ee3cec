// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// Decides when a connection to the daemon is made, written to and ended, and what is safe. Pure: it is told
// what was done and when, and says what is next.
//
// NSCA acknowledges nothing. What can be known is this: a daemon that cannot read a packet (another password,
// another method, its replay window) closes the connection at once, and one that can keeps it open until we
// end it. So a connection is kept for `settling` behind its first packet at least, then we say that nothing
// more comes, and what was written is safe when the daemon then closes without an error: it has read
// everything up to our end. When anything else happens, everything since the last such end is told again.
class NscaCourse {
public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;

  // A daemon that refuses a packet does it in milliseconds; a slow one has read all before it sees our end.
  static constexpr std::chrono::milliseconds settling{1'000};
  // The daemon drops packets whose connection began more than 30 s ago (max_packet_age; not 2.10, which
  // forgets to), by when it reads them: half of that is left to it. Its own --daemon mode ends a connection
  // that is silent for ten seconds; ours never is.
  static constexpr std::chrono::milliseconds longest_connection{15'000};
  // Between tries, twice as long after each failure: a daemon that starts anew is away for a moment, and
  // somebody who mends a password looks after ten seconds.
  static constexpr std::chrono::milliseconds first_pause{250};
  static constexpr std::chrono::milliseconds longest_pause{10'000};

  struct Step {
    enum class Kind {
      wait,     // until `until`, or until something new is in the feed
      read,     // the feed behind read_from(): answered by read(), skipped() or dry()
      connect,  // answered by connected() or failed()
      send,     // what was read: answered by sent() or failed()
      finish,   // the connection: answered by finished() or failed()
    };

    Kind kind = Kind::wait;
    std::optional<TimePoint> until;
  };

  // `safe` is where the feed stands.
  explicit NscaCourse(Ticket safe) : safe_{safe}, written_{safe}, read_from_{safe}, told_until_{safe} {}

  [[nodiscard]] Step next(TimePoint now) const;

  void more() { dry_ = false; }

  void dry() { dry_ = true; }

  void read(Ticket until);

  // Nothing of what was read is for the daemon. Returns true when it is safe by that.
  bool skipped(Ticket until);
  void connected(TimePoint now);

  // What was read is written, whole; of its results those with tickets up to told_until() once more.
  void sent(TimePoint now);

  // Both sides have ended the connection: what was written on it is safe.
  void finished();

  // A connection that could not be made, or ended in any other way; or a feed that cannot be read.
  void failed(TimePoint now);

  [[nodiscard]] Ticket read_from() const { return read_from_; }

  [[nodiscard]] Ticket told_until() const { return told_until_; }

  [[nodiscard]] Ticket written() const { return written_; }

  [[nodiscard]] Ticket safe() const { return safe_; }

  [[nodiscard]] bool is_connected() const { return connection_.has_value(); }

  // Whether the last connection ended well.
  [[nodiscard]] bool works() const { return works_; }

private:
  [[nodiscard]] Step continue_connection(TimePoint now) const;

  struct Connection {
    TimePoint since;
    std::optional<TimePoint> first_packet;
  };

  Ticket safe_;
  Ticket written_;
  Ticket read_from_;
  Ticket told_until_;
  bool dry_ = false;
  bool has_read_ = false;
  bool works_ = false;
  std::optional<Connection> connection_;
  TimePoint not_before_{};
  std::chrono::milliseconds pause_ = first_pause;
};

}  // namespace muster::bridge
