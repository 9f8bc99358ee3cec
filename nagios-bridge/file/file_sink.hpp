// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/runtime/file_descriptor.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

// Appends every result as an object on a line to a file: to look at what the monitors are told, or for a
// program that reads it. A result is safe when the disk has it. A file that is renamed or removed is opened
// anew, as logrotate wants it; after a failure it tries again, and a line that was cut is ended. Its
// settings:
//
//   - kind: file
//     path: /var/log/muster-nagios-bridge/results.jsonl
//     owner_only: false            # mode 0600 instead of 0640
class FileSink final : public Sink {
public:
  // Results written in one piece; each makes the bridge wait for the disk once.
  static constexpr std::size_t most_at_once = 1'000;
  static constexpr std::chrono::seconds retry_after{5};

  FileSink(const SinkPlace& place, std::filesystem::path path, bool owner_only);

  Expected<void> start() override;
  void wake() override;
  void stop() override;

  [[nodiscard]] SinkState state() const override { return state_; }

private:
  void work();
  Expected<bool> write_some();
  Expected<void> open();
  Expected<void> write(const std::string& text);
  [[nodiscard]] bool is_moved() const;
  void settle(const Expected<bool>& done);
  void schedule(std::chrono::milliseconds pause);

  Feed& feed_;
  std::filesystem::path path_;
  bool owner_only_;
  boost::asio::steady_timer timer_;
  runtime::FileDescriptor file_;
  SinkState state_;
  Ticket at_ = 0;
  bool scheduled_ = false;
  bool stopped_ = true;
};

MakeSink read_file_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
