// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/handover.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using TimePoint = Handover::TimePoint;
using Step = Handover::Step;

// A command that gets no receipt may be lost (Nagios' reader of the pipe has died) or wait in the pipe behind
// a busy Nagios, where a second one does no harm: its file is gone. Doubling keeps them from filling the
// pipe.
constexpr std::chrono::milliseconds first_repeat{2s};
constexpr std::chrono::milliseconds longest_repeat{1min};

// Between tries at a pipe that is full.
constexpr std::chrono::milliseconds pipe_pause{200ms};

// A trickle of results is gathered for this long: fewer files, and fewer lines in Nagios' log.
constexpr std::chrono::milliseconds gather{100ms};

// Even where inotify tells of receipts, Nagios' life is looked at.
constexpr std::chrono::milliseconds look_while_waiting{250ms};
constexpr std::chrono::milliseconds look_when_unsaved{1s};
constexpr std::chrono::milliseconds look_when_idle{2s};

// When Nagios dies by SIGKILL its reader of the pipe lives on for half a second. If a command comes while the
// next life's reader waits beside it, only one gets it, and the other one ends for good: Nagios is deaf until
// it is reloaded (base/commands.c of 4.4.6, command_file_worker). So nothing is written until there is one.
constexpr std::chrono::milliseconds two_readers{1s};
constexpr std::chrono::seconds just_started{10};  // its configuration may take some seconds of that

// By now a Nagios that is not deaf would be gone: it writes its status every 10 s.
constexpr std::chrono::seconds surely_deaf{2};

// Nagios stands still while it saves: that shall be at most a twentieth of its time.
constexpr int save_share = 20;
constexpr std::chrono::milliseconds longest_save_pause{1min};
constexpr int saves_before_trouble = 3;  // one may meet a disk that is full for a moment

// Nagios' check_result_reaper_frequency is 10 s by default.
constexpr std::chrono::milliseconds slow_pipe{10s};
constexpr std::chrono::milliseconds slow_spool{2min};

// Nagios throws away a file that is too old, without a word. Ours may wait for its turn and then for Nagios,
// for this part of that age each.
constexpr int age_share = 4;

// A copy onto another file system changes retention.dat twice.
constexpr std::chrono::milliseconds saved_for_good{1s};

// A file that is cut off, or may be, has saved nothing.
bool has_saved(const runtime::FileStamp& before, const Handover::Sight& sight)
{
  return sight.saved != before && sight.saved != runtime::FileStamp{} && sight.saved_whole && sight.room;
}

}  // namespace

Handover::Handover(const NagiosSettings& settings, Ticket safe)
    : settings_{settings},
      safe_{safe},
      received_{safe},
      read_from_{safe},
      told_until_{safe},
      safe_wanted_{safe}
{}

Step Handover::next(TimePoint now, const Sight& sight)
{
  choose_way(now, sight);
  room_ = sight.room;
  if (sight.run && run_ && *sight.run != *run_) {
    return start_over(now, sight);
  }
  if (sight.run) {
    meet(now, sight);
  }
  if (!sight.intact && (with_nagios_ || ready_)) {
    return {.kind = Step::Kind::take_back};
  }
  if (with_nagios_ && sight.gone && sight.run) {
    if (!is_fresh(sight.wall)) {
      return {.kind = Step::Kind::take_back};  // too old to know whether Nagios read it or threw it away
    }
    receive(now, sight);
  }
  watch_spool_barrier(now, sight);
  if (safe_wanted_ > safe_) {
    return {.kind = Step::Kind::make_safe, .ticket = safe_wanted_};
  }
  if (!can_hand_over(sight)) {
    return wait_for(now + look_when_unsaved);
  }
  if (way_ == Way::pipe && now < quiet_until_) {
    return wait_for(quiet_until_);
  }
  return with_nagios_ ? continue_with_nagios(now, sight) : make_next(now);
}

void Handover::choose_way(TimePoint now, const Sight& sight)
{
  if (sight.pipe == PipeAnswer::ready || sight.pipe == PipeAnswer::full) {
    if (away_) {
      quiet_until_ = now + two_readers;
    }
    away_.reset();
    way_ = Way::pipe;
    return;
  }
  away_ = away_.value_or(Away{now, sight.wall});
  const bool spool = !settings_.spool.empty() && now - away_->since >= settings_.spool_after;
  way_ = spool ? Way::spool : way_;
}

// A reload ends with a save, so that what was received lives on, unless that save has failed.
Step Handover::start_over(TimePoint now, const Sight& sight)
{
  const bool saved = has_saved(saved_at_receipt_, sight);
  change_ = run_->was_reloaded_to(*sight.run) && saved ? Change::reload : Change::restart;
  run_ = sight.run;
  ++restarts_;
  quiet_until_ = now + two_readers;
  return {.kind = Step::Kind::take_back};
}

// Whatever is seen first may have begun just now.
void Handover::meet(TimePoint now, const Sight& sight)
{
  const Time started{std::chrono::seconds{sight.run->program_start}};
  if (!run_ && sight.wall - started < just_started) {
    quiet_until_ = now + two_readers;
  }
  const auto process = run_ ? run_->process_started : 0;
  run_ = sight.run;
  run_->process_started = run_->process_started == 0 ? process : run_->process_started;
}

bool Handover::is_fresh(Time wall) const
{
  return with_nagios_->batch.way == Way::pipe || wall - with_nagios_->wall <= settings_.spool_age / age_share;
}

bool Handover::can_hand_over(const Sight& sight) const
{
  return sight.run && sight.takes_results &&
         (way_ == Way::spool || sight.pipe == PipeAnswer::ready || sight.pipe == PipeAnswer::full);
}

Step Handover::continue_with_nagios(TimePoint now, const Sight& sight) const
{
  const auto& handed = *with_nagios_;
  if (handed.batch.way != way_ || !is_fresh(sight.wall)) {
    return {.kind = Step::Kind::take_back};
  }
  const auto repeat_at = std::max(handed.last + handed.again_after, try_again_);
  if (way_ == Way::pipe && now >= repeat_at) {
    return {.kind = Step::Kind::hand_over, .way = way_, .saves = handed.batch.saves, .once_more = true};
  }
  const bool barrier_next = now >= save_at() && !handed.batch.saves;
  if (!ready_ && !dry_ && backlog_ && !barrier_next) {
    return make_next(now);
  }
  return wait_for(std::min(way_ == Way::pipe ? repeat_at : TimePoint::max(), now + look_while_waiting));
}

// Nothing is with Nagios, or what is next is made meanwhile.
Step Handover::make_next(TimePoint now) const
{
  if (ready_ && ready_->way != way_) {
    return {.kind = Step::Kind::take_back};
  }
  if (ready_) {
    return now >= try_again_ ? Step{.kind = Step::Kind::hand_over, .way = way_, .saves = ready_->saves}
                             : wait_for(try_again_);
  }
  const std::size_t most = way_ == Way::pipe ? settings_.batch : settings_.spool_batch;
  if (!with_nagios_ && now >= save_at()) {
    return {.kind = Step::Kind::make, .way = way_, .saves = true};
  }
  const auto gathered = last_handed_ && !backlog_ ? *last_handed_ + gather : now;
  if (!dry_ && (with_nagios_ || now >= gathered)) {
    return {.kind = Step::Kind::make, .way = way_, .most = most};
  }
  const auto pause = has_unsaved() ? look_when_unsaved : look_when_idle;
  return wait_for(std::min({now + pause, save_at(), dry_ ? TimePoint::max() : gathered}));
}

Step Handover::wait_for(TimePoint until)
{
  return {.kind = Step::Kind::wait, .until = until};
}

TimePoint Handover::save_at() const
{
  if (way_ != Way::pipe || !room_ || !has_unsaved() || !unsaved_since_ ||
      settings_.safe_when == NagiosSettings::Safe::processed) {
    return TimePoint::max();
  }
  const auto due =
      unsaved_batches_ >= settings_.save_after ? *unsaved_since_ : *unsaved_since_ + settings_.save_every;
  return std::max(due, not_before_);
}

void Handover::skipped(Ticket until)
{
  const bool all_safe = !has_unsaved() && !with_nagios_ && !ready_;
  read_from_ = until;
  if (ready_) {
    ready_->until = until;
  } else if (with_nagios_ && !with_nagios_->batch.saves) {
    with_nagios_->batch.until = until;
  } else if (!with_nagios_) {
    received_ = until;
  }
  if (all_safe) {
    safe_wanted_ = until;  // there is nothing that Nagios could lose
  }
}

void Handover::made(const Batch& batch, bool full)
{
  ready_ = batch;
  if (batch.saves) {
    return;
  }
  read_from_ = batch.until;
  told_until_ = std::max(told_until_, batch.until);
  backlog_ = full;
}

void Handover::handed_over(TimePoint now, PipeAnswer answer, const Sight& sight)
{
  last_answer_ = answer;
  if (answer != PipeAnswer::ready) {
    try_again_ = now + pipe_pause;
    return;
  }
  if (ready_ && !with_nagios_) {
    with_nagios_ = Handed{*ready_, now, now, first_repeat, sight.saved, sight.wall, received_};
    last_handed_ = now;
    ready_.reset();
    return;
  }
  with_nagios_->last = now;
  with_nagios_->again_after = std::min(with_nagios_->again_after * 2, longest_repeat);
}

void Handover::receive(TimePoint now, const Sight& sight)
{
  const auto handed = *with_nagios_;
  with_nagios_.reset();
  if (handed.batch.saves) {
    receive_barrier(now, handed, sight);
  } else {
    count(now, handed.batch);
    saved_at_receipt_ = sight.saved;
  }
  if (!ready_) {
    received_ = read_from_;  // what was left out behind the batch needs no receipt
  }
  if (settings_.safe_when == NagiosSettings::Safe::processed) {
    safe_wanted_ = received_;
  } else if (handed.batch.way == Way::spool && !spool_barrier_) {
    spool_barrier_ = SpoolBarrier{received_, sight.saved, {}};
  }
}

void Handover::count(TimePoint now, const Batch& batch)
{
  received_ = batch.until;
  delivered_ += batch.results;
  repeated_ += batch.again;
  unsaved_since_ = unsaved_since_.value_or(now);
  ++unsaved_batches_;
}

void Handover::receive_barrier(TimePoint now, const Handed& handed, const Sight& sight)
{
  const auto cost = now - handed.first;
  not_before_ = now + std::min<Clock::duration>(cost * save_share, longest_save_pause);
  if (!has_saved(handed.saved, sight)) {
    ++failed_saves_;
    const auto pause = settings_.save_every * (1 << std::min(failed_saves_, 10));
    not_before_ = std::max(not_before_, now + std::min(pause, longest_save_pause));
    return;
  }
  failed_saves_ = 0;
  unsaved_batches_ = 0;
  unsaved_since_.reset();
  safe_wanted_ = std::max(safe_wanted_, ready_ ? handed.before : read_from_);
}

void Handover::watch_spool_barrier(TimePoint now, const Sight& sight)
{
  if (!spool_barrier_ || !sight.run) {
    return;
  }
  auto& barrier = *spool_barrier_;
  if (!has_saved(barrier.saved, sight)) {
    return;
  }
  barrier.changed = barrier.changed.value_or(now);
  if (now - *barrier.changed < saved_for_good) {
    return;
  }
  safe_wanted_ = std::max(safe_wanted_, barrier.ticket);
  const bool more = received_ > barrier.ticket;
  spool_barrier_ = more ? std::optional{SpoolBarrier{received_, sight.saved, {}}} : std::nullopt;
}

void Handover::taken_back(TimePoint now, bool was_there, Time wall)
{
  const auto change = std::exchange(change_, Change::none);
  if (change == Change::restart) {
    forget_what_is_not_safe(now);
  } else if (
      change == Change::none && with_nagios_ && !was_there && !with_nagios_->batch.saves && is_fresh(wall)) {
    count(now, with_nagios_->batch);
  }
  with_nagios_.reset();
  ready_.reset();
  read_from_ = received_;
  dry_ = false;
  backlog_ = false;
}

void Handover::forget_what_is_not_safe(TimePoint now)
{
  received_ = safe_wanted_;
  unsaved_since_.reset();
  unsaved_batches_ = 0;
  not_before_ = now;
  spool_barrier_.reset();
}

void Handover::made_safe(Ticket ticket)
{
  safe_ = std::max(safe_, ticket);
  safe_wanted_ = std::max(safe_wanted_, safe_);
}

std::string Handover::trouble(TimePoint now, const Sight& sight) const
{
  const auto pipe = sight.pipe == PipeAnswer::ready ? last_answer_ : sight.pipe;
  if (pipe == PipeAnswer::no_reader && away_ && sight.run && sight.status_written - away_->at > surely_deaf) {
    return "Nagios is running, but its reader of the command pipe " + settings_.command_file.string() +
           " has died, and Nagios has not noticed: reload it";
  }
  if (way_ == Way::pipe && pipe != PipeAnswer::ready) {
    return trouble_with_pipe(pipe, settings_.command_file);
  }
  if (!sight.takes_results) {
    return "Nagios accepts no passive checks: they wait until START_ACCEPTING_PASSIVE_SVC_CHECKS";
  }
  const auto slow = way_ == Way::pipe ? slow_pipe : slow_spool;
  if (with_nagios_ && now - with_nagios_->first >= slow) {
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - with_nagios_->first).count();
    const auto& folder = way_ == Way::pipe ? settings_.work_dir : settings_.spool;
    return fmt::format(
        "Nagios has not taken a batch in {} for {} s: it is busy, or may not read and unlink there",
        folder.string(),
        since);
  }
  if (!sight.room && has_unsaved()) {
    return "the disk of " + settings_.retention_file.string() +
           " is nearly full: Nagios is not told to save, because it would cut its states off; make room";
  }
  if (failed_saves_ >= saves_before_trouble) {
    return fmt::format(
        "Nagios does not write {}: it must not, or retain_state_information is 0 (then set safe_when: "
        "processed)",
        settings_.retention_file.string());
  }
  return way_ == Way::spool ? "the command pipe cannot be used: results go through the spool, which is slow"
                            : "";
}

}  // namespace muster::bridge
