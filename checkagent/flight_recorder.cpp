// SPDX-License-Identifier: Apache-2.0
#include "checkagent/flight_recorder.hpp"

#include <algorithm>
#include <system_error>

#include "libmuster/runtime/system_failure.hpp"

namespace muster::checkagent {

namespace {

constexpr auto* note_name = "epoch";
constexpr auto* lock_name = "lock";

}  // namespace

Expected<FlightRecorder> FlightRecorder::open(RecorderSettings settings, protocol::Time now)
{
  FlightRecorder recorder{std::move(settings), now};
  if (auto prepared = recorder.prepare(); !prepared) {
    if (prepared.error().code == ErrorCode::denied) {
      return tl::unexpected{prepared.error().with_context("flight recorder")};
    }
    recorder.suffer(prepared.error());
  }
  return recorder;
}

FlightRecorder::~FlightRecorder()
{
  close();
}

// `denied` means that another process has the folder.
Expected<void> FlightRecorder::prepare()
{
  std::error_code error;
  std::filesystem::create_directories(settings_.folder, error);
  if (error) {
    return failure(
        ErrorCode::io_failure, "cannot make " + settings_.folder.string() + ": " + error.message());
  }
  if (!lock_) {
    auto lock = runtime::LockFile::take(settings_.folder / lock_name);
    if (!lock) {
      return tl::unexpected{lock.error()};
    }
    lock_.emplace(std::move(*lock));
  }
  auto ring = FlightRing::load(settings_.folder, settings_.node, settings_.limits);
  if (!ring) {
    return failure(ErrorCode::io_failure, ring.error().message);
  }
  ring_ = std::make_unique<FlightRing>(std::move(*ring));
  begin_epoch();
  return {};
}

void FlightRecorder::begin_epoch()
{
  const auto before = read_epoch_note(settings_.folder / note_name);
  const auto end = ring_->history().last();
  auto joint = join_epochs(before, end, settings_.boot);
  joint.whole = joint.whole && !ring_->end_is_damaged();
  const auto newest = std::max(end.epoch, before ? before->at.epoch : 0);
  if (last_.epoch <= newest) {
    last_ = {newest + 1, std::min<std::int64_t>(last_.seq, 1)};
  }
  note(EpochNote::State::running);
  if (joint.lost_end) {
    ring_->add_mark(*joint.lost_end, false);
  }
  ring_->add_mark({last_.epoch, 0}, joint.whole);
  if (auto written = ring_->write_marks(); !written) {
    suffer(written.error());
  }
}

protocol::ResultMessage FlightRecorder::record(CheckResult result, protocol::Time now)
{
  ++last_.seq;
  Expected<void> kept;
  if (!ring_) {
    kept = prepare();
  }
  protocol::ResultMessage message{settings_.node, last_.epoch, last_.seq, now, std::move(result)};
  if (kept) {
    kept = keep(message);
  }
  if (kept) {
    recover();
  } else {
    suffer(kept.error());
  }
  return message;
}

Expected<void> FlightRecorder::keep(const protocol::ResultMessage& message)
{
  auto added = ring_->add_result(last_, protocol::encode(message));
  if (!added) {
    ring_->add_loss(last_);
  }
  return added;
}

// The note may be the only trace that the next epoch finds of what was lost at the end of this one.
void FlightRecorder::suffer(const Error& error)
{
  if (ring_ && noted_ != EpochNote::State::lossy) {
    note(EpochNote::State::lossy);
  }
  health_ = "flight recorder: " + error.message + "; results are not kept";
}

void FlightRecorder::recover()
{
  health_.reset();
  if (noted_ != EpochNote::State::running) {
    note(EpochNote::State::running);
  }
}

// A note that cannot be written costs the next epoch its proof, and so a gap; nothing that a call could mend.
void FlightRecorder::note(EpochNote::State state, bool sync)
{
  const auto written = write_epoch_note(settings_.folder / note_name, {last_, state, settings_.boot}, sync);
  noted_ = written ? std::optional{state} : std::nullopt;
}

FlightRecorder::Head FlightRecorder::head() const
{
  if (!ring_) {
    return {last_, {}, 0};
  }
  const auto& history = ring_->history();
  return {last_, history.oldest().value_or(Cursor{}), history.results()};
}

FlightRecorder::Page FlightRecorder::since(Cursor cursor, std::size_t most_bytes) const
{
  if (!ring_) {
    return {{}, false, cursor != last_};
  }
  const auto slice = ring_->history().after(cursor, most_bytes);
  Page page{{}, slice.more, slice.gap};
  SegmentReader reader{settings_.folder};
  for (const auto& wanted : slice.results) {
    const auto line = reader.read(wanted.place);
    auto message = line ? protocol::parse_result(*line) : tl::unexpected{line.error()};
    if (message && Cursor{message->epoch, message->seq} == wanted.at) {
      page.results.push_back(std::move(*message));
    } else {
      page.gap = true;
    }
  }
  return page;
}

void FlightRecorder::close()
{
  if (!ring_) {
    return;
  }
  // Results that were lost are named by the place the note gives: it is as good as a mark.
  [[maybe_unused]] const auto marks = ring_->write_marks();
  if (ring_->sync()) {
    note(EpochNote::State::closed, true);
  }
  ring_.reset();
  lock_.reset();
}

}  // namespace muster::checkagent
