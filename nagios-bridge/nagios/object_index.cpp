// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/object_index.hpp"

#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/system_failure.hpp"

namespace muster::bridge {

namespace {

// "\tKEY\tVALUE"
std::string_view value_of(std::string_view line, std::string_view key)
{
  if (line.size() < key.size() + 2 || line.front() != '\t' || line.compare(1, key.size(), key) != 0 ||
      line[key.size() + 1] != '\t') {
    return {};
  }
  return line.substr(key.size() + 2);
}

std::string shown(std::string_view name)
{
  return printable(name, false);
}

}  // namespace

void ObjectIndex::add_line(std::string_view line)
{
  if (line == "\t}") {
    close_block();
    return;
  }
  if (line.empty()) {
    return;
  }
  closed_ = false;
  if (line == "define host {") {
    inside_ = Inside::host;
  } else if (line == "define service {") {
    inside_ = Inside::service;
  } else if (inside_ == Inside::nothing) {
    return;
  } else if (const auto host = value_of(line, "host_name"); !host.empty()) {
    host_ = host;
  } else if (const auto service = value_of(line, "service_description"); !service.empty()) {
    service_ = service;
  } else if (const auto passive = value_of(line, "passive_checks_enabled"); !passive.empty()) {
    passive_ = passive != "0";
  }
}

void ObjectIndex::close_block()
{
  closed_ = true;
  if (inside_ == Inside::host && !host_.empty()) {
    takes_passive_[host_] = passive_;
  } else if (inside_ == Inside::service && !host_.empty() && !service_.empty()) {
    takes_passive_[host_ + '\n' + service_] = passive_;
  }
  inside_ = Inside::nothing;
  host_.clear();
  service_.clear();
  passive_ = true;
}

const bool* ObjectIndex::find(std::string_view host, std::string_view service) const
{
  key_.assign(host);
  if (!service.empty()) {
    key_ += '\n';
    key_ += service;
  }
  const auto found = takes_passive_.find(std::string_view{key_});
  return found == takes_passive_.end() ? nullptr : &found->second;
}

std::string ObjectIndex::objection_to(const PassiveResult& result) const
{
  const auto* const takes_passive = find(result.host, result.service);
  if (takes_passive != nullptr && *takes_passive) {
    return {};
  }
  if (takes_passive != nullptr) {
    return "Nagios takes no passive results for it: passive_checks_enabled is 0";
  }
  if (result.service.empty() || find(result.host, {}) == nullptr) {
    return fmt::format("Nagios knows no host \"{}\"", shown(result.host));
  }
  return fmt::format(
      "Nagios knows no service \"{}\" on host \"{}\"", shown(result.service), shown(result.host));
}

Expected<ObjectIndex> read_object_index(const std::filesystem::path& path)
{
  std::error_code error;
  if (const auto status = std::filesystem::status(path, error);
      std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return failure(ErrorCode::invalid_input, "cannot read " + path.string() + ": not a regular file");
  }
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    return runtime::system_failure("read", path, errno);
  }
  ObjectIndex index;
  std::string line;
  while (std::getline(file, line)) {
    index.add_line(line);
  }
  if (!index.complete()) {
    return failure(ErrorCode::invalid_input, "cannot read " + path.string() + ": it is not whole");
  }
  return index;
}

}  // namespace muster::bridge
