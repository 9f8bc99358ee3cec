// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "libmuster/runtime/file_stamp.hpp"
#include "nagios-bridge/model/passive_result.hpp"
#include "nagios-bridge/nagios/command_pipe.hpp"
#include "nagios-bridge/nagios/nagios_settings.hpp"
#include "nagios-bridge/nagios/program_status.hpp"

namespace muster::bridge {

// Decides how results come into Nagios and when they are safe there. Pure: it is told what was seen and done,
// and says what to do next.
//
// One batch at a time is with Nagios; the next one is made meanwhile. A file of results is handed over by the
// command PROCESS_FILE, or lies in the spool. Nagios obeys and then unlinks it: that is the receipt, and all
// of the batch is in Nagios' memory. More than one batch at a time would let a command that got lost bring
// old results after new ones.
//
// A file with the one command SAVE_STATE_INFORMATION is the barrier: when it is gone and retention.dat is
// another one, everything before it is on Nagios' disk, and safe. (Through the spool no command goes; there
// it is safe when Nagios saves by itself, at its retention_update_interval.) When Nagios' life changes before
// that, everything since the last barrier is told again, in order; after a reload, at which it has saved,
// only the batch that was with it.
class Handover {
public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;

  enum class Way { pipe, spool };

  struct Batch {
    Way way = Way::pipe;
    bool saves = false;       // the barrier
    Ticket until = 0;         // everything up to here is in it or in those before
    std::size_t results = 0;  // in it
    std::size_t again = 0;    // of those: told before
  };

  // One look, taken in this order: so what is seen later is at least as new.
  struct Sight {
    PipeAnswer pipe = PipeAnswer::ready;
    bool intact = true;          // the folder with the batches is the one they were written into
    bool gone = false;           // the file of the batch that is with Nagios
    runtime::FileStamp saved{};  // of retention.dat
    bool saved_whole = true;  // it is not cut off: Nagios 4.4 takes a file that a full disk has cut for good
    bool room = true;         // for the next one, on its disk
    std::optional<NagiosRun> run;  // Nagios' life; nothing: it is not running, or is starting
    bool takes_results = true;
    Time status_written{};  // by Nagios, about itself
    Time wall{};
  };

  struct Step {
    enum class Kind {
      wait,       // until `until`, or until something happens
      make,       // a batch for `way` of at most `most` results, or the barrier; answered by made() or dry()
      hand_over,  // the batch that was made, or once more the one that is with Nagios; answered by
                  // handed_over()
      take_back,  // all files; answered by taken_back()
      make_safe,  // `ticket`, in the feed; answered by made_safe()
    };

    Kind kind = Kind::wait;
    TimePoint until{};
    Way way = Way::pipe;
    bool saves = false;
    bool once_more = false;
    std::size_t most = 0;
    Ticket ticket = 0;
  };

  // `safe` is where the feed stands.
  Handover(const NagiosSettings& settings, Ticket safe);

  Step next(TimePoint now, const Sight& sight);

  // Something new is in the feed.
  void more() { dry_ = false; }

  // The feed has no more behind read_from().
  void dry() { dry_ = true; }

  // The feed was looked through up to `until` and nothing of it is for Nagios: other sinks', or dead letters.
  void skipped(Ticket until);

  // A batch lies ready in its file; `full` if the feed had more than went into it.
  void made(const Batch& batch, bool full);
  void handed_over(TimePoint now, PipeAnswer answer, const Sight& sight);

  // `was_there`: the file of the batch that was with Nagios was still there, so it has given no receipt.
  void taken_back(TimePoint now, bool was_there, Time wall);
  void made_safe(Ticket ticket);

  [[nodiscard]] Ticket read_from() const { return read_from_; }

  [[nodiscard]] Ticket received() const { return received_; }

  [[nodiscard]] Ticket safe() const { return safe_; }

  // Up to here results were in a batch before.
  [[nodiscard]] Ticket told_until() const { return told_until_; }

  // Whether nothing is under way, and only more() can change that.
  [[nodiscard]] bool is_idle() const { return dry_ && !with_nagios_ && !ready_; }

  [[nodiscard]] bool has_batch_with_nagios() const { return with_nagios_.has_value(); }

  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

  // What is wrong with Nagios' taking of results; empty: nothing.
  [[nodiscard]] std::string trouble(TimePoint now, const Sight& sight) const;

private:
  struct Handed {
    Batch batch;
    TimePoint first{};
    TimePoint last{};
    std::chrono::milliseconds again_after{0};
    runtime::FileStamp saved{};  // before it
    Time wall{};
    Ticket before = 0;  // received before it was handed over
  };

  // Waits for Nagios to save by itself.
  struct SpoolBarrier {
    Ticket ticket = 0;
    runtime::FileStamp saved;
    std::optional<TimePoint> changed;
  };

  enum class Change { none, reload, restart };

  // Since when the pipe cannot be used.
  struct Away {
    TimePoint since;
    Time at;
  };

  void choose_way(TimePoint now, const Sight& sight);
  void receive(TimePoint now, const Sight& sight);
  void receive_barrier(TimePoint now, const Handed& handed, const Sight& sight);
  void watch_spool_barrier(TimePoint now, const Sight& sight);
  Step start_over(TimePoint now, const Sight& sight);
  void forget_what_is_not_safe(TimePoint now);
  void meet(TimePoint now, const Sight& sight);
  Step continue_with_nagios(TimePoint now, const Sight& sight) const;
  Step make_next(TimePoint now) const;
  static Step wait_for(TimePoint until);
  void count(TimePoint now, const Batch& batch);

  [[nodiscard]] bool has_unsaved() const { return received_ > safe_wanted_; }

  [[nodiscard]] bool is_fresh(Time wall) const;
  [[nodiscard]] bool can_hand_over(const Sight& sight) const;
  [[nodiscard]] TimePoint save_at() const;

  NagiosSettings settings_;
  Ticket safe_;
  Ticket received_;
  Ticket read_from_;
  Ticket told_until_;
  Ticket safe_wanted_;
  bool dry_ = false;
  bool backlog_ = false;
  Way way_ = Way::pipe;
  std::optional<NagiosRun> run_;
  bool room_ = true;
  Change change_ = Change::none;         // of its life, until everything is taken back
  runtime::FileStamp saved_at_receipt_;  // of retention.dat, when the last batch was received
  std::optional<Batch> ready_;
  std::optional<Handed> with_nagios_;
  std::optional<Away> away_;
  TimePoint quiet_until_;  // nothing goes into the pipe before
  std::optional<TimePoint> last_handed_;
  TimePoint try_again_;
  PipeAnswer last_answer_ = PipeAnswer::ready;
  std::optional<TimePoint> unsaved_since_;
  std::uint64_t unsaved_batches_ = 0;
  TimePoint not_before_;  // the next barrier
  int failed_saves_ = 0;
  std::optional<SpoolBarrier> spool_barrier_;
  std::uint64_t delivered_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t restarts_ = 0;
};

}  // namespace muster::bridge
