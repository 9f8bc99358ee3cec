// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::collector {

// The text protocol of rrdcached(1) 1.7, "PROTOCOL", over its unix socket. Not librrd's client: that has one
// connection for the whole process and asks once per update, a fortieth as fast as a BATCH.

// RRD_CMD_MAX of rrd_client.h: a longer line, its newline included, is cut and breaks the connection.
inline constexpr std::size_t max_rrdcached_line_bytes = 4095;
// An answer has one line for each refused command; what is beyond it is read and forgotten.
inline constexpr std::size_t max_rrdcached_refusals = 1000;

// "UPDATE PATH ROW…\n" with the path escaped; none if it is longer than the daemon reads.
std::optional<std::string> rrdcached_update(
    const std::filesystem::path& path, const std::vector<std::string>& rows);

// A command of a batch that the daemon did not take.
struct RrdcachedRefusal {
  std::size_t command = 0;  // from 0
  std::string reason;
};

// One connection, made when it is needed and closed at the first failure. Owned by one thread at a time.
// Every call ends at its deadline: `disconnected` (nobody listens; the message names the socket),
// `timed_out`, `denied` (the socket's mode) or `invalid_input` (the answer is none, or a command was
// refused).
class Rrdcached {
public:
  explicit Rrdcached(std::filesystem::path socket);
  Rrdcached(const Rrdcached&) = delete;
  Rrdcached& operator=(const Rrdcached&) = delete;
  Rrdcached(Rrdcached&&) = delete;
  Rrdcached& operator=(Rrdcached&&) = delete;
  ~Rrdcached();

  using Deadline = std::chrono::steady_clock::time_point;

  // Sends complete lines as one BATCH. After a failure it is not known which were taken: sending them again
  // is harmless, because the daemon refuses a row that is not later than the last.
  Expected<std::vector<RrdcachedRefusal>> batch(const std::vector<std::string>& lines, Deadline deadline);

  // Has the daemon write what it holds of a file, and waits for it. A file it holds nothing of is no failure.
  Expected<void> flush(const std::filesystem::path& path, Deadline deadline);

private:
  Expected<void> connect(Deadline deadline);
  Expected<void> send(std::string_view text, Deadline deadline);
  Expected<std::string> read_line(Deadline deadline);
  Expected<long> read_status(Deadline deadline);
  Expected<std::vector<RrdcachedRefusal>> read_refusals(long count, Deadline deadline);
  Expected<std::vector<RrdcachedRefusal>> exchange(const std::vector<std::string>& lines, Deadline deadline);
  Expected<void> wait(short events, Deadline deadline);
  [[nodiscard]] tl::unexpected<Error> broken(ErrorCode code, std::string_view why) const;
  [[nodiscard]] tl::unexpected<Error> system_failure(int number) const;
  void close();

  std::filesystem::path socket_;
  int descriptor_ = -1;
  std::string received_;  // what came behind the last line; at most one read
  std::string words_;     // the text behind the last status number
};

}  // namespace muster::collector
