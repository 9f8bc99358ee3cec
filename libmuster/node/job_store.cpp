// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/job_store.hpp"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/text_folder.hpp"

namespace muster::node {

namespace fs = std::filesystem;
namespace log = runtime::log;

namespace {

constexpr int aborted = 1;            // MCollective's status
constexpr mode_t record_mode = 0600;  // what an action gave is for those who may call it
constexpr std::size_t most_files = 4 * JobStore::most_kept;
constexpr std::string_view extension = ".json";

bool runs(const JobRecord& record)
{
  return record.state == JobState::running;
}

JobRecord interrupted(JobRecord record, protocol::Time now)
{
  record.state = JobState::interrupted;
  record.status = aborted;
  record.finished = now;
  record.message = "checkagent was stopped while it ran: it may be done in part";
  return record;
}

}  // namespace

JobStore::JobStore(fs::path folder, protocol::Time now) : folder_{std::move(folder)}
{
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) {
    problem_ = "cannot make " + folder_.string() + ": " + failed.message();
    return;
  }
  fs::permissions(folder_, fs::perms::owner_all, failed);
  load(now);
  forget_old(now);
}

void JobStore::load(protocol::Time now)
{
  const auto is_record = [](const std::string& name) { return name.ends_with(extension); };
  const auto texts = runtime::read_text_folder(folder_, is_record, {most_files, largest_job_record});
  if (!texts) {
    problem_ = texts.error().message;
    return;
  }
  for (const auto& [file, text] : *texts) {
    take(file, text, now);
  }
}

void JobStore::take(const std::string& file, const Expected<std::string>& text, protocol::Time now)
{
  auto record = text ? parse_job_record(*text) : tl::make_unexpected(text.error());
  if (record && record->id + std::string{extension} != file) {
    record = failure(ErrorCode::invalid_input, "it is the record of job " + record->id);
  }
  if (!record) {
    problem_ = (folder_ / file).string() + ": " + record.error().message + "; remove it";
    return;
  }
  if (runs(*record)) {
    record = interrupted(std::move(*record), now);
    if (const auto written = write(*record); !written) {
      problem_ = written.error().message;
    }
  }
  const auto id = record->id;
  records_.insert_or_assign(id, listed(std::move(*record)));
}

Expected<void> JobStore::keep(const JobRecord& record, protocol::Time now)
{
  forget_old(now);
  if (!records_.contains(record.id) && !make_room()) {
    return failure(ErrorCode::denied, "as many jobs as a node keeps are running here");
  }
  auto written = write(record);
  problem_ = written ? std::nullopt : std::optional{written.error().message};
  if (written || records_.contains(record.id)) {
    records_.insert_or_assign(record.id, listed(record));
  }
  return written;
}

Expected<void> JobStore::write(const JobRecord& record)
{
  return runtime::write_file_atomically(file_of(record.id), encode(record), record_mode);
}

void JobStore::forget_old(protocol::Time now)
{
  std::vector<std::string> old;
  for (const auto& [id, record] : records_) {
    if (!runs(record) && record.finished + kept_for < now) {
      old.push_back(id);
    }
  }
  for (const auto& id : old) {
    forget(id);
  }
}

// Whether there is room for one more.
bool JobStore::make_room()
{
  while (records_.size() >= most_kept) {
    const auto first = std::min_element(records_.begin(), records_.end(), [](const auto& a, const auto& b) {
      return std::pair{runs(a.second), a.second.finished} < std::pair{runs(b.second), b.second.finished};
    });
    if (runs(first->second)) {
      return false;
    }
    forget(std::string{first->first});
  }
  return true;
}

void JobStore::forget(const std::string& id)
{
  std::error_code failed;
  fs::remove(file_of(id), failed);
  if (failed) {
    log::warning("cannot remove " + file_of(id).string() + ": " + failed.message());
  }
  records_.erase(id);
}

const JobRecord* JobStore::find(const std::string& id) const
{
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

Expected<JobRecord> JobStore::read(const std::string& id) const
{
  if (!records_.contains(id)) {
    return failure(ErrorCode::not_found, "there is no job " + id + " here");
  }
  const auto text = runtime::read_text_file(file_of(id), largest_job_record);
  return text ? parse_job_record(*text) : tl::make_unexpected(text.error());
}

}  // namespace muster::node
