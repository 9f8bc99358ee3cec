// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <rrd.h>

#include "collector/history/history_disk.hpp"
#include "collector/history/rrd_lock.hpp"
#include "libmuster/model/decimal.hpp"

namespace muster::collector {

std::mutex& librrd_lock()
{
  static std::mutex lock;
  return lock;
}

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// librrd's words for a file that is none, or not whole (rrd_open.c of 1.7.2).
constexpr std::array<std::string_view, 6> words_of_damage{
    "is not an RRD file",
    "is too small",
    "created on another architecture",
    "can't handle RRD file version",
    "reached EOF while loading header",
    "short read while reading header"};

bool tells_of_damage(std::string_view words)
{
  return std::any_of(words_of_damage.begin(), words_of_damage.end(), [&](std::string_view sign) {
    return words.find(sign) != std::string_view::npos;
  });
}

// A file that lost its content with the power has no byte, which librrd calls a failing mmap.
bool without_bytes(const std::filesystem::path& path)
{
  std::error_code error;
  return std::filesystem::file_size(path, error) == 0 && !error;
}

ErrorCode code_of(const std::filesystem::path& path, std::string_view words)
{
  if (::access(path.c_str(), F_OK) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::denied;
  }
  if (::access(path.c_str(), R_OK | W_OK) != 0) {
    return ErrorCode::denied;
  }
  return tells_of_damage(words) || without_bytes(path) ? ErrorCode::invalid_input : ErrorCode::io_failure;
}

tl::unexpected<Error> librrd_failure(std::string_view doing, const std::filesystem::path& path)
{
  const std::string words = ::rrd_test_error() != 0 ? ::rrd_get_error() : "librrd does not say why";
  ::rrd_clear_error();
  return failure(code_of(path, words), path_sentence(doing, path, words));
}

std::string limit_text(const std::optional<double>& limit)
{
  return limit ? format_decimal(*limit) : "U";
}

std::string definition_of(const DataSource& source)
{
  std::string text{"DS:"};
  text += source.name;
  text += ':';
  text += to_string(source.kind);
  text += ':' + std::to_string(source.heartbeat.count());
  text += ':' + limit_text(source.limits.lower);
  text += ':' + limit_text(source.limits.upper);
  return text;
}

template <typename Character>
std::vector<Character*> pointers_to(std::vector<std::string>& words)
{
  std::vector<Character*> pointers;
  pointers.reserve(words.size());
  for (auto& word : words) {
    pointers.push_back(word.data());
  }
  return pointers;
}

// ds[NAME].FIELD, or nothing.
struct InfoKey {
  std::string_view name;
  std::string_view field;
};

std::optional<InfoKey> data_source_key(std::string_view key)
{
  constexpr std::string_view opening{"ds["};
  constexpr std::string_view closing{"]."};
  const auto end = key.find(closing);
  if (!key.starts_with(opening) || end == std::string_view::npos) {
    return std::nullopt;
  }
  return InfoKey{key.substr(opening.size(), end - opening.size()), key.substr(end + closing.size())};
}

using Info = std::unique_ptr<rrd_info_t, decltype(&::rrd_info_free)>;

std::optional<double> known(double number)
{
  return std::isfinite(number) ? std::optional{number} : std::nullopt;
}

void take_field(DataSource& source, std::string_view field, const rrd_info_t& entry)
{
  if (field == "type") {
    source.kind = entry.value.u_str == to_string(SeriesKind::derive) ? SeriesKind::derive : SeriesKind::gauge;
  } else if (field == "minimal_heartbeat") {
    source.heartbeat = seconds{static_cast<seconds::rep>(entry.value.u_cnt)};
  } else if (field == "min") {
    source.limits.lower = known(entry.value.u_val);
  } else if (field == "max") {
    source.limits.upper = known(entry.value.u_val);
  }
}

// librrd lists the data sources in the order of the file.
RrdDescription description_of(const rrd_info_t* entry)
{
  RrdDescription description;
  for (; entry != nullptr; entry = entry->next) {
    const std::string_view key{entry->key};
    if (key == "step") {
      description.step = seconds{static_cast<seconds::rep>(entry->value.u_cnt)};
    } else if (key == "last_update") {
      description.last_update = sys_seconds{seconds{static_cast<seconds::rep>(entry->value.u_cnt)}};
    } else if (const auto part = data_source_key(key)) {
      if (description.sources.empty() || description.sources.back().name != part->name) {
        description.sources.push_back({std::string{part->name}, SeriesKind::gauge, {}, {}});
      }
      take_field(description.sources.back(), part->field, *entry);
    }
  }
  return description;
}

Expected<RrdDescription> describe(const std::filesystem::path& path)
{
  if (without_bytes(path)) {
    return failure(ErrorCode::invalid_input, path_sentence("read", path, "it is empty"));
  }
  ::rrd_clear_error();
  const Info info{::rrd_info_r(path.c_str()), &::rrd_info_free};
  if (!info) {
    return librrd_failure("read", path);
  }
  return description_of(info.get());
}

Expected<void> tune(const std::filesystem::path& path, const std::vector<std::string>& changes)
{
  std::vector<std::string> words{"tune", path.string()};
  words.insert(words.end(), changes.begin(), changes.end());
  auto pointers = pointers_to<char>(words);
  ::rrd_clear_error();
  // rrd_tune also returns 0 when adding failed: only the error tells.
  if (::rrd_tune(static_cast<int>(pointers.size()), pointers.data()) != 0 || ::rrd_test_error() != 0) {
    return librrd_failure("change", path);
  }
  return {};
}

bool has(const RrdDescription& description, const std::string& name)
{
  return std::any_of(description.sources.begin(), description.sources.end(), [&](const DataSource& source) {
    return source.name == name;
  });
}

// rrd_tune of 1.7.2 adds a nameless data source for a name that is none, and tells of it afterwards.
Expected<void> check_new(const std::filesystem::path& path, const std::vector<DataSource>& sources)
{
  const auto description = describe(path);
  if (!description) {
    return tl::unexpected{description.error()};
  }
  for (const auto& source : sources) {
    if (!is_data_source_name(source.name) || has(*description, source.name)) {
      const std::string_view why = "a data source must have a new name of letters, digits and _";
      return failure(ErrorCode::invalid_input, path_sentence("add data sources to", path, why));
    }
  }
  return {};
}

// What rrd_fetch_r hands over, to be given back.
struct Fetched {
  std::time_t start = 0;
  std::time_t end = 0;
  unsigned long step = 0;
  unsigned long count = 0;
  char** names = nullptr;
  rrd_value_t* values = nullptr;

  Fetched() = default;
  Fetched(const Fetched&) = delete;
  Fetched& operator=(const Fetched&) = delete;
  Fetched(Fetched&&) = delete;
  Fetched& operator=(Fetched&&) = delete;

  ~Fetched()
  {
    for (unsigned long i = 0; names != nullptr && i < count; ++i) {
      ::rrd_freemem(names[i]);
    }
    ::rrd_freemem(names);
    ::rrd_freemem(values);
  }
};

// rrd_fetch_r's rows lie in (start, end], each at the end of its step (rrd_fetch.c).
RrdValues values_of(const Fetched& fetched)
{
  const auto step = static_cast<std::time_t>(fetched.step);
  const auto rows = static_cast<std::size_t>((fetched.end - fetched.start) / step);
  RrdValues values;
  values.first = sys_seconds{seconds{fetched.start + step}};
  values.step = seconds{step};
  values.data_sources.assign(fetched.names, fetched.names + fetched.count);
  values.rows.reserve(rows);
  const auto* next = fetched.values;
  for (std::size_t row = 0; row < rows; ++row) {
    auto& cells = values.rows.emplace_back();
    cells.reserve(fetched.count);
    for (unsigned long i = 0; i < fetched.count; ++i) {
      cells.push_back(known(*next++));
    }
  }
  return values;
}

Expected<void> check_window(const std::filesystem::path& path, const RrdWindow& window, std::size_t sources)
{
  const auto resolution = std::max(window.resolution, rrd_step);
  if (window.to <= window.from || window.from.time_since_epoch() < seconds{0}) {
    return failure(
        ErrorCode::invalid_input, path_sentence("fetch from", path, "the window ends before it begins"));
  }
  const auto rows = static_cast<std::size_t>((window.to - window.from) / resolution);
  if (rows > max_fetched_values / std::max<std::size_t>(sources, 1)) {
    return failure(
        ErrorCode::invalid_input,
        path_sentence("fetch from", path, "too many values; ask for a coarser resolution"));
  }
  return {};
}

}  // namespace

Expected<RrdDescription> describe_rrd(const std::filesystem::path& path)
{
  const std::lock_guard lock{librrd_lock()};
  return describe(path);
}

Expected<void> create_rrd(
    const std::filesystem::path& path,
    const std::vector<DataSource>& sources,
    const ArchivePlan& archives,
    sys_seconds before_first)
{
  if (auto made = make_folder_of(path); !made) {
    return made;
  }
  std::vector<std::string> words;
  words.reserve(sources.size() + archives.size());
  std::transform(sources.begin(), sources.end(), std::back_inserter(words), [](const DataSource& source) {
    return definition_of(source);
  });
  std::transform(archives.begin(), archives.end(), std::back_inserter(words), [](const Archive& archive) {
    return definition_of(archive);
  });
  auto pointers = pointers_to<const char>(words);
  const std::lock_guard lock{librrd_lock()};
  if (std::error_code error; std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return failure(ErrorCode::invalid_input, path_sentence("create", path, "it is there already"));
  }
  constexpr int no_overwrite = 1;
  ::rrd_clear_error();
  const auto result = ::rrd_create_r2(
      path.c_str(),
      static_cast<unsigned long>(rrd_step.count()),
      before_first.time_since_epoch().count(),
      no_overwrite,
      nullptr,
      nullptr,
      static_cast<int>(pointers.size()),
      pointers.data());
  if (result != 0 || ::rrd_test_error() != 0) {
    auto failed = librrd_failure("create", path);
    // There is no file, of course: that is not what went wrong.
    if (failed.value().code == ErrorCode::not_found) {
      failed.value().code = ErrorCode::io_failure;
    }
    // Which librrd does not say.
    if (is_full(path.parent_path(), bytes_per_file(archives, sources.size()))) {
      failed.value().message = path_sentence("create", path, "no space left on the disk");
    }
    return failed;
  }
  return {};
}

Expected<void> update_rrd(const std::filesystem::path& path, const std::vector<std::string>& rows)
{
  std::vector<const char*> pointers;
  pointers.reserve(rows.size());
  std::transform(rows.begin(), rows.end(), std::back_inserter(pointers), [](const std::string& row) {
    return row.c_str();
  });
  const std::lock_guard lock{librrd_lock()};
  ::rrd_clear_error();
  const auto result = ::rrd_updatex_r(
      path.c_str(), nullptr, RRD_SKIP_PAST_UPDATES, static_cast<int>(pointers.size()), pointers.data());
  if (result != 0 || ::rrd_test_error() != 0) {
    return librrd_failure("update", path);
  }
  return {};
}

Expected<void> add_data_sources(const std::filesystem::path& path, const std::vector<DataSource>& sources)
{
  std::vector<std::string> changes;
  changes.reserve(sources.size());
  std::transform(sources.begin(), sources.end(), std::back_inserter(changes), [](const DataSource& source) {
    return definition_of(source);
  });
  const std::lock_guard lock{librrd_lock()};
  if (auto checked = check_new(path, sources); !checked) {
    return checked;
  }
  if (auto tuned = tune(path, changes); !tuned) {
    return tuned;
  }
  const auto after = describe(path);
  if (!after) {
    return tl::unexpected{after.error()};
  }
  const bool all = std::all_of(
      sources.begin(), sources.end(), [&](const DataSource& source) { return has(*after, source.name); });
  return all ? Expected<void>{}
             : failure(
                   ErrorCode::io_failure, path_sentence("add data sources to", path, "librrd left them out"));
}

Expected<void> set_heartbeat(
    const std::filesystem::path& path, const std::vector<std::string>& data_sources, seconds heartbeat)
{
  std::vector<std::string> changes;
  changes.reserve(data_sources.size() * 2);
  for (const auto& name : data_sources) {
    changes.emplace_back("--heartbeat");
    auto& setting = changes.emplace_back(name);
    setting += ':';
    setting += std::to_string(heartbeat.count());
  }
  const std::lock_guard lock{librrd_lock()};
  return tune(path, changes);
}

Expected<RrdValues> fetch_rrd(const std::filesystem::path& path, const RrdWindow& window)
{
  const std::lock_guard lock{librrd_lock()};
  const auto description = describe(path);
  if (!description) {
    return tl::unexpected{description.error()};
  }
  if (auto checked = check_window(path, window, description->sources.size()); !checked) {
    return tl::unexpected{checked.error()};
  }
  Fetched fetched;
  fetched.start = window.from.time_since_epoch().count();
  fetched.end = window.to.time_since_epoch().count();
  fetched.step = static_cast<unsigned long>(std::max(window.resolution, rrd_step).count());
  ::rrd_clear_error();
  const std::string consolidation{to_string(window.consolidation)};
  const auto result = ::rrd_fetch_r(
      path.c_str(),
      consolidation.c_str(),
      &fetched.start,
      &fetched.end,
      &fetched.step,
      &fetched.count,
      &fetched.names,
      &fetched.values);
  return result == 0 && fetched.step > 0 ? Expected<RrdValues>{values_of(fetched)}
                                         : librrd_failure("fetch from", path);
}

}  // namespace muster::collector
