// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_course.hpp"

#include <algorithm>

namespace muster::bridge {

NscaCourse::Step NscaCourse::next(TimePoint now) const
{
  using Kind = Step::Kind;
  if (connection_) {
    return continue_connection(now);
  }
  if (now < not_before_) {
    return {Kind::wait, not_before_};
  }
  if (!has_read_ && !dry_) {
    return {Kind::read, {}};
  }
  // Without anything to tell it is still worth knowing whether the daemon is there.
  return has_read_ || !works_ ? Step{Kind::connect, {}} : Step{Kind::wait, {}};
}

NscaCourse::Step NscaCourse::continue_connection(TimePoint now) const
{
  using Kind = Step::Kind;
  // The first one is short: nothing is to be told for long to a daemon that cannot read it.
  const auto end = connection_->since + (works_ ? longest_connection : settling);
  const auto& first = connection_->first_packet;
  const auto settled = first ? *first + settling : now;
  if (now >= end && now >= settled) {
    return {Kind::finish, {}};
  }
  if (now < end && has_read_) {
    return {Kind::send, {}};
  }
  if (now < end && !dry_) {
    return {Kind::read, {}};
  }
  return now >= settled ? Step{Kind::finish, {}} : Step{Kind::wait, settled};
}

void NscaCourse::read(Ticket until)
{
  read_from_ = until;
  has_read_ = true;
}

bool NscaCourse::skipped(Ticket until)
{
  read_from_ = until;
  const bool is_all = written_ == safe_ && !has_read_;
  written_ = until;
  told_until_ = std::max(told_until_, until);
  if (is_all) {
    safe_ = until;
  }
  return is_all;
}

void NscaCourse::connected(TimePoint now)
{
  connection_ = Connection{now, {}};
}

void NscaCourse::sent(TimePoint now)
{
  written_ = read_from_;
  told_until_ = std::max(told_until_, written_);
  has_read_ = false;
  if (!connection_->first_packet) {
    connection_->first_packet = now;
  }
}

void NscaCourse::finished()
{
  safe_ = written_;
  works_ = true;
  connection_.reset();
  pause_ = first_pause;
}

void NscaCourse::failed(TimePoint now)
{
  connection_.reset();
  works_ = false;
  has_read_ = false;
  dry_ = false;
  read_from_ = safe_;
  written_ = safe_;
  not_before_ = now + pause_;
  pause_ = std::min(pause_ * 2, longest_pause);
}

}  // namespace muster::bridge
