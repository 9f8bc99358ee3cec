// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "nagios-bridge/nagios/batch_folder.hpp"
#include "nagios-bridge/nagios/folder_watch.hpp"
#include "nagios-bridge/nagios/handover.hpp"
#include "nagios-bridge/nagios/nagios_settings.hpp"
#include "nagios-bridge/nagios/run_watch.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

// The way to Nagios Core 4, on the same machine. Handover decides; this looks at Nagios' files, writes
// batches and commands, and waits. All of it on the executor's one thread; no wait of it is a blocking one.
class NagiosSink : public Sink {
public:
  NagiosSink(const boost::asio::any_io_executor& executor, Feed& feed, NagiosSettings settings);

  Expected<void> start() override;
  void wake() override;
  void stop() override;
  [[nodiscard]] SinkState state() const override;

private:
  using Clock = Handover::Clock;
  using Step = Handover::Step;

  // The files of one batch: in the work folder one, in the spool one and its ".ok".
  struct BatchFile {
    Handover::Way way = Handover::Way::pipe;
    std::string name;
  };

  // A file's text, and how far in the feed it reaches.
  struct Rendered {
    std::string text;
    Ticket until = 0;
    std::size_t results = 0;
    std::size_t again = 0;
    bool whole_slice = true;
  };

  void run();
  void schedule();
  void sleep_until(Clock::time_point until);
  Expected<void> open_folders();
  Handover::Sight look(Clock::time_point now);
  void look_at_disk(Handover::Sight& sight) const;
  Expected<void> perform(const Step& step, const Handover::Sight& sight);
  Expected<void> make_barrier();
  Expected<void> make_results(const Step& step);
  Expected<Rendered> render(const Feed::Slice& slice, Handover::Way way);
  Expected<void> append(Rendered& rendered, const PassiveResult& result, Handover::Way way);
  Expected<void> bury(const PassiveResult& result, const std::string& reason);
  Expected<BatchFile> write_batch(Handover::Way way, const std::string& text);
  void hand_over(const Step& step, const Handover::Sight& sight);
  void take_back(const Handover::Sight& sight);
  bool remove(const BatchFile& file);
  BatchFolder& folder_of(Handover::Way way);
  void note(Clock::time_point now, const Handover::Sight& sight, const std::string& failure);

  boost::asio::any_io_executor executor_;
  Feed& feed_;
  NagiosSettings settings_;
  Handover handover_;
  RunWatch runs_;
  FolderWatch watch_;
  boost::asio::steady_timer timer_;
  std::optional<BatchFolder> work_;
  std::optional<BatchFolder> spool_;
  std::optional<BatchFile> ready_;
  std::optional<BatchFile> with_nagios_;
  std::string run_trouble_;
  std::int64_t life_ = 0;  // our own, for names of files
  std::uint64_t number_ = 0;
  Ticket buried_until_ = 0;
  std::uint64_t last_delivered_ = 0;
  std::chrono::milliseconds retry_{0};
  Clock::time_point retry_at_;
  bool started_ = false;
  bool scheduled_ = false;
  SinkState state_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// The settings of `kind: nagios`, those of nagios_settings.hpp.
MakeSink read_nagios_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
