// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/nagios_sink.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/render/nagios_text.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;

// Long outputs make a file long before it has many results; Nagios maps it as a whole.
constexpr std::size_t max_file = std::size_t{8} << 20U;

// Steps in a row before others on the executor have their turn.
constexpr int most_steps = 4;

// After a failure of our own files or queue.
constexpr std::chrono::milliseconds first_retry{1s};
constexpr std::chrono::milliseconds longest_retry{30s};

// What one host or service takes in retention.dat: 1,200 bytes of keys alone, and some text.
constexpr std::size_t least_state = 1'000;
constexpr std::size_t usual_state = 2'000;
constexpr std::uintmax_t disk_reserve = std::uintmax_t{1} << 20U;

constexpr std::string_view work_prefix = "muster-";
constexpr std::string_view spool_prefix = "cmu";  // Nagios reads names of seven letters, the first a c

std::chrono::sys_seconds seconds_now()
{
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Time wall_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// Four letters after the prefix: a name comes again after 1.6 million files.
std::string spool_name(std::uint64_t number)
{
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string name{spool_prefix};
  for (int digit = 0; digit < 4; ++digit, number /= letters.size()) {
    name += letters[number % letters.size()];
  }
  return name;
}

bool is_our_batch(const std::filesystem::path& path)
{
  return path.filename().string().starts_with(work_prefix);
}

// Other programs write there too.
bool is_our_spool_file(const std::filesystem::path& path)
{
  const auto name = path.filename().string();
  if (name.size() != 7 || !name.starts_with(spool_prefix)) {
    return false;
  }
  const auto text = runtime::read_text_file(path, 2 * max_file);
  return text && text->starts_with(nagios_spool_mark);
}

}  // namespace

NagiosSink::NagiosSink(const boost::asio::any_io_executor& executor, Feed& feed, NagiosSettings settings)
    : executor_{executor},
      feed_{feed},
      settings_{std::move(settings)},
      handover_{settings_, feed.safe()},
      runs_{settings_},
      watch_{executor, [this] { run(); }},
      timer_{executor},
      life_{std::chrono::system_clock::now().time_since_epoch().count()}
{}

Expected<void> NagiosSink::start()
{
  if (!settings_.work_dir.is_absolute() || !settings_.command_file.is_absolute()) {
    return failure(
        ErrorCode::invalid_input, "command_file and work_dir of the Nagios sink must be whole paths");
  }
  started_ = true;
  state_.since = wall_now();
  schedule();
  return {};
}

void NagiosSink::wake()
{
  const bool was_idle = handover_.is_idle();
  handover_.more();
  if (was_idle) {
    schedule();
  }
}

void NagiosSink::stop()
{
  started_ = false;
  timer_.cancel();
  if (with_nagios_) {
    remove(*with_nagios_);
  }
  if (ready_) {
    remove(*ready_);
  }
}

SinkState NagiosSink::state() const
{
  auto state = state_;
  state.handed_over = handover_.received();
  state.safe = handover_.safe();
  state.delivered = handover_.delivered();
  state.repeated = handover_.repeated();
  state.restarts = handover_.restarts();
  return state;
}

void NagiosSink::schedule()
{
  if (scheduled_ || !started_) {
    return;
  }
  scheduled_ = true;
  boost::asio::post(executor_, [this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired()) {
      scheduled_ = false;
      run();
    }
  });
}

void NagiosSink::sleep_until(Clock::time_point until)
{
  timer_.expires_at(until);
  timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
    if (!error && !alive.expired()) {
      run();
    }
  });
}

void NagiosSink::run()
{
  const auto begin = Clock::now();
  if (!started_ || begin < retry_at_) {
    return;
  }
  for (int count = 0; count < most_steps; ++count) {
    const auto now = Clock::now();
    auto done = open_folders();
    const auto sight = look(now);
    const auto step = handover_.next(now, sight);
    if (done && step.kind == Step::Kind::wait) {
      note(now, sight, {});
      sleep_until(step.until);
      return;
    }
    if (done) {
      done = perform(step, sight);
    }
    note(now, sight, done ? std::string{} : done.error().message);
    if (!done) {
      retry_ = std::clamp(retry_ * 2, first_retry, longest_retry);
      retry_at_ = now + retry_;
      sleep_until(retry_at_);
      return;
    }
    retry_ = 0ms;
  }
  schedule();
}

// A spool that is missing matters when it is needed: write_batch says so.
Expected<void> NagiosSink::open_folders()
{
  const bool under_way = with_nagios_ || ready_;
  if (!settings_.spool.empty() && !under_way && !(spool_ && spool_->intact())) {
    spool_.reset();
    if (auto opened = BatchFolder::open(settings_.spool)) {
      spool_ = std::move(*opened);
      spool_->sweep(is_our_spool_file);
      watch_.add(settings_.spool);
    }
  }
  if (work_ && (under_way || work_->intact())) {
    return {};
  }
  if (auto made = BatchFolder::make(settings_.work_dir, settings_.group); !made) {
    return made;
  }
  auto opened = BatchFolder::open(settings_.work_dir);
  if (!opened) {
    return tl::unexpected{opened.error()};
  }
  work_ = std::move(*opened);
  work_->sweep(is_our_batch);
  watch_.add(settings_.work_dir);
  return {};
}

Handover::Sight NagiosSink::look(Clock::time_point now)
{
  Handover::Sight sight;
  sight.pipe = look_at_pipe(settings_.command_file);
  const auto is_intact = [&](const std::optional<BatchFile>& file) {
    return !file || folder_of(file->way).intact();
  };
  if (work_) {
    sight.gone = with_nagios_ && !folder_of(with_nagios_->way).has(with_nagios_->name);
    sight.intact = is_intact(with_nagios_) && is_intact(ready_);
  }
  sight.saved = runtime::stamp_of(settings_.retention_file.string());
  auto seen = runs_.look(now);
  sight.run = seen.run;
  sight.takes_results = seen.takes_results;
  sight.status_written = seen.written;
  look_at_disk(sight);
  sight.wall = wall_now();
  run_trouble_ = std::move(seen.trouble);
  return sight;
}

// The file itself is for Nagios' eyes only; its size is not.
void NagiosSink::look_at_disk(Handover::Sight& sight) const
{
  const auto objects = runs_.objects().value_or(0);
  const auto size =
      std::max(static_cast<std::uintmax_t>(sight.saved.size), std::uintmax_t{objects} * usual_state);
  std::error_code error;
  const auto space = std::filesystem::space(settings_.retention_file.parent_path(), error);
  sight.room = error || space.available >= 2 * size + disk_reserve;
  sight.saved_whole = static_cast<std::size_t>(sight.saved.size) >= objects * least_state;
}

Expected<void> NagiosSink::perform(const Step& step, const Handover::Sight& sight)
{
  switch (step.kind) {
  case Step::Kind::wait:
    return {};
  case Step::Kind::make:
    return step.saves ? make_barrier() : make_results(step);
  case Step::Kind::hand_over:
    hand_over(step, sight);
    return {};
  case Step::Kind::take_back:
    take_back(sight);
    return {};
  case Step::Kind::make_safe:
    break;
  }
  auto safe = feed_.set_safe(step.ticket);
  if (safe) {
    handover_.made_safe(step.ticket);
  }
  return safe;
}

Expected<void> NagiosSink::make_barrier()
{
  const auto now = seconds_now().time_since_epoch().count();
  auto file = write_batch(Handover::Way::pipe, fmt::format("[{}] SAVE_STATE_INFORMATION;0\n", now));
  if (!file) {
    return tl::unexpected{file.error()};
  }
  ready_ = std::move(*file);
  handover_.made({.way = Handover::Way::pipe, .saves = true}, false);
  return {};
}

Expected<void> NagiosSink::make_results(const Step& step)
{
  auto slice = feed_.read(handover_.read_from(), step.most);
  if (!slice) {
    return tl::unexpected{slice.error()};
  }
  if (slice->until == handover_.read_from()) {
    handover_.dry();
    return {};
  }
  auto rendered = render(*slice, step.way);
  if (!rendered) {
    return tl::unexpected{rendered.error()};
  }
  if (rendered->results == 0) {
    handover_.skipped(rendered->until);
    return {};
  }
  auto file = write_batch(step.way, rendered->text);
  if (!file) {
    return tl::unexpected{file.error()};
  }
  ready_ = std::move(*file);
  const bool full = slice->results.size() >= step.most || !rendered->whole_slice;
  handover_.made({step.way, false, rendered->until, rendered->results, rendered->again}, full);
  return {};
}

Expected<NagiosSink::Rendered> NagiosSink::render(const Feed::Slice& slice, Handover::Way way)
{
  Rendered rendered;
  if (way == Handover::Way::spool) {
    append_nagios_spool_header(rendered.text, seconds_now());
  }
  for (const auto& result : slice.results) {
    if (auto appended = append(rendered, result, way); !appended) {
      return tl::unexpected{appended.error()};
    }
    rendered.until = result.ticket;
    if (rendered.text.size() >= max_file) {
      rendered.whole_slice = false;
      return rendered;
    }
  }
  rendered.until = slice.until;
  return rendered;
}

Expected<void> NagiosSink::append(Rendered& rendered, const PassiveResult& result, Handover::Way way)
{
  if (const auto objection = runs_.objection_to(result); !objection.empty()) {
    return bury(result, objection);
  }
  const auto written = way == Handover::Way::spool ? append_nagios_spool_record(rendered.text, result)
                                                   : append_nagios_command(rendered.text, result);
  if (!written) {
    return bury(result, written.error().message);
  }
  ++rendered.results;
  rendered.again += result.ticket <= handover_.told_until() ? 1U : 0U;
  return {};
}

// What comes once more after a restart was buried, or told, the first time.
Expected<void> NagiosSink::bury(const PassiveResult& result, const std::string& reason)
{
  if (result.ticket <= buried_until_ || result.ticket <= handover_.told_until()) {
    return {};
  }
  if (auto buried = feed_.bury(result, reason); !buried) {
    return buried;
  }
  buried_until_ = result.ticket;
  ++state_.buried;
  return {};
}

Expected<NagiosSink::BatchFile> NagiosSink::write_batch(Handover::Way way, const std::string& text)
{
  if (way == Handover::Way::spool && !spool_) {
    return failure(
        ErrorCode::not_found,
        "cannot write into the spool " + settings_.spool.string() + ": it is no folder of ours");
  }
  ++number_;
  const auto name = way == Handover::Way::spool ? spool_name(number_)
                                                : fmt::format("{}{:x}-{}", work_prefix, life_, number_);
  if (auto written = folder_of(way).write(name, text); !written) {
    return tl::unexpected{written.error()};
  }
  return BatchFile{way, name};
}

void NagiosSink::hand_over(const Step& step, const Handover::Sight& sight)
{
  const auto& file = step.once_more ? *with_nagios_ : *ready_;
  auto answer = PipeAnswer::ready;
  if (file.way == Handover::Way::pipe) {
    const auto path = (settings_.work_dir / file.name).string();
    const auto now = seconds_now().time_since_epoch().count();
    answer = write_command(settings_.command_file, fmt::format("[{}] PROCESS_FILE;{};1\n", now, path));
  } else if (!folder_of(file.way).write(file.name + ".ok", {})) {
    answer = PipeAnswer::failed;
  }
  if (answer == PipeAnswer::ready && !step.once_more) {
    with_nagios_ = std::exchange(ready_, std::nullopt);
  }
  handover_.handed_over(Clock::now(), answer, sight);
}

void NagiosSink::take_back(const Handover::Sight& sight)
{
  const bool was_there = !with_nagios_ || remove(*with_nagios_) || !sight.intact;
  if (ready_) {
    remove(*ready_);
  }
  with_nagios_.reset();
  ready_.reset();
  handover_.taken_back(Clock::now(), was_there, sight.wall);
}

bool NagiosSink::remove(const BatchFile& file)
{
  auto& folder = folder_of(file.way);
  if (file.way == Handover::Way::spool) {
    folder.remove(file.name + ".ok");
  }
  return folder.remove(file.name);
}

BatchFolder& NagiosSink::folder_of(Handover::Way way)
{
  return way == Handover::Way::spool ? *spool_ : *work_;
}

void NagiosSink::note(Clock::time_point now, const Handover::Sight& sight, const std::string& failure)
{
  if (handover_.delivered() != last_delivered_) {
    last_delivered_ = handover_.delivered();
    state_.last_time = sight.wall;
  }
  auto trouble = failure.empty() ? handover_.trouble(now, sight) : failure;
  const bool working = trouble.empty() && sight.run;
  if (trouble.empty()) {
    trouble = run_trouble_;
  }
  if (working != state_.working) {
    state_.working = working;
    state_.since = sight.wall;
  }
  state_.trouble = std::move(trouble);
}

MakeSink read_nagios_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  NagiosSettings settings;
  read_nagios_settings(reader, folder, settings);
  return [settings](const SinkPlace& place) -> Expected<std::unique_ptr<Sink>> {
    return std::make_unique<NagiosSink>(place.executor, place.feed, settings);
  };
}

}  // namespace muster::bridge
